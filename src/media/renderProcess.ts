import { renderPicture } from "./renderPicture.ts";
import type { RenderOrder } from "./renderPool.ts";

/** The program of the process that decodes one upload and ends: what it reads may be hostile. */

const memoryLimitBytes = 768 * 1024 * 1024;
const lookEveryMs = 50;

/** Decoders allocate outside of the engine's own limit. */
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimitBytes) process.exit(memoryExitCode);
}, lookEveryMs).unref();
const memoryExitCode = 3;

process.once("message", async (order: RenderOrder) => {
  const rendered = await renderPicture(order.upload, order.format);
  process.send?.(rendered, () => process.exit(0));
});

import { setTimeout as delay } from "node:timers/promises";
import type { TetheredServer } from "./tether.ts";

export type ReadyOutcome = "ready" | "exited" | "late";

/** Looks every 10 ms whether a server that was just launched is ready, has gone, or is late. */
export async function waitForReady(
  server: TetheredServer,
  isReady: () => Promise<boolean>,
  deadlineMs: number,
): Promise<ReadyOutcome> {
  let gone = false;
  void server.exited.then(() => {
    gone = true;
  });
  const giveUpAt = performance.now() + deadlineMs;
  while (performance.now() < giveUpAt) {
    if (gone) return "exited";
    if (await isReady()) return "ready";
    await delay(10);
  }
  return "late";
}

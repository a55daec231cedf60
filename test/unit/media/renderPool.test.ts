import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createRenderPool } from "../../../src/media/renderPool.ts";

/** Programs that do what a decoder does to its process when a file is made to break it. */
const folder = mkdtempSync(join(tmpdir(), "render-"));
afterAll(() => rmSync(folder, { recursive: true }));
let programs = 0;
function program(code: string): URL {
  const path = join(folder, `${++programs}.mjs`);
  writeFileSync(path, code);
  return pathToFileURL(path);
}
const order = { upload: new Uint8Array(8), format: "png" } as const;

describe("a file that breaks its decoder", () => {
  it.each([
    ["kills the process", "process.kill(process.pid, 'SIGSEGV')"],
    ["never ends", "process.on('message', () => { for (;;); })"],
    ["throws", "process.on('message', () => { throw new Error('broken') })"],
  ])("%s, and takes nothing else with it", async (_what, code) => {
    const pool = createRenderPool({ program: program(code), timeoutMs: 400 });
    const rule = "must be a picture that can be decoded within the limits";
    expect(await pool.render(order)).toEqual({ ok: false, rule });
  });
});

describe("uploads", () => {
  it("wait for their turn, and beyond the queue are refused", async () => {
    const answering =
      "process.on('message', () => process.send({ ok: false, rule: 'r' }, () => process.exit()))";
    const pool = createRenderPool({ program: program(answering), maxWaiting: 1 });
    const first = pool.render(order);
    const second = pool.render(order);
    expect(pool.waiting()).toBe(1);
    await expect(pool.render(order)).rejects.toMatchObject({ code: "unavailable" });
    expect(await Promise.all([first, second])).toEqual(
      [first, second].map(() => ({ ok: false, rule: "r" })),
    );
    expect(pool.waiting()).toBe(0);
  });
});

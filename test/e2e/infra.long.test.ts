import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

/** In processes of its own, as an operator runs it: the CDK is installed for it where it is not there. */
test("the AWS system is synthesised and keeps what is promised of it", { timeout: 900_000 }, () => {
  const args = ["scripts/run.mjs", "synth", "--test"];
  const options = { cwd: repository, encoding: "utf8", maxBuffer: 64 * 1_024 * 1_024 } as const;
  const run = spawnSync(process.execPath, args, options);
  expect(run.stdout.slice(-5_000)).toMatch(/ℹ pass [1-9]\d+/);
  expect(run.stdout.slice(-5_000)).toContain("ℹ fail 0");
  expect(run.stdout.slice(-5_000)).toContain("ℹ skipped 0");
  expect(run.status).toBe(0);
});

import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { startProcess } from "../support/process.ts";

const program = join(import.meta.dirname, "..", "..", "bench", "simulate", "run.ts");

interface Result {
  readonly invariants: readonly { readonly name: string; readonly holds: boolean }[];
  readonly tally: { readonly pages: number };
  readonly kills: readonly string[];
  readonly judged: {
    readonly campaignDays: number;
    readonly meanError: number;
    readonly worstError: number;
    readonly meanDelivery: number;
    readonly worstDelivery: number;
  };
  readonly free: {
    readonly cpm: { readonly chargedMicros: number; readonly freeMicros: number };
  };
}

async function simulate(...flags: readonly string[]): Promise<Result> {
  const out = await mkdtemp(join(inject("testDir"), "simulate-"));
  const run = startProcess(process.execPath, [program, "--quick", "--out", out, ...flags]);
  const code = await run.exited;
  const result = await readFile(join(out, "result.json"), "utf8").catch(() => {
    throw new Error(`the simulation ended with ${code}:\n${run.output()}`);
  });
  const parsed = JSON.parse(result) as Result;
  expect(parsed.invariants.filter(({ holds }) => !holds)).toEqual([]);
  expect(code).toBe(0);
  expect(parsed.tally.pages).toBeGreaterThan(3_000);
  return parsed;
}

test("a day of towns and villages: no promise of money is broken, and budgets follow the day's traffic", async () => {
  const { judged, free } = await simulate();
  // Steps of two minutes and two thousand pages a day: wider than docs/simulation.md says of the whole run.
  expect(judged.campaignDays).toBeGreaterThan(5);
  expect(judged.meanError).toBeLessThan(0.025);
  expect(judged.worstError).toBeLessThan(0.12);
  expect(judged.meanDelivery).toBeGreaterThan(0.98);
  expect(judged.worstDelivery).toBeGreaterThan(0.95);
  expect(free.cpm.freeMicros).toBeLessThan(0.005 * free.cpm.chargedMicros);
}, 300_000);

test("the same with ad servers, Redis and Postgres killed again and again: no promise of money is broken", async () => {
  const { kills } = await simulate("--kill-node", "--kill-redis", "--kill-postgres");
  expect(kills).toHaveLength(9);
}, 300_000);

test.each(["2026-03-29", "2026-10-25"])(
  "the day on which the clocks change (%s): no promise of money is broken, and the plan is that of its 23 or 25 hours",
  async (day) => {
    const { judged } = await simulate("--from", day);
    expect(judged.meanError).toBeLessThan(0.025);
  },
  300_000,
);

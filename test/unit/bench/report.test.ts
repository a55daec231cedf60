import { expect, test } from "vitest";
import { aimsOf, aimsTable, verdictOf } from "../../../bench/support/aims.ts";
import { isDisturbed, othersShareOf } from "../../../bench/support/noise.ts";
import { type Figures, summarise } from "../../../bench/support/report.ts";
import {
  atelierRow,
  chooseRows,
  comparedRow,
  expectedSeconds,
  idiomaticRow,
  millionRow,
  planRows,
} from "../../../bench/support/rows.ts";

const quiet = { slowness: 1, othersShare: 0.02, load: 1 };
const busy = { slowness: 2, othersShare: 0.4, load: 9 };

function round(perSecond: number, fields: Partial<Figures> = {}): Figures {
  return { perSecond, p50Ms: 1, p99Ms: 4, cpuMicros: 1e6 / perSecond, noise: quiet, ...fields };
}

test("a row's figures are medians, and its spread is that of all rounds", () => {
  const { perSecond, cpuMicros, spread, disturbed } = summarise([
    round(900),
    round(1_000),
    round(1_200),
  ]);
  expect({ perSecond, cpuMicros, spread, disturbed }).toEqual({
    perSecond: 1_000,
    cpuMicros: 1_000,
    spread: 0.3,
    disturbed: 0,
  });
});

test("disturbed rounds are left out of medians while most rounds are quiet, and counted", () => {
  const mostlyQuiet = [round(1_000), round(1_010), round(300, { noise: busy })];
  expect(summarise(mostlyQuiet)).toMatchObject({ perSecond: 1_010, disturbed: 1, rounds: 3 });
  const mostlyBusy = [round(1_000), round(300, { noise: busy }), round(310, { noise: busy })];
  expect(summarise(mostlyBusy)).toMatchObject({ perSecond: 310, disturbed: 2 });
});

test("a slow calibration and others' work on the core each disturb a round", () => {
  expect(isDisturbed(quiet)).toBe(false);
  expect(isDisturbed({ ...quiet, slowness: 1.3 })).toBe(true);
  expect(isDisturbed({ ...quiet, othersShare: 0.2 })).toBe(true);
});

test("what others take of the core is what is neither idle nor the server's", () => {
  const before = { busy: 1_000, all: 5_000 };
  const after = { busy: 1_190, all: 5_200 };
  expect(othersShareOf(before, after, 1.5)).toBeCloseTo(0.2);
  expect(othersShareOf(before, after, 1.9)).toBe(0);
  expect(othersShareOf(before, before, 1)).toBe(0);
});

test("each row has a name of its own, and is a share of a row that is there", () => {
  const names = planRows().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { against } of planRows())
    if (against !== null) expect(names, against).toContain(against);
});

test("a choice brings the rows that its rows are shares of, through all steps", () => {
  const named = (only: readonly string[]) =>
    chooseRows(planRows(), { only, kinds: [] }).map(({ name }) => name);
  expect(named(["PostGIS, fill"])).toEqual([
    idiomaticRow("fill"),
    atelierRow("fill"),
    comparedRow("PostGIS", "fill"),
  ]);
  expect(chooseRows(planRows(), { only: [], kinds: ["pixels"] }).map(({ name }) => name)).toEqual([
    idiomaticRow("pixels"),
    atelierRow("pixels"),
  ]);
  expect(named(["nothing has such a name"])).toEqual([]);
});

test("a run is expected to take longer with more rounds", () => {
  const rows = chooseRows(planRows(), { only: [], kinds: ["places"] });
  const short = expectedSeconds(rows, { rounds: 3, seconds: 2, warmUpSeconds: 4 });
  const long = expectedSeconds(rows, { rounds: 5, seconds: 5, warmUpSeconds: 6 });
  expect(short).toBeGreaterThan(2 * (4 + 3 * 2));
  expect(long).toBeGreaterThan(short);
});

test("aims are met or missed by the run's own ratios, and unmeasured ones say so", () => {
  const summaries = new Map(
    [
      [idiomaticRow("fill"), round(10_000)],
      [atelierRow("fill", 1_000), round(8_000)],
      [atelierRow("fill"), round(7_500)],
      [millionRow("fill"), round(5_000)],
      [atelierRow("fill", 100_000, "caps everywhere"), round(1_500)],
      [comparedRow("PostGIS", "fill"), round(500, { allCpuMicros: 4_000 })],
    ].map(([name, figures]) => [String(name), summarise([figures as Figures])] as const),
  );
  const skewed = planRows().filter(({ name }) => name.includes("caps everywhere"));
  const aims = aimsOf(summaries, skewed, null);
  const found = (text: string) => aims.find(({ name }) => name.includes(text));
  const verdict = (text: string) => {
    const aim = found(text);
    return aim && [aim.measured === null ? null : Number(aim.measured.toFixed(3)), verdictOf(aim)];
  };
  expect(verdict("a filled answer beside Express")).toEqual([0.75, "met"]);
  expect(verdict("an empty answer")).toEqual([null, "not measured"]);
  expect(verdict("1,000,000 campaigns, over 1,000")).toEqual([1.6, "MISSED"]);
  expect(verdict("worst skew")).toEqual([5, "MISSED"]);
  expect(verdict("PostGIS")).toEqual([15, "met"]);
  expect(verdict("snapshot of 1,000,000")).toEqual([null, "not measured"]);
  expect(aimsTable(aims)).toContain("| 5.00 × | ≤ 3 × | MISSED |");
});

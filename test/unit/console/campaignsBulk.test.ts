import { describe, expect, test } from "vitest";
import {
  type BulkAction,
  changedBudget,
  planBulk,
  undoOf,
} from "../../../console/src/campaigns/bulkPlan.ts";
import { type Row, toRow } from "../../../console/src/campaigns/rows.ts";
import { type BulkOutcome, runBulk } from "../../../console/src/campaigns/runBulk.ts";
import type { BulkLine, BulkResult } from "../../../sdk/src/generated.ts";

function rowOf(campaignId: number, fields: Partial<Row> = {}): Row {
  return toRow({
    campaignId,
    advertiserId: 1,
    name: `Campagne ${campaignId}`,
    status: "active",
    startsOn: "2026-11-01",
    endsOn: null,
    priority: "paid",
    pricing: "cpm",
    bidMicros: 5_000_000,
    totalBudgetMicros: null,
    dailyBudgetMicros: 10_000_000,
    zoneLabel: "Limoges",
    version: 4,
    createdAt: "2026-11-01T08:00:00.000Z",
    updatedAt: "2026-11-01T08:00:00.000Z",
    ...fields,
  });
}

const rows = [
  rowOf(1),
  rowOf(2, { status: "paused" }),
  rowOf(3, { status: "ended" }),
  rowOf(4, { status: "draft" }),
  rowOf(5, { dailyBudgetMicros: null, totalBudgetMicros: 300_000_000 }),
];

describe("what an action would do", () => {
  const of = (action: BulkAction) => {
    const { changes, skipped, ...deltas } = planBulk(rows, action);
    return {
      ids: changes.map(({ row }) => row.campaignId),
      skipped: Object.fromEntries(skipped),
      ...deltas,
    };
  };

  test("pausing takes the day's budgets of what runs", () => {
    expect(of({ kind: "pause" })).toEqual({
      ids: [1, 5],
      skipped: { already: 1, ended: 1, draft: 1 },
      dailyDeltaMicros: -10_000_000,
      totalDeltaMicros: 0,
    });
  });

  test("resuming brings back what is paused, ending ends what runs or is paused", () => {
    expect(of({ kind: "resume" })).toMatchObject({ ids: [2], dailyDeltaMicros: 10_000_000 });
    expect(of({ kind: "end" })).toMatchObject({ ids: [1, 2, 5], skipped: { ended: 1, draft: 1 } });
  });

  test("a budget is changed where there is one, based on what was read", () => {
    const raise: BulkAction = {
      kind: "budget",
      of: "dailyBudgetMicros",
      change: { by: "percent", percent: 10 },
    };
    expect(of(raise)).toMatchObject({
      ids: [1, 2, 4],
      skipped: { ended: 1, noBudget: 1 },
      dailyDeltaMicros: 3_000_000,
    });
    expect(planBulk(rows, raise).changes[0]).toMatchObject({
      ifVersion: 4,
      body: { dailyBudgetMicros: 11_000_000 },
      before: { dailyBudgetMicros: 10_000_000 },
    });
  });

  test("budgets stay whole cents within what is taken", () => {
    expect(changedBudget(10_000_000, { by: "percent", percent: 3.333 })).toBe(10_330_000);
    expect(changedBudget(10_000_000, { by: "add", micros: -99_000_000 })).toBe(10_000);
    expect(changedBudget(10_000_000, { by: "set", micros: 12_500_000 })).toBe(12_500_000);
  });

  test("it is taken back only where nobody has changed the campaign since", () => {
    const [change] = planBulk(rows, { kind: "pause" }).changes;
    if (change === undefined) throw new Error("nothing would be paused");
    expect(undoOf([{ change, version: 5 }])).toMatchObject([
      { ifVersion: 5, body: { status: "active" }, row: { status: "paused", version: 5 } },
    ]);
  });
});

describe("carrying it out", () => {
  const many = Array.from({ length: 120 }, (_, at) => rowOf(at + 1));
  const { changes } = planBulk(many, { kind: "pause" });

  async function* answers(lines: readonly BulkLine[]): AsyncGenerator<BulkResult> {
    for (const [at, line] of lines.entries()) {
      const id = "id" in line ? line.id : 0;
      yield id === 60
        ? { line: at + 1, status: 409, id }
        : { line: at + 1, status: 200, id, version: 5 };
    }
  }

  test("goes call by call and tells of each line what became of it", async () => {
    const seen: number[] = [];
    const outcome = await runBulk(changes, {
      send: async (lines) => answers(lines),
      onProgress: ({ left }) => seen.push(left.length),
      isStopped: () => false,
    });
    expect(seen).toEqual([70, 20, 0]);
    expect(outcome.done).toHaveLength(119);
    expect(outcome.failed).toMatchObject([
      { change: { row: { campaignId: 60 } }, result: { status: 409 } },
    ]);
  });

  test("stops between two calls, and what was not sent is known", async () => {
    const progress: BulkOutcome[] = [];
    const outcome = await runBulk(changes, {
      send: async (lines) => answers(lines),
      onProgress: (present) => progress.push(present),
      isStopped: () => progress.length === 1,
    });
    expect([outcome.done.length, outcome.left.length]).toEqual([50, 70]);
  });

  test("lines that a broken call did not answer are told of as such, and nothing more is sent", async () => {
    async function* broken(lines: readonly BulkLine[]): AsyncGenerator<BulkResult> {
      yield* answers(lines.slice(0, 3));
      throw new TypeError("fetch failed");
    }
    const outcome = await runBulk(changes, {
      send: async (lines) => broken(lines),
      onProgress: () => undefined,
      isStopped: () => false,
    });
    expect([outcome.done.length, outcome.failed.length, outcome.left.length]).toEqual([3, 47, 70]);
    expect(outcome.failed[0]?.result).toBeNull();
    expect(outcome.fault).toBeInstanceOf(TypeError);
  });
});

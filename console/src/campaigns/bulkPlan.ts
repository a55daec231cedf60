import type { Row, Status } from "./rows.ts";

/** What is to become of all that is ticked. */
export type BulkAction =
  | { readonly kind: "pause" | "resume" | "end" }
  | { readonly kind: "budget"; readonly of: BudgetField; readonly change: BudgetChange };

export type BudgetField = "dailyBudgetMicros" | "totalBudgetMicros";
export type BudgetChange =
  | { readonly by: "set" | "add"; readonly micros: number }
  | { readonly by: "percent"; readonly percent: number };

export interface BulkChange {
  readonly row: Row;
  /** Only of what was decided by what it was: nobody minds that a campaign that is paused had its budget changed. */
  readonly ifVersion: number | null;
  readonly body: ChangedFields;
  /** The same fields as they were, for taking it back. */
  readonly before: ChangedFields;
}

export type ChangedFields = Partial<Pick<Row, "status" | BudgetField>>;

/** Why a campaign that is ticked is left as it is. */
export type SkipReason = "ended" | "already" | "draft" | "noBudget" | "unchanged";

export interface BulkPlan {
  readonly changes: readonly BulkChange[];
  readonly skipped: ReadonlyMap<SkipReason, number>;
  /** What all changes together do to what may be spent a day, and in all. */
  readonly dailyDeltaMicros: number;
  readonly totalDeltaMicros: number;
}

const centMicros = 10_000;
/** What the API takes as a budget at least. */
export const leastBudgetMicros = 10_000;
export const mostBudgetMicros = 1_000_000_000_000;

/** What an action would do to rows, before anything is sent. Pure. */
export function planBulk(rows: readonly Row[], action: BulkAction): BulkPlan {
  const changes: BulkChange[] = [];
  const skipped = new Map<SkipReason, number>();
  for (const row of rows) {
    const change =
      action.kind === "budget" ? budgetChange(row, action) : statusChange(row, action.kind);
    if (typeof change === "string") skipped.set(change, (skipped.get(change) ?? 0) + 1);
    else changes.push(change);
  }
  return {
    changes,
    skipped,
    dailyDeltaMicros: sum(changes.map(dailyDelta)),
    totalDeltaMicros: sum(changes.map(totalDelta)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** From which statuses each action leads where. */
const moves = {
  pause: { from: ["active"], to: "paused" },
  resume: { from: ["paused"], to: "active" },
  end: { from: ["active", "paused"], to: "ended" },
} as const satisfies Readonly<
  Record<string, { readonly from: readonly Status[]; readonly to: Status }>
>;

function statusChange(row: Row, kind: keyof typeof moves): BulkChange | SkipReason {
  const { from, to } = moves[kind];
  if (row.status === "ended") return "ended";
  if (row.status === to) return "already";
  if (!from.some((one) => one === row.status)) return row.status === "draft" ? "draft" : "already";
  return { row, ifVersion: null, body: { status: to }, before: { status: row.status } };
}

function budgetChange(
  row: Row,
  { of, change }: Extract<BulkAction, { readonly kind: "budget" }>,
): BulkChange | SkipReason {
  if (row.status === "ended") return "ended";
  const before = row[of];
  if (before === null) return "noBudget";
  const after = changedBudget(before, change);
  if (after === before) return "unchanged";
  return { row, ifVersion: row.version, body: { [of]: after }, before: { [of]: before } };
}

/** A budget after a change, in whole cents, within what the API takes. Pure. */
export function changedBudget(micros: number, change: BudgetChange): number {
  const wanted = wantedBudget(micros, change);
  const cents = Math.round(wanted / centMicros) * centMicros;
  return Math.min(mostBudgetMicros, Math.max(leastBudgetMicros, cents));
}

function wantedBudget(micros: number, change: BudgetChange): number {
  if (change.by === "percent") return micros * (1 + change.percent / 100);
  return change.by === "set" ? change.micros : micros + change.micros;
}

function dailyDelta({ row, body }: BulkChange): number {
  const { dailyBudgetMicros: after, status } = body;
  if (after !== undefined) return (after ?? 0) - (row.dailyBudgetMicros ?? 0);
  const daily = row.dailyBudgetMicros ?? 0;
  if (status === undefined) return 0;
  return (status === "active" ? daily : 0) - (row.status === "active" ? daily : 0);
}

function totalDelta({ row, body }: BulkChange): number {
  const { totalBudgetMicros: after } = body;
  return after === undefined ? 0 : (after ?? 0) - (row.totalBudgetMicros ?? 0);
}

/** Takes back what was written, where nobody has changed it since. Pure. */
export function undoOf(
  done: readonly { readonly change: BulkChange; readonly version: number }[],
): readonly BulkChange[] {
  return done.map(({ change: { row, body, before }, version }) => ({
    row: { ...row, ...body, version },
    ifVersion: version,
    body: before,
    before: body,
  }));
}

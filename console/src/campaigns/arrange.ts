import { foldText, type Health, type Row } from "./rows.ts";
import type { SortKey, View } from "./view.ts";

export type HealthById = ReadonlyMap<number, Health>;

/** Whether somebody should look at it: it lags, or it is to run and has nothing to run on. Pure. */
export function isTroubled(row: Row, health: Health | undefined): boolean {
  if (row.status !== "active" || health === undefined) return false;
  return (
    health.status === "behind" || health.status === "cannot_spend" || health.rest === "total_spent"
  );
}

/** The rows of a view, in its order. Some milliseconds for ten thousand. Pure. */
export function arrange(rows: readonly Row[], healths: HealthById, view: View): readonly Row[] {
  const search = foldText(view.search);
  const wanted = rows.filter((row) => fits(row, healths, view, search));
  const compare = comparisons[view.sort];
  const sign = view.isDescending ? -1 : 1;
  return wanted.sort((one, other) => {
    const order = compare(one, other, healths);
    return (order === 0 ? one.campaignId - other.campaignId : order) * sign;
  });
}

function fits(row: Row, healths: HealthById, view: View, search: string): boolean {
  const { status, advertiserId, from, until } = view;
  if (search !== "" && !row.nameKey.includes(search) && String(row.campaignId) !== search)
    return false;
  if (status !== null && row.status !== status) return false;
  if (advertiserId !== null && row.advertiserId !== advertiserId) return false;
  if (from !== null && row.endsOn !== null && row.endsOn < from) return false;
  if (until !== null && row.startsOn > until) return false;
  return !view.isTroubled || isTroubled(row, healths.get(row.campaignId));
}

type Comparison = (one: Row, other: Row, healths: HealthById) => number;

const texts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byNumber =
  (read: (row: Row, healths: HealthById) => number): Comparison =>
  (one, other, healths) =>
    read(one, healths) - read(other, healths);
const byText =
  (read: (row: Row) => string): Comparison =>
  (one, other) =>
    texts(read(one), read(other));

/** Whoever has no end comes behind all that have one. */
const farAway = "9999";

const comparisons: Readonly<Record<SortKey, Comparison>> = {
  name: byText(({ nameKey }) => nameKey),
  trouble: byNumber(troubleOf),
  today: byNumber((row, healths) => healths.get(row.campaignId)?.spentTodayMicros ?? -1),
  total: byNumber((row, healths) => healths.get(row.campaignId)?.spentTotalMicros ?? -1),
  daily: byNumber(({ dailyBudgetMicros }) => dailyBudgetMicros ?? -1),
  startsOn: byText(({ startsOn }) => startsOn),
  endsOn: byText(({ endsOn }) => endsOn ?? farAway),
  bid: byNumber(({ bidMicros }) => bidMicros),
  createdAt: byText(({ createdAt }) => createdAt),
  updatedAt: byText(({ updatedAt }) => updatedAt),
};

/** What needs attention most is greatest; what rests comes last. */
function troubleOf(row: Row, healths: HealthById): number {
  const health = healths.get(row.campaignId);
  if (health === undefined || row.status !== "active") return -1;
  const lag = health.lagShare ?? 0;
  if (health.status === "cannot_spend") return 4 + lag;
  if (health.status === "behind") return 3 + lag;
  if (health.rest === "total_spent") return 2;
  return health.rest === null ? lag : 0;
}

/** Counts for the choices of a filter. Pure. */
export function countBy<Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}

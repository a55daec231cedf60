import type {
  BucketCounters,
  CampaignCounters,
  CampaignSpending,
  CounterChange,
} from "../serving/ledgerPorts.ts";
import type { LedgerRow } from "../serving/ledgerRow.ts";

/** What the ledger has of a bucket, and what it will still be asked for. */
export interface Expected {
  readonly spending: readonly CampaignSpending[];
  /** Rows of the outbox that the ledger did not have when the counters were read. */
  readonly unwritten: readonly LedgerRow[];
  /** Days before it are not compared; none of `spending` is older. */
  readonly sinceDay: string;
}

/**
 * What must be added to counters so that each is what the ledger has and the outbox holds: in all, by day (those that the
 * campaign still keeps) and by advertiser. Nothing where they agree. Pure.
 */
export function compareCounters(
  counters: Pick<BucketCounters, "campaigns" | "advertisers">,
  { spending, unwritten, sinceDay }: Expected,
): readonly CounterChange[] {
  const expected = new Map<string, number>();
  const days = new Map<number, Set<string>>();
  const expect = (key: string, micros: number) =>
    expected.set(key, (expected.get(key) ?? 0) + micros);
  const expectDay = (campaignId: number, day: string, micros: number) => {
    expect(`c${campaignId} ${day}`, micros);
    days.set(campaignId, (days.get(campaignId) ?? new Set()).add(day));
  };
  for (const { campaignId, advertiserId, spentMicros, spentByDay } of spending) {
    expect(`c${campaignId}`, spentMicros);
    expect(`a${advertiserId}`, spentMicros);
    for (const [day, micros] of spentByDay) expectDay(campaignId, day, micros);
  }
  for (const { campaignId, advertiserId, budgetDay, amountMicros } of unwritten) {
    expect(`c${campaignId}`, amountMicros);
    expect(`a${advertiserId}`, amountMicros);
    expectDay(campaignId, budgetDay, amountMicros);
  }
  const changes: CounterChange[] = [];
  const compare = (change: Omit<CounterChange, "micros">, key: string, present: number) => {
    const micros = (expected.get(key) ?? 0) - present;
    if (micros !== 0) changes.push({ ...change, micros });
  };
  for (const [id, present] of counters.campaigns) {
    compare({ counter: "campaign", id, day: null }, `c${id}`, present.spentMicros);
    for (const day of comparedDays(present, days.get(id) ?? new Set(), sinceDay))
      compare({ counter: "campaign", id, day }, `c${id} ${day}`, present.spentByDay.get(day) ?? 0);
  }
  for (const [id, present] of counters.advertisers)
    compare({ counter: "advertiser", id, day: null }, `a${id}`, present);
  return changes;
}

function comparedDays(
  present: CampaignCounters,
  expected: ReadonlySet<string>,
  sinceDay: string,
): readonly string[] {
  const { oldestDay, spentByDay } = present;
  const since = oldestDay !== null && oldestDay > sinceDay ? oldestDay : sinceDay;
  return [...new Set([...spentByDay.keys(), ...expected])].filter((day) => day >= since);
}

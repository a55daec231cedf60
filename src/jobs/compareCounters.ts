import type { BucketCounters, CampaignSpending, CounterChange } from "../serving/ledgerPorts.ts";
import type { LedgerRow } from "../serving/ledgerRow.ts";

/** What the ledger has of a bucket, and what it will still be asked for. */
export interface Expected {
  readonly spending: readonly CampaignSpending[];
  /** Rows of the outbox that the ledger did not have when the counters were read. */
  readonly unwritten: readonly LedgerRow[];
}

/**
 * What must be added to counters so that each is what the ledger has and the outbox holds: in all, by each day
 * that was read, and by advertiser. Nothing where they agree. Pure.
 */
export function compareCounters(
  counters: Pick<BucketCounters, "campaigns" | "advertisers">,
  { spending, unwritten }: Expected,
): readonly CounterChange[] {
  const expected = new Map<string, number>();
  const expect = (key: string, micros: number) =>
    expected.set(key, (expected.get(key) ?? 0) + micros);
  for (const { campaignId, advertiserId, spentMicros, spentByDay } of spending) {
    expect(`c${campaignId}`, spentMicros);
    expect(`a${advertiserId}`, spentMicros);
    for (const [day, micros] of spentByDay) expect(`c${campaignId} ${day}`, micros);
  }
  for (const { campaignId, advertiserId, budgetDay, amountMicros } of unwritten) {
    expect(`c${campaignId}`, amountMicros);
    expect(`a${advertiserId}`, amountMicros);
    expect(`c${campaignId} ${budgetDay}`, amountMicros);
  }
  const changes: CounterChange[] = [];
  const compare = (change: Omit<CounterChange, "micros">, key: string, present: number) => {
    const micros = (expected.get(key) ?? 0) - present;
    if (micros !== 0) changes.push({ ...change, micros });
  };
  for (const [id, present] of counters.campaigns) {
    compare({ counter: "campaign", id, day: null }, `c${id}`, present.spentMicros);
    for (const [day, micros] of present.spentByDay)
      compare({ counter: "campaign", id, day }, `c${id} ${day}`, micros);
  }
  for (const [id, present] of counters.advertisers)
    compare({ counter: "advertiser", id, day: null }, `a${id}`, present);
  return changes;
}

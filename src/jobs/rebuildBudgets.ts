import { randomUUID } from "node:crypto";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { moneyBucketOf } from "../budgets/holdId.ts";
import type { Ledger, LedgerSession, MoneyBuckets } from "../serving/ledgerPorts.ts";
import { writeEntries } from "./writeEntries.ts";

export interface RebuildBudgetsDeps {
  readonly ledger: Ledger;
  readonly buckets: MoneyBuckets;
}

/** Days whose spending can still matter: holds and clicks of yesterday are charged to yesterday. */
export const keptDays = 3;
const entriesPerRead = 1_000;

/**
 * Rebuilds the counters of lost buckets from the ledger and opens them: what the outbox still holds is written first, so
 * that ledger and counters agree. Nothing paid serves from a bucket meanwhile. Answers how many were opened: 0 when
 * another node is at it. Rejects when a store is away; the buckets then stay closed and the next call tries again.
 */
export async function rebuildBudgets(
  deps: RebuildBudgetsDeps,
  lostBuckets: readonly number[],
  nowMs: number,
): Promise<number> {
  if (lostBuckets.length === 0) return 0;
  const token = randomUUID();
  const outcome = await deps.ledger.exclusively((session) =>
    loadFromLedger(deps.buckets, session, lostBuckets, token, nowMs),
  );
  if (!outcome.ran) return 0;
  // Only now is it certain that the ledger keeps what the counters were set from.
  const opened = await Promise.all(
    outcome.result.map(async ({ bucket, entryIds }) => {
      await deps.buckets.removeFromOutbox(bucket, entryIds);
      return deps.buckets.open(bucket, token);
    }),
  );
  return opened.filter((open) => open).length;
}

interface DrainedBucket {
  readonly bucket: number;
  readonly entryIds: readonly string[];
}

async function loadFromLedger(
  buckets: MoneyBuckets,
  session: LedgerSession,
  lostBuckets: readonly number[],
  token: string,
  nowMs: number,
): Promise<readonly DrainedBucket[]> {
  const drained: DrainedBucket[] = [];
  for (const bucket of lostBuckets) {
    // Another node may have rebuilt it while this one waited.
    if (!(await buckets.close(bucket, token))) continue;
    drained.push({ bucket, entryIds: await writeOutbox(buckets, session, bucket) });
  }
  const closed = drained.map(({ bucket }) => bucket);
  const oldestDay = addDays(budgetDayOf(nowMs), -keptDays);
  const spending = await session.spendingOf(closed, oldestDay);
  const byBucket = Map.groupBy(spending, ({ advertiserId }) => moneyBucketOf(advertiserId));
  for (const bucket of closed)
    await buckets.setCounters(bucket, token, byBucket.get(bucket) ?? [], oldestDay);
  return drained;
}

/** Writes all that a closed bucket's outbox holds; nothing is added to it meanwhile. */
async function writeOutbox(
  buckets: MoneyBuckets,
  session: LedgerSession,
  bucket: number,
): Promise<readonly string[]> {
  const entryIds: string[] = [];
  for (;;) {
    const entries = await buckets.readOutbox(bucket, entryIds.at(-1) ?? null, entriesPerRead);
    if (entries.length === 0) return entryIds;
    await writeEntries(session, entries);
    for (const { entryId } of entries) entryIds.push(entryId);
  }
}

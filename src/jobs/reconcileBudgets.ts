import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { moneyBucketCount } from "../budgets/holdId.ts";
import type {
  CampaignOfAdvertiser,
  CampaignSpending,
  CounterChange,
  Ledger,
  LedgerSession,
  MoneyBuckets,
} from "../serving/ledgerPorts.ts";
import { compareCounters } from "./compareCounters.ts";
import { keptDays } from "./rebuildBudgets.ts";

export interface ReconcileBudgetsDeps {
  readonly ledger: Ledger;
  readonly buckets: Pick<MoneyBuckets, "readCounters" | "changeCounters">;
  readonly now: () => number;
  /** Told of counters that were not what ledger and outbox say, by what they were changed. */
  readonly onRepaired?: (bucket: number, changes: readonly CounterChange[]) => void;
  /** Told of each bucket that was compared to its end. */
  readonly onCompared?: (bucket: number) => void;
}

export interface ReconcileBudgets {
  /** Compares the next few buckets. Answers how many counters were repaired; 0 too when another node moves charges. Rejects when a store is away. */
  readonly runOnce: () => Promise<number>;
}

/** A round of all 64 buckets takes 16 passes. */
const bucketsPerPass = 4;
/** Counters that one script reads: Redis answers nobody else meanwhile. */
const campaignsPerScript = 250;

/**
 * Compares what Redis counts as spent with the ledger, bucket after bucket, for ever: while nobody moves charges, counters
 * and outbox of one moment must be what the ledger has and will be asked for. What differs (charges that the database did
 * not admit, entries that were lost) is repaired by adding the difference, so that what happens meanwhile stays counted.
 */
export function createReconcileBudgets(deps: ReconcileBudgetsDeps): ReconcileBudgets {
  let next = 0;
  return {
    async runOnce() {
      const first = next;
      const outcome = await deps.ledger.exclusively(async (session) => {
        let repaired = 0;
        for (let step = 0; step < bucketsPerPass; step++)
          repaired += await reconcileBucket(deps, session, (first + step) % moneyBucketCount);
        return repaired;
      });
      if (!outcome.ran) return 0;
      next = (first + bucketsPerPass) % moneyBucketCount;
      return outcome.result;
    },
  };
}

async function reconcileBucket(
  deps: ReconcileBudgetsDeps,
  session: LedgerSession,
  bucket: number,
): Promise<number> {
  const today = budgetDayOf(deps.now());
  // Tomorrow too: another node's clock may be there already.
  const days = Array.from({ length: keptDays + 2 }, (_, index) => addDays(today, index - keptDays));
  const campaigns = await session.campaignsOf(bucket);
  const spending = await session.spendingOf([bucket], addDays(today, -keptDays));
  let repaired = 0;
  for (let from = 0; from < campaigns.length; from += campaignsPerScript) {
    const some = campaigns.slice(from, from + campaignsPerScript);
    const changes = await compareSome(deps, session, bucket, some, { spending, days });
    if (changes === null) return repaired;
    if (changes.length === 0) continue;
    if (!(await deps.buckets.changeCounters(bucket, changes))) return repaired;
    deps.onRepaired?.(bucket, changes);
    repaired += changes.length;
  }
  deps.onCompared?.(bucket);
  return repaired;
}

/** Null = the bucket cannot be compared now. */
async function compareSome(
  deps: ReconcileBudgetsDeps,
  session: LedgerSession,
  bucket: number,
  campaigns: readonly CampaignOfAdvertiser[],
  ledger: { readonly spending: readonly CampaignSpending[]; readonly days: readonly string[] },
): Promise<readonly CounterChange[] | null> {
  const advertiserIds = [...new Set(campaigns.map(({ advertiserId }) => advertiserId))];
  const campaignIds = campaigns.map(({ campaignId }) => campaignId);
  const counters = await deps.buckets.readCounters(bucket, {
    campaignIds,
    advertiserIds,
    days: ledger.days,
  });
  if (counters === null) return null;
  const rows = counters.unwritten.flatMap(({ row }) => row ?? []);
  // Committed and not yet taken out of the outbox: such a row would count twice.
  const known = await session.knownEvents(rows.map(({ eventId }) => eventId));
  const unwritten = rows.filter(({ eventId }) => !known.has(eventId));
  return compareCounters(counters, { spending: ledger.spending, unwritten });
}

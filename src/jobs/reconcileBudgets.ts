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
  /** The least time between two passes of all nodes together. */
  readonly pauseMs: number;
  /** Told of counters that were not what ledger and outbox say, by what they were changed. */
  readonly onRepaired?: (bucket: number, changes: readonly CounterChange[]) => void;
  /** Told of each bucket that was compared to its end. */
  readonly onCompared?: (bucket: number) => void;
}

export interface ReconcileBudgets {
  /**
   * Compares the next few buckets. Answers how many counters were repaired; 0 too when it is too early, or another node
   * moves charges. Rejects when a store is away.
   */
  readonly runOnce: () => Promise<number>;
}

/** What one pass looks at: so many buckets, or those that hold so many campaigns. */
const bucketsPerPass = 4;
const campaignsPerPass = 2_000;
/** Counters that one script reads: Redis answers nobody else meanwhile (2 to 3 µs each). */
const campaignsPerScript = 250;

/**
 * Compares what Redis counts as spent with the ledger, bucket after bucket, for ever: while nobody moves charges, counters
 * and outbox of one moment must be what the ledger has and will be asked for. What differs (charges that the database did
 * not admit, entries that were lost) is repaired by adding the difference, so that what happens meanwhile stays counted.
 */
export function createReconcileBudgets(deps: ReconcileBudgetsDeps): ReconcileBudgets {
  return {
    async runOnce() {
      const turn: Turn = { nextBucket: null };
      try {
        const outcome = await deps.ledger.exclusively((session) =>
          reconcileNext(deps, session, turn),
        );
        return outcome.ran ? outcome.result : 0;
      } catch (error) {
        const { nextBucket } = turn;
        // The transaction went with what failed: the turn is passed on in another one, so that one bucket does not stop all.
        if (nextBucket !== null)
          await deps.ledger
            .exclusively((session) => session.saveNextToCompare(nextBucket))
            .catch(() => undefined);
        throw error;
      }
    },
  };
}

/** Whose turn comes after the bucket that is being compared; null = none is. */
interface Turn {
  nextBucket: number | null;
}

/** Answers how many counters were repaired. */
async function reconcileNext(
  deps: ReconcileBudgetsDeps,
  session: LedgerSession,
  turn: Turn,
): Promise<number> {
  const first = await session.nextToCompare(deps.pauseMs);
  if (first === null) return 0;
  let repaired = 0;
  let campaigns = 0;
  let nextBucket = first;
  for (let at = 0; at < bucketsPerPass && campaigns < campaignsPerPass; at++) {
    const bucket = nextBucket;
    nextBucket = (bucket + 1) % moneyBucketCount;
    turn.nextBucket = nextBucket;
    const compared = await reconcileBucket(deps, session, bucket);
    repaired += compared.repaired;
    campaigns += compared.campaigns;
  }
  await session.saveNextToCompare(nextBucket);
  return repaired;
}

interface ComparedBucket {
  readonly campaigns: number;
  readonly repaired: number;
}

async function reconcileBucket(
  deps: ReconcileBudgetsDeps,
  session: LedgerSession,
  bucket: number,
): Promise<ComparedBucket> {
  const today = budgetDayOf(deps.now());
  // Tomorrow too: another node's clock may be there already.
  const days = Array.from({ length: keptDays + 2 }, (_, index) => addDays(today, index - keptDays));
  const campaigns = await session.campaignsOf(bucket);
  const spending = await session.spendingOf([bucket], addDays(today, -keptDays));
  let repaired = 0;
  for (let from = 0; from < campaigns.length; from += campaignsPerScript) {
    const some = campaigns.slice(from, from + campaignsPerScript);
    const changes = await compareSome(deps, session, bucket, some, { spending, days });
    const done = changes !== null && (await change(deps, bucket, changes));
    if (!done) return { campaigns: campaigns.length, repaired };
    repaired += changes.length;
  }
  deps.onCompared?.(bucket);
  return { campaigns: campaigns.length, repaired };
}

/** False = the bucket was closed meanwhile. */
async function change(
  deps: ReconcileBudgetsDeps,
  bucket: number,
  changes: readonly CounterChange[],
): Promise<boolean> {
  if (changes.length === 0) return true;
  if (!(await deps.buckets.changeCounters(bucket, changes))) return false;
  deps.onRepaired?.(bucket, changes);
  return true;
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

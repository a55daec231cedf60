import type { LedgerEventKind, LedgerRow } from "./ledgerRow.ts";

/** What the jobs of money need of the world: `stores` implements these, the entry points wire them. */

export interface CampaignOfAdvertiser {
  readonly campaignId: number;
  readonly advertiserId: number;
}

/** Spending of one campaign, micros: charged, less what was credited. */
export interface CampaignSpending extends CampaignOfAdvertiser {
  readonly spentMicros: number;
  /** By budget day; days without spending may be missing. */
  readonly spentByDay: ReadonlyMap<string, number>;
}

/** What cannot become a row of the ledger: kept as it came, with the reason, for somebody to look at. */
export interface Reject {
  /** As text; 5,000 characters are kept. */
  readonly line: string;
  readonly reason: string;
}

/** How many rows of one outcome the ledger took; `kind` null = set aside, with the rule that they broke. */
export interface Admitted {
  readonly kind: LedgerEventKind | null;
  /** Why these were not charged; null = they were, or were free. */
  readonly reason: string | null;
  readonly rows: number;
  readonly chargedMicros: number;
}

/** The ledger within one transaction. */
export interface LedgerSession {
  /**
   * Writes rows, in the order of their occurrence, and adds them to the sums; rows whose event it has already are left
   * alone. A charge enters while spent + price ≤ the total and daily budget of its campaign and the balance of its
   * advertiser, as stored at this moment; what does not fit is recorded with an amount of 0 and "over_total_budget",
   * "over_daily_budget", "over_balance", "house_campaign" (house ads are free) or "campaign_unknown". A row that breaks a
   * constraint is set aside and stops no other. Answers how many rows are new, those set aside not counted.
   */
  append(rows: readonly LedgerRow[]): Promise<number>;
  /** Keeps what could not even be read. The same line twice is kept once. */
  setAside(rejects: readonly Reject[]): Promise<void>;
  /** The campaigns of a money bucket that are stored or were ever charged, with their advertisers. */
  campaignsOf(bucket: number): Promise<readonly CampaignOfAdvertiser[]>;
  /** The bucket whose turn it is to be compared; null = somebody compared less than `pauseMs` ago. */
  nextToCompare(pauseMs: number): Promise<number | null>;
  /** Says, for all nodes, whose turn it is next. */
  saveNextToCompare(bucket: number): Promise<void>;
  /** Which of these events the ledger has. */
  knownEvents(eventIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Spending of all campaigns of the given money buckets; by day from `sinceDay` on. */
  spendingOf(buckets: readonly number[], sinceDay: string): Promise<readonly CampaignSpending[]>;
}

export interface Ledger {
  /**
   * Runs `work` in one transaction while nobody else, on any node, moves charges from Redis to the ledger. Answers
   * `ran: false` at once when somebody else does. Rejects, with nothing written, when `work` rejects.
   */
  exclusively<T>(
    work: (session: LedgerSession) => Promise<T>,
  ): Promise<{ readonly ran: true; readonly result: T } | { readonly ran: false }>;
}

/** One entry of an outbox; `row` is null when it cannot be read. */
export interface OutboxEntry {
  readonly entryId: string;
  readonly row: LedgerRow | null;
  /** The entry as it is, for what cannot be read. */
  readonly text: string;
}

export interface BucketState {
  readonly bucket: number;
  /** False = the bucket's counters are lost or from another life of the server: nothing paid serves from it. */
  readonly open: boolean;
  readonly unwritten: number;
  /** When the oldest unwritten event was recorded, ms; 0 = none. */
  readonly oldestAtMs: number;
  /** Present = the node of a cluster that has it does not answer: nothing is known of it, and nothing can be done. */
  readonly isAway?: true;
}

/** Something to add to a counter of what is spent. */
export interface CounterChange {
  readonly counter: "campaign" | "advertiser";
  readonly id: number;
  /** The budget day; null = in all. Advertisers have no days. */
  readonly day: string | null;
  /** Negative = less is spent. */
  readonly micros: number;
}

/** Counters of an open bucket and what its outbox held at the same moment. */
export interface BucketCounters {
  readonly campaigns: ReadonlyMap<number, CampaignCounters>;
  readonly advertisers: ReadonlyMap<number, number>;
  readonly unwritten: readonly OutboxEntry[];
}

export interface CampaignCounters {
  readonly spentMicros: number;
  /** The days that were asked for, but those that the campaign has forgotten. */
  readonly spentByDay: ReadonlyMap<string, number>;
}

export interface CountersWanted {
  readonly campaignIds: readonly number[];
  readonly advertiserIds: readonly number[];
  /** Budget days. */
  readonly days: readonly string[];
}

/** The outboxes and counters in Redis. Every function rejects when Redis is away. */
export interface MoneyBuckets {
  /** Looks at every bucket and lets its due holds lapse. */
  tend(nowMs: number): Promise<readonly BucketState[]>;
  /** The oldest entries of a bucket's outbox after `afterEntryId` (null = from the start), at most `limit`. */
  readOutbox(
    bucket: number,
    afterEntryId: string | null,
    limit: number,
  ): Promise<readonly OutboxEntry[]>;
  /** Deletes entries whose rows the ledger has committed. */
  removeFromOutbox(bucket: number, entryIds: readonly string[]): Promise<void>;
  /** Closes a lost bucket: nothing is held or recorded in it until it is opened. False = it is open and well. */
  close(bucket: number, token: string): Promise<boolean>;
  /** Sets the counters of a closed bucket. False = somebody else closed it since. */
  setCounters(
    bucket: number,
    token: string,
    spending: readonly CampaignSpending[],
    oldestDay: string,
  ): Promise<boolean>;
  /** Counters of the given campaigns and advertisers of an open bucket; absent ones are 0. Null = it is closed, or its outbox is too long to be worth it now. */
  readCounters(bucket: number, wanted: CountersWanted): Promise<BucketCounters | null>;
  /** Adds to counters of an open bucket. False = it is closed, and will be set from the ledger. */
  changeCounters(bucket: number, changes: readonly CounterChange[]): Promise<boolean>;
  /** Opens a closed bucket. False = somebody else closed it since. */
  open(bucket: number, token: string): Promise<boolean>;
}

import type { Actor, OrderedPage, PageOfItems } from "./repository.ts";

/** What people ask of the ledger, as the routes see it. Amounts are integer micros of a euro; days are budget days (Paris). */

/** Every kind of entry that a campaign's ledger holds. */
export const ledgerEntryKinds = [
  "impression",
  "viewable",
  "click",
  "conversion",
  "media",
  "credit",
] as const;
export type LedgerEntryKind = (typeof ledgerEntryKinds)[number];

export interface LedgerEntry {
  readonly entryId: number;
  readonly eventId: string;
  readonly kind: LedgerEntryKind;
  readonly campaignId: number;
  readonly advertiserId: number;
  /** Null for a credit. */
  readonly creativeId: number | null;
  readonly placementId: string | null;
  /** "YYYY-MM-DD". */
  readonly day: string;
  /** Negative for a credit. */
  readonly amountMicros: number;
  readonly unchargedReason: string | null;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** What the place of the ad cost; null on direct pages. The margin is the amount less the cost. */
  readonly media: {
    readonly ssp: string;
    readonly priceMicros: number;
    readonly currency: string;
    readonly unitsPerEuro: number;
    readonly rateDate: string;
    readonly costMicros: number;
    readonly marginMicros: number;
  } | null;
  readonly credit: {
    /** The event that is credited; null = an amount of the day. */
    readonly eventId: string | null;
    readonly reason: string;
    readonly givenBy: string;
  } | null;
}

export interface LedgerFilter {
  readonly campaignId: number;
  readonly kind?: LedgerEntryKind | undefined;
  readonly day?: string | undefined;
  /** False = without what sellers of places bill. */
  readonly withMedia: boolean;
}

export interface SpendingSums {
  readonly chargedMicros: number;
  readonly creditedMicros: number;
  /** Charged less credited: what counts against the budgets. */
  readonly spentMicros: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  /** Billable events that were not charged, by reason. */
  readonly uncharged: Readonly<Record<string, number>>;
  readonly mediaCostMicros: number;
}

export interface DaySpending extends SpendingSums {
  readonly day: string;
}

/** What is to be given back, and by whom. */
export interface CreditWrite {
  /** Unique: the same one again gives nothing more. */
  readonly entryEventId: string;
  readonly campaignId: number;
  /** The charged event; null = of a day. */
  readonly eventId: string | null;
  /** Null with an event: its own day. */
  readonly day: string | null;
  /** Null with an event: all that is left of it. */
  readonly amountMicros: number | null;
  /** 1 to 300 characters. */
  readonly reason: string;
  /** 1 to 100 characters. */
  readonly givenBy: string;
  readonly apiKeyId: number | null;
  /** The same for the audit log, with the person and the request. */
  readonly actor?: Actor;
}

export type CreditOutcome =
  | { readonly outcome: "given" | "known"; readonly entry: LedgerEntry }
  | { readonly outcome: "unknown_event" | "unknown_day" }
  /** Only `leftMicros` were charged and not given back yet. */
  | { readonly outcome: "too_much"; readonly leftMicros: number };

/** Faults of all: PublicError `unavailable` when the store is away. */
export interface LedgerBooks {
  /** Gives back at most what was charged and not given back yet; budgets and counters may spend it again at once. */
  giveCredit(credit: CreditWrite): Promise<CreditOutcome>;
  readEntries(filter: LedgerFilter, page: OrderedPage): Promise<PageOfItems<LedgerEntry>>;
  readTotals(campaignId: number): Promise<SpendingSums>;
  /** Only days on which something happened. The ids of the list are days since 1970. */
  readDays(campaignId: number, page: OrderedPage): Promise<PageOfItems<DaySpending>>;
}

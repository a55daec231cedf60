import { type MinToWinCounts, minToWinBucket } from "../openrtb/bidShading.ts";
import type { BidLearning } from "./bidPorts.ts";
import { addCounts, type BidCounts, noCounts, winRateBound } from "./winRate.ts";

/** Who says that a bid won. */
export type WinWitness = "win" | "billing" | "impression";

/** What one node has learnt since it last told, of one SSP. */
export interface LearntBatch {
  readonly sspId: number;
  /** By campaign; 0 = all campaigns together. */
  readonly counts: ReadonlyMap<number, BidCounts>;
  /** How often more each bucket of `minToWinBucket` was told. */
  readonly minToWin: ReadonlyMap<number, number>;
}

/** What all nodes know: of the campaigns that were in the batch, and of the SSP's prices. */
export interface LearntByAll {
  readonly counts: ReadonlyMap<number, BidCounts>;
  readonly minToWin: MinToWinCounts;
}

/** Adds a batch to what all nodes know, and answers that. Rejects when the store is away. */
export type ShareLearning = (batch: LearntBatch, nowMs: number) => Promise<LearntByAll>;

export interface BidLearningDeps {
  readonly share: ShareLearning;
  /** How old a bid is when it counts as one that could have won, ms; default {@link defaultMaturityMs}. */
  readonly maturityMs?: number;
  /** Told why a batch could not be shared; it is kept for the next time. */
  readonly onError?: (error: unknown) => void;
}

/** What answers and notices see of it, and the job that shares it. */
export interface SharedBidLearning extends BidLearning {
  readonly noteWin: (
    sspId: number,
    campaignId: number,
    nowMs: number,
    told?: { readonly by?: WinWitness; readonly minToWinMicros?: number | null },
  ) => void;
  /** Tells what was learnt since the last time and takes over what all know. To be called about every second. Never rejects. */
  readonly exchange: (nowMs: number) => Promise<void>;
}

/** Most banners are drawn within seconds of the auction; what is won later is counted when it is told. */
export const defaultMaturityMs = 30_000;
/** Fewer bids at an SSP tell nothing of it. */
const fewBids = 200;
/** A campaign that bid nowhere for so long is forgotten here; the others still know it. */
const forgetAfterMs = 3_600_000;
/** Campaigns of one batch: the store serves nobody else while it adds them. */
const mostTogether = 500;
const everyCampaign = 0;

interface Known {
  /** What all nodes know, as of the last exchange. */
  known: BidCounts;
  /** What this node has learnt since. */
  fresh: BidCounts;
  touchedMs: number;
}

interface SspBook {
  readonly campaigns: Map<number, Known>;
  minToWin: MinToWinCounts | null;
  freshPrices: Map<number, number>;
}

/** Bids of one second that are too young to count: how many, by SSP and campaign. */
interface YoungBids {
  readonly second: number;
  readonly counts: Map<number, Map<number, number>>;
}

/**
 * Learns from what becomes of bids, in memory: nothing here waits for a store. Nodes tell each other by `exchange`. A bid
 * counts once it is old enough to have won; a win counts at once, so that the bound errs on the side of the shop's budget.
 */
export function createBidLearning(deps: BidLearningDeps): SharedBidLearning {
  const books = new Map<number, SspBook>();
  const young: YoungBids[] = [];
  const maturityMs = deps.maturityMs ?? defaultMaturityMs;
  const note = (
    sspId: number,
    campaignId: number,
    nowMs: number,
    fresh: Partial<BidCounts>,
  ): void => {
    for (const id of [campaignId, everyCampaign]) {
      const known = knownOf(bookOf(books, sspId), id);
      known.fresh = addCounts(known.fresh, { ...noCounts, ...fresh });
      known.touchedMs = nowMs;
    }
  };
  const ripen = (nowMs: number): void => {
    for (const { counts } of takeRipe(young, nowMs - maturityMs))
      for (const [sspId, byCampaign] of counts)
        for (const [campaignId, bids] of byCampaign) note(sspId, campaignId, nowMs, { bids });
  };
  return {
    winRateUpper(sspId, campaignId) {
      const book = books.get(sspId);
      if (book === undefined) return 1;
      return winRateBound(countsOf(book, campaignId), countsOf(book, everyCampaign));
    },
    // Where nothing is known, whole prices are held: not for longer than it takes to learn what most of them come to.
    holdLifeMs(sspId, mostMs) {
      const book = books.get(sspId);
      const isKnown = book !== undefined && countsOf(book, everyCampaign).bids >= fewBids;
      return isKnown ? mostMs : Math.min(mostMs, maturityMs);
    },
    minToWin: (sspId) => books.get(sspId)?.minToWin ?? null,
    noteBid(sspId, campaignId, nowMs) {
      if (addYoung(young, sspId, campaignId, nowMs)) ripen(nowMs);
    },
    noteWin(sspId, campaignId, nowMs, told = {}) {
      note(sspId, campaignId, nowMs, { [countedAs[told.by ?? "win"]]: 1 });
      notePrice(bookOf(books, sspId), told.minToWinMicros);
    },
    noteLoss: (sspId, _campaignId, _nowMs, minToWinMicros) =>
      notePrice(bookOf(books, sspId), minToWinMicros),
    async exchange(nowMs) {
      ripen(nowMs);
      await Promise.all([...books].map(([id, book]) => exchangeBook(deps, id, book, nowMs)));
    },
  };
}

const countedAs = {
  win: "wins",
  billing: "billings",
  impression: "impressions",
} as const satisfies Readonly<Record<WinWitness, keyof BidCounts>>;

function bookOf(books: Map<number, SspBook>, sspId: number): SspBook {
  const known = books.get(sspId);
  if (known !== undefined) return known;
  const book: SspBook = { campaigns: new Map(), minToWin: null, freshPrices: new Map() };
  books.set(sspId, book);
  return book;
}

function notePrice({ freshPrices }: SspBook, micros: number | null | undefined): void {
  if (micros === null || micros === undefined) return;
  const bucket = minToWinBucket(micros);
  freshPrices.set(bucket, (freshPrices.get(bucket) ?? 0) + 1);
}

function knownOf({ campaigns }: SspBook, campaignId: number): Known {
  const known = campaigns.get(campaignId) ?? { known: noCounts, fresh: noCounts, touchedMs: 0 };
  campaigns.set(campaignId, known);
  return known;
}

function countsOf({ campaigns }: SspBook, campaignId: number): BidCounts {
  const known = campaigns.get(campaignId);
  return known === undefined ? noCounts : addCounts(known.known, known.fresh);
}

/** True when it is the first of a second. A clock that steps back puts bids into the newest second that there is. */
function addYoung(young: YoungBids[], sspId: number, campaignId: number, nowMs: number): boolean {
  const second = Math.floor(nowMs / 1_000);
  let last = young.at(-1);
  const isFirst = last === undefined || last.second < second;
  if (last === undefined || last.second < second) {
    last = { second, counts: new Map() };
    young.push(last);
  }
  const byCampaign = last.counts.get(sspId) ?? new Map<number, number>();
  last.counts.set(sspId, byCampaign);
  byCampaign.set(campaignId, (byCampaign.get(campaignId) ?? 0) + 1);
  return isFirst;
}

function takeRipe(young: YoungBids[], untilMs: number): readonly YoungBids[] {
  const firstYoung = young.findIndex(({ second }) => (second + 1) * 1_000 > untilMs);
  return young.splice(0, firstYoung === -1 ? young.length : firstYoung);
}

async function exchangeBook(
  deps: BidLearningDeps,
  sspId: number,
  book: SspBook,
  nowMs: number,
): Promise<void> {
  forgetIdle(book, nowMs);
  const told = [...book.campaigns.keys()].filter((id) => knownOf(book, id).fresh !== noCounts);
  if (told.length === 0 && book.freshPrices.size === 0) return;
  for (let from = 0; from === 0 || from < told.length; from += mostTogether)
    await exchangeSome(deps, sspId, book, told.slice(from, from + mostTogether), nowMs);
}

async function exchangeSome(
  { share, onError }: BidLearningDeps,
  sspId: number,
  book: SspBook,
  campaignIds: readonly number[],
  nowMs: number,
): Promise<void> {
  const counts = new Map(campaignIds.map((id) => [id, knownOf(book, id).fresh]));
  const minToWin = book.freshPrices;
  // What comes in while we wait is told the next time.
  book.freshPrices = new Map();
  for (const id of campaignIds) {
    const known = knownOf(book, id);
    known.known = addCounts(known.known, known.fresh);
    known.fresh = noCounts;
  }
  try {
    const ofAll = await share({ sspId, counts, minToWin }, nowMs);
    book.minToWin = ofAll.minToWin;
    for (const [campaignId, known] of ofAll.counts) knownOf(book, campaignId).known = known;
  } catch (error) {
    keepForLater(book, counts, minToWin);
    onError?.(error);
  }
}

function keepForLater(
  book: SspBook,
  counts: ReadonlyMap<number, BidCounts>,
  minToWin: ReadonlyMap<number, number>,
): void {
  for (const [campaignId, untold] of counts) {
    const known = knownOf(book, campaignId);
    known.known = addCounts(known.known, negative(untold));
    known.fresh = addCounts(known.fresh, untold);
  }
  for (const [bucket, count] of minToWin)
    book.freshPrices.set(bucket, (book.freshPrices.get(bucket) ?? 0) + count);
}

function negative({ bids, wins, billings, impressions }: BidCounts): BidCounts {
  return { bids: -bids, wins: -wins, billings: -billings, impressions: -impressions };
}

function forgetIdle({ campaigns }: SspBook, nowMs: number): void {
  for (const [campaignId, { fresh, touchedMs }] of campaigns)
    if (fresh === noCounts && nowMs - touchedMs > forgetAfterMs) campaigns.delete(campaignId);
}

import { convertMicros, type ExchangeTable } from "../openrtb/exchangeTable.ts";
import type { NoticeKind } from "../openrtb/noticeMacros.ts";
import { type Notice, readNotice } from "../openrtb/readNotice.ts";
import type { SharedBidLearning } from "./bidLearning.ts";
import { type NoticeKey, readBidNotice } from "./bidNoticeToken.ts";
import type { BidNoticeClaims, CurrentRates, FindSspById, Ssp } from "./bidPorts.ts";
import { impressionBill, judgeNotice, type NoticeRefusal } from "./judgeNotice.ts";
import { trackedEventKey } from "./ledgerRow.ts";
import type { MediaCost } from "./mediaCost.ts";
import { noticeEvent, type ToldFacts, toldFactsOf } from "./noticeEvent.ts";
import type { EmitEvent, ReleaseHolds } from "./ports.ts";
import { createRecentIds } from "./recentIds.ts";

/** Who tells of a bid: the exchange by a notice, or our own pixel in its markup. */
export type WitnessKind = NoticeKind | "impression";

/** One notice as it is claimed; `bill` = it is the one that bills. */
export interface NoticeClaim {
  readonly kind: WitnessKind;
  readonly claims: BidNoticeClaims;
  readonly bill: MediaCost | null;
  readonly occurredAtMs: number;
  /** Its bill counts only for an ad that was seen. Absent (of an older server) = no. */
  readonly needsImpression?: boolean;
  /** For the event stream. Absent (of an older server) = nothing is known of it. */
  readonly told?: ToldFacts;
}

/**
 * Counts a notice once, and puts its bill where the ledger takes it from, in one step. "again" = known already, or billed by
 * the other kind of notice; "told" = the first of its kind, of what our pixel has billed; "unseen" = it bills only what was
 * seen, and nobody has (yet); "late" = after the bid had expired, of an ad that nobody saw; "billed" = a loss after its bill.
 */
export type ClaimNotice = (
  claim: NoticeClaim,
) => Promise<"first" | "again" | "told" | "unseen" | "late" | "billed" | "unavailable">;

/** What became of a notice. */
export type NoticeOutcome =
  | "counted"
  | "duplicate"
  /** Waits on disk until the store is back, and is told of again when it is counted. */
  | "spooled"
  /** Neither counted nor kept: no bill, or one that the disk has no room for. */
  | "lost"
  /** The SSP told of a loss after it had billed. */
  | "loss_after_bill"
  | "unknown_ssp"
  | NoticeRefusal;

export interface ToldNotice {
  readonly kind: WitnessKind;
  /** Null = not signed by us. */
  readonly claims: BidNoticeClaims | null;
  readonly ssp: Ssp | null;
  readonly notice: Notice | null;
  /** What it has billed; null = nothing (yet). */
  readonly bill: MediaCost | null;
  readonly outcome: NoticeOutcome | "not_ours";
}

export interface RecordNoticeDeps {
  /** The present key first. */
  readonly keys: readonly NoticeKey[];
  readonly findSsp: FindSspById;
  readonly rates: CurrentRates;
  readonly claim: ClaimNotice;
  readonly releaseHolds: ReleaseHolds;
  readonly learning: Pick<SharedBidLearning, "noteWin" | "noteLoss">;
  /** Keeps a bill that no store took, on disk; false = there is no room for it. */
  readonly spool: (claim: NoticeClaim) => boolean;
  readonly emit: EmitEvent;
  /** Told of every notice, for metrics and the log. */
  readonly onTold: (told: ToldNotice) => void;
}

export interface RecordNotice {
  /**
   * What an exchange tells of a bid. "not_ours" = we did not sign the address; "later" = this node does not know the SSP
   * (yet) and cannot read its prices, or can keep no bill now: tell it again. Never rejects.
   */
  readonly tell: (
    kind: NoticeKind,
    token: string,
    query: URLSearchParams,
    nowMs: number,
  ) => Promise<"told" | "not_ours" | "later">;
  /**
   * The pixel of a bid was fetched and counted: bills the bid where its SSP is billed on the impression. Whatever is no token
   * of ours is nothing. Never rejects.
   */
  readonly shown: (token: string, nowMs: number) => Promise<void>;
  /** Counts a bill that waited; false = the store is still away, keep it. Never rejects. */
  readonly replay: (claim: NoticeClaim) => Promise<boolean>;
}

/**
 * From a notice to a bill, to what is learnt of the market and to money that is free again. Told twice it counts once; what
 * breaks a rule is refused, counted and logged, and never paid.
 */
export function createRecordNotice(deps: RecordNoticeDeps): RecordNotice {
  const count = createCount(deps);
  const tellOurs = createTellOurs(deps, count);
  return {
    async tell(kind, token, query, nowMs) {
      const read = readBidNotice(token, deps.keys);
      const nobody = { kind, claims: null, ssp: null, notice: null, bill: null } as const;
      const told: ToldNotice = read.ok
        ? await tellOurs(kind, read.claims, query, nowMs)
        : { ...nobody, outcome: "not_ours" };
      deps.onTold(told);
      if (told.outcome === "not_ours") return "not_ours";
      const isForLater = told.outcome === "unknown_ssp" || told.outcome === "lost";
      return isForLater ? "later" : "told";
    },
    async shown(token, nowMs) {
      const read = readBidNotice(token, deps.keys);
      const ssp = read.ok ? deps.findSsp(read.claims.sspId) : null;
      if (!read.ok || read.claims.test || ssp?.openToBrowsers !== true) return;
      const { claims } = read;
      const bill = impressionBill(claims, ssp, { table: deps.rates(), nowMs });
      const claim = { kind: "impression", claims, bill, occurredAtMs: nowMs } as const;
      deps.onTold(await count({ ...claim, needsImpression: true }, ssp));
    },
    async replay(claim) {
      const ssp = deps.findSsp(claim.claims.sspId);
      const claimed = await deps.claim(claim);
      if (claimed !== "unavailable") deps.onTold(settle(deps, claim, ssp, claimed));
      return claimed !== "unavailable";
    },
  };
}

function createTellOurs(deps: RecordNoticeDeps, count: Count) {
  return async (
    kind: NoticeKind,
    claims: BidNoticeClaims,
    query: URLSearchParams,
    nowMs: number,
  ): Promise<ToldNotice> => {
    const ssp = deps.findSsp(claims.sspId);
    const unread = { kind, claims, ssp, notice: null, bill: null } as const;
    if (ssp === null) return { ...unread, outcome: "unknown_ssp" };
    const notice = readNotice(kind, query, ssp.priceCodec);
    const rates = { table: deps.rates(), nowMs };
    const judged = judgeNotice(notice, claims, ssp, rates);
    if (!judged.ok) return { ...unread, notice, outcome: judged.reason };
    const { bill } = judged;
    const needsImpression = ssp.openToBrowsers;
    const told = toldFactsOf(notice);
    const claim = { kind, claims, bill, occurredAtMs: nowMs, needsImpression, told };
    const counted = await count(claim, ssp);
    // A bill that waits is as good as told: the shop's budget must not wait to be learnt about.
    const isNews = counted.outcome === "counted" || counted.outcome === "spooled";
    if (isNews) learn(deps, claim, notice, rates);
    return { ...counted, notice };
  };
}

type Claimed = Awaited<ReturnType<ClaimNotice>>;
const outcomes = {
  first: "counted",
  told: "counted",
  again: "duplicate",
  unseen: "unseen",
  late: "late",
  billed: "loss_after_bill",
} as const satisfies Readonly<Record<Exclude<Claimed, "unavailable">, NoticeOutcome>>;

type Count = (claim: NoticeClaim, ssp: Ssp) => Promise<ToldNotice>;

/** Claims a notice; what no store takes now waits on disk, once, if it is a bill. */
function createCount(deps: RecordNoticeDeps): Count {
  const waiting = createRecentIds();
  return async (claim, ssp) => {
    const claimed = await deps.claim(claim);
    const id = `${trackedEventKey(claim.claims)}.${claim.kind}`;
    if (claimed !== "unavailable") {
      waiting.forget(id);
      return settle(deps, claim, ssp, claimed);
    }
    const { kind, claims } = claim;
    const told = { kind, claims, ssp, notice: null, bill: null } as const;
    if (claim.bill === null) return { ...told, outcome: "lost" };
    // An exchange repeats what it tells, all the more while we are slow.
    if (!waiting.isNew(id)) return { ...told, outcome: "duplicate" };
    if (deps.spool(claim)) return { ...told, outcome: "spooled" };
    waiting.forget(id);
    return { ...told, outcome: "lost" };
  };
}

/** What is claimed for the first time goes to the event stream. */
function settle(
  { emit }: RecordNoticeDeps,
  claim: NoticeClaim,
  ssp: Ssp | null,
  claimed: Exclude<Claimed, "unavailable">,
): ToldNotice {
  const bill = claimed === "first" ? claim.bill : null;
  const name = ssp?.name ?? claim.bill?.ssp ?? "";
  const outcome = outcomes[claimed];
  if (outcome === "counted") emit(noticeEvent({ ...claim, bill }, name));
  return { kind: claim.kind, claims: claim.claims, ssp, notice: null, bill, outcome };
}

function learn(
  deps: RecordNoticeDeps,
  { kind, claims, occurredAtMs }: NoticeClaim & { readonly kind: NoticeKind },
  notice: Notice,
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): void {
  const { sspId, campaignId, holdId } = claims;
  const minToWinMicros = toEuro(minToWinOf(notice), claims.currency, rates);
  if (kind !== "loss") {
    deps.learning.noteWin(sspId, campaignId, occurredAtMs, { by: kind, minToWinMicros });
    return;
  }
  deps.learning.noteLoss(sspId, campaignId, occurredAtMs, minToWinMicros);
  if (holdId !== null) void deps.releaseHolds([holdId], occurredAtMs).catch(() => {});
}

const outbid = 102;

/** Some exchanges tell the price that won where the specification has the one that would have. */
function minToWinOf({ kind, minToWinMicros, lossReason, price }: Notice): number | null {
  if (minToWinMicros !== null) return minToWinMicros;
  const tellsWinner = kind === "loss" && lossReason === outbid && price.kind === "told";
  return tellsWinner ? price.micros : null;
}

function toEuro(
  micros: number | null,
  currency: string,
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): number | null {
  return micros === null ? null : convertMicros(micros, currency, "EUR", "up", rates);
}

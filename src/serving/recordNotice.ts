import { convertMicros, type ExchangeTable } from "../openrtb/exchangeTable.ts";
import type { NoticeKind } from "../openrtb/noticeMacros.ts";
import { type Notice, readNotice } from "../openrtb/readNotice.ts";
import type { SharedBidLearning } from "./bidLearning.ts";
import { type NoticeKey, readBidNotice } from "./bidNoticeToken.ts";
import type { BidNoticeClaims, CurrentRates, FindSspById, Ssp } from "./bidPorts.ts";
import { judgeNotice, type NoticeRefusal } from "./judgeNotice.ts";
import { trackedEventKey } from "./ledgerRow.ts";
import type { MediaCost } from "./mediaCost.ts";
import type { EmitEvent, ReleaseHolds } from "./ports.ts";

/** One notice as it is claimed; `bill` = it is the one that bills. */
export interface NoticeClaim {
  readonly kind: NoticeKind;
  readonly claims: BidNoticeClaims;
  readonly bill: MediaCost | null;
  readonly occurredAtMs: number;
}

/**
 * Counts a notice once, and puts its bill where the ledger takes it from, in one step. "again" = known already, or billed by
 * the other kind of notice; "late" = after the bid had expired, of an ad that nobody saw; "billed" = a loss after its bill.
 */
export type ClaimNotice = (
  claim: NoticeClaim,
) => Promise<"first" | "again" | "late" | "billed" | "unavailable">;

/** What became of a notice. */
export type NoticeOutcome =
  | "counted"
  | "duplicate"
  /** Waits on disk until the store is back. */
  | "spooled"
  /** Neither counted nor kept: it is no bill. */
  | "lost"
  /** The SSP told of a loss after it had billed. */
  | "loss_after_bill"
  | "unknown_ssp"
  | NoticeRefusal;

export interface ToldNotice {
  readonly kind: NoticeKind;
  /** Null = not signed by us. */
  readonly claims: BidNoticeClaims | null;
  readonly ssp: Ssp | null;
  readonly notice: Notice | null;
  /** What it bills, if it was counted or waits; null = nothing. */
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
  /** Keeps a bill that no store took, on disk. */
  readonly spool: (claim: NoticeClaim) => void;
  readonly emit: EmitEvent;
  /** Told of every notice, for metrics and the log. */
  readonly onTold: (told: ToldNotice) => void;
}

export interface RecordNotice {
  /**
   * What an exchange tells of a bid. "not_ours" = we did not sign the address; "later" = this node does not know the SSP
   * (yet), and cannot read its prices: tell it again. Never rejects.
   */
  readonly tell: (
    kind: NoticeKind,
    token: string,
    query: URLSearchParams,
    nowMs: number,
  ) => Promise<"told" | "not_ours" | "later">;
  /** Counts a bill that waited; false = the store is still away, keep it. Never rejects. */
  readonly replay: (claim: NoticeClaim) => Promise<boolean>;
}

/**
 * From a notice to a bill, to what is learnt of the market and to money that is free again. Told twice it counts once; what
 * breaks a rule is refused, counted and logged, and never paid.
 */
export function createRecordNotice(deps: RecordNoticeDeps): RecordNotice {
  const tellOurs = async (
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
    const claim: NoticeClaim = { kind, claims, bill, occurredAtMs: nowMs };
    const outcome = outcomeOf(await deps.claim(claim), claim);
    if (outcome === "spooled") deps.spool(claim);
    // A bill that waits is as good as told: the shop's budget must not wait to be learnt about.
    if (outcome === "counted" || outcome === "spooled") learn(deps, claim, notice, rates);
    if (outcome === "counted") deps.emit(toServingEvent(claim, notice, ssp));
    return { ...unread, notice, bill, outcome };
  };
  return {
    async tell(kind, token, query, nowMs) {
      const read = readBidNotice(token, deps.keys);
      const nobody = { kind, claims: null, ssp: null, notice: null, bill: null } as const;
      const told: ToldNotice = read.ok
        ? await tellOurs(kind, read.claims, query, nowMs)
        : { ...nobody, outcome: "not_ours" };
      deps.onTold(told);
      if (told.outcome === "not_ours") return "not_ours";
      return told.outcome === "unknown_ssp" ? "later" : "told";
    },
    replay: async (claim) => (await deps.claim(claim)) !== "unavailable",
  };
}

function outcomeOf(
  claimed: Awaited<ReturnType<ClaimNotice>>,
  { bill }: NoticeClaim,
): NoticeOutcome {
  if (claimed === "unavailable") return bill === null ? "lost" : "spooled";
  if (claimed === "billed") return "loss_after_bill";
  if (claimed === "late") return "late";
  return claimed === "first" ? "counted" : "duplicate";
}

function learn(
  deps: RecordNoticeDeps,
  { kind, claims, occurredAtMs }: NoticeClaim,
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

function toServingEvent(
  { kind, claims, bill, occurredAtMs }: NoticeClaim,
  notice: Notice,
  ssp: Ssp,
): Parameters<EmitEvent>[0] {
  const { decisionId, slot, campaignId, creativeId, advertiserId, priceMicros, currency } = claims;
  return {
    schema: "bid_notice.v1",
    eventId: `${trackedEventKey(claims)}.${kind}_notice`,
    occurredAtMs,
    payload: {
      kind,
      ssp: ssp.name,
      decisionId,
      slot,
      campaignId,
      creativeId,
      advertiserId,
      bidMicros: priceMicros,
      currency,
      clearingMicros: notice.price.kind === "told" ? notice.price.micros : null,
      minToWinMicros: notice.minToWinMicros,
      lossReason: notice.lossReason,
      costMicros: bill?.costMicros ?? null,
    },
  };
}

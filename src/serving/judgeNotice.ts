import { createHash } from "node:crypto";
import { type ExchangeTable, knowsCurrency } from "../openrtb/exchangeTable.ts";
import type { Notice } from "../openrtb/readNotice.ts";
import type { BidNoticeClaims, Ssp } from "./bidPorts.ts";
import { trackedEventKey } from "./ledgerRow.ts";
import { type MediaCost, mediaCostOf, oneOfThousand } from "./mediaCost.ts";

/** Why a notice of a bid of ours does not count. */
export type NoticeRefusal =
  /** Of a test, or of an exchange's look at our markup. */
  | "test"
  | "audit"
  /** Told in another currency than we bid in. */
  | "currency"
  | "no_price"
  | "unreadable_price"
  /** More was asked than was bid: for one impression, or for several that were won by a bid for one. */
  | "above_bid"
  | "multiplier"
  /** After the bid had expired, of an ad that nobody was seen to look at. */
  | "late"
  /** Of an SSP that is billed on the impression, which has not come (yet): when it does, it bills. */
  | "unseen";

export type NoticeJudgement =
  | { readonly ok: true; readonly bill: MediaCost | null }
  | { readonly ok: false; readonly reason: NoticeRefusal };

/**
 * Exchanges round: a price above our bid by no more than this (micros of the bid's currency per thousand, half a cent) is
 * taken for the bid itself, which is never exceeded.
 */
export const roundingMicros = 5_000;

/**
 * Judges a notice by what is signed of its bid, and makes the bill where this notice is the one that bills. What the
 * exchange tells is not signed: nothing is paid that we did not offer. Pure.
 */
export function judgeNotice(
  notice: Notice,
  claims: BidNoticeClaims,
  ssp: Pick<Ssp, "name" | "billedBy">,
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): NoticeJudgement {
  if (claims.test) return refused("test");
  if (notice.audit || notice.price.kind === "audit") return refused("audit");
  if (notice.kind === "loss") return { ok: true, bill: null };
  const { price, multiplier } = notice;
  if (notice.currency !== null && notice.currency !== claims.currency) return refused("currency");
  const most = claims.priceMicros + roundingMicros;
  if (price.kind === "told" && price.micros > most) return refused("above_bid");
  if (!isBilling(notice, ssp)) return { ok: true, bill: null };
  if (price.kind !== "told")
    return refused(price.kind === "absent" ? "no_price" : "unreadable_price");
  const total = Math.round(price.micros * (multiplier ?? 1));
  if (total > most) return refused("multiplier");
  return { ok: true, bill: billOf(Math.min(total, claims.priceMicros), claims, ssp, rates) };
}

/** Whether this kind of notice is the one by which the SSP bills. */
export function isBilling(notice: Pick<Notice, "kind">, ssp: Pick<Ssp, "billedBy">): boolean {
  return notice.kind === (ssp.billedBy === "burl" ? "billing" : "win");
}

/**
 * The bill of an ad of an SSP that is billed on the impression: what was bid, for a page's auction is of the first price, and
 * nobody whom we know tells another. Pure.
 */
export function impressionBill(
  claims: BidNoticeClaims,
  ssp: Pick<Ssp, "name">,
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): MediaCost {
  return billOf(claims.priceMicros, claims, ssp, rates);
}

function billOf(
  perThousandMicros: number,
  claims: BidNoticeClaims,
  ssp: Pick<Ssp, "name">,
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): MediaCost {
  const { currency } = claims;
  const priceMicros = oneOfThousand(perThousandMicros, diceOf(claims));
  return mediaCostOf({ ssp: ssp.name, priceMicros, currency }, rateOf(claims, rates));
}

/** Today's rate; where it is not known any more, the one by which we bid. */
function rateOf(
  { currency, priceMicros, costMicros, issuedAtMs }: BidNoticeClaims,
  { table, nowMs }: { readonly table: ExchangeTable; readonly nowMs: number },
): Pick<MediaCost, "unitsPerEuro" | "rateDate"> {
  if (currency === "EUR") return { unitsPerEuro: 1, rateDate: dayOf(nowMs) };
  const microsPerEuro = table.microsPerEuro.get(currency);
  if (microsPerEuro !== undefined && knowsCurrency(table, currency, nowMs))
    return { unitsPerEuro: microsPerEuro / 1_000_000, rateDate: dayOf(table.asOfMs) };
  const bidRate = Math.round((priceMicros / Math.max(1, costMicros)) * 1e9) / 1e9;
  return { unitsPerEuro: Math.max(1e-9, bidRate), rateDate: dayOf(issuedAtMs) };
}

function diceOf(claims: BidNoticeClaims): number {
  return createHash("sha256").update(trackedEventKey(claims)).digest().readUInt32LE(0) % 1_000;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function refused(reason: NoticeRefusal): NoticeJudgement {
  return { ok: false, reason };
}

import type { ValueBreakdown } from "../targeting/types.ts";
import { type MinToWinCounts, type ShadingPolicy, shadeMicros } from "./bidShading.ts";
import { convertMicros, type ExchangeTable, knowsCurrency } from "./exchangeTable.ts";
import type { BidRequest, Deal, Imp } from "./types.ts";

/** What an SSP's settings say of prices. */
export interface PriceSettings {
  /** In which currencies we bid, best first; empty = whichever is asked for and known. */
  readonly currencies: readonly string[];
  /** Thousandths of what a campaign pays that the house keeps, 0 to 999. */
  readonly marginPermille: number;
  readonly shading: ShadingPolicy;
}

export interface PriceAsk {
  readonly request: Pick<BidRequest, "auctionType">;
  readonly imp: Imp;
  /** The deal by which the bid is made; null = the open auction. */
  readonly deal: Deal | null;
  readonly value: Pick<
    ValueBreakdown,
    "valueMicros" | "bidMicros" | "pricing" | "clickRate" | "viewRate"
  >;
  /** Of the answer, see {@link answerCurrency}. */
  readonly currency: string;
  readonly settings: PriceSettings;
  /** What it took to win here of late; null = not known. */
  readonly minToWin: MinToWinCounts | null;
  readonly table: ExchangeTable;
  readonly nowMs: number;
}

export type BidPrice =
  | {
      readonly ok: true;
      /** Micros of the answer's currency per thousand impressions, at least 1. */
      readonly priceMicros: number;
      /** The same in euros, rounded up: what the exchange may cost us per thousand at most. */
      readonly costMicros: number;
      /** What the campaign is expected to pay per thousand impressions, micros of a euro: never below `costMicros`. */
      readonly payMicros: number;
    }
  | { readonly ok: false; readonly reason: "currency" | "floor" | "worthless" };

/**
 * The currency of an answer: of those that the request takes (none named means USD, the specification's default), the first
 * of the SSP's settings; without settings the euro, which needs no rate, else the request's first. Null = none is known.
 */
export function answerCurrency(
  request: Pick<BidRequest, "currencies">,
  settings: Pick<PriceSettings, "currencies">,
  rates: { readonly table: ExchangeTable; readonly nowMs: number },
): string | null {
  const asked = request.currencies.length > 0 ? request.currencies : ["USD"];
  const preferred =
    settings.currencies.length > 0
      ? settings.currencies.filter((currency) => asked.includes(currency))
      : [...asked.filter((currency) => currency === "EUR"), ...asked];
  return preferred.find((it) => knowsCurrency(rates.table, it, rates.nowMs)) ?? null;
}

/**
 * What a thousand impressions bring from the campaign itself, whole micros of a euro, rounded down: its bid for CPM; for
 * vCPM and CPC the bid times the predicted rate. The boosts of the ranking (audience, nearness) rank, but nobody pays them.
 *
 * Where the campaign pays per view or click and the exchange is paid per impression, this is an expectation: what it falls
 * short of is the house's risk and never the shop's, whose hold covers the upper bound of the rate (`holdAmountMicros`).
 */
export function expectedPayMicros(value: PriceAsk["value"]): number {
  switch (value.pricing) {
    case "cpm":
      return value.bidMicros;
    case "vcpm":
      return Math.floor(value.bidMicros * (value.viewRate ?? 0));
    case "cpc":
      return Math.floor(value.bidMicros * (value.clickRate ?? 0) * 1_000);
  }
}

/**
 * The price of a bid. The most it may be is what the campaign pays, less our margin, in the answer's currency and rounded
 * down: no auction, of first or second price, can then cost more. Second-price auctions get all of it (bidding less gains
 * nothing there), first-price ones what is left by shading, deals with an agreed price that price. Floors are rounded up
 * when converted; a bid that cannot reach its floor is none. Pure.
 */
export function priceBid(ask: PriceAsk): BidPrice {
  const { deal, imp, currency, settings } = ask;
  const payMicros = Math.min(ask.value.valueMicros, expectedPayMicros(ask.value));
  const netMicros = lessMargin(payMicros, settings.marginPermille);
  const mostMicros = convertMicros(netMicros, "EUR", currency, "down", ask);
  const asked = deal ?? imp;
  const floorMicros = convertFloor(asked, currency, ask);
  if (mostMicros === null || floorMicros === null) return { ok: false, reason: "currency" };
  if (mostMicros < 1) return { ok: false, reason: "worthless" };
  if (mostMicros < floorMicros) return { ok: false, reason: "floor" };
  const wanted = wantedMicros(ask, netMicros, floorMicros);
  const priceMicros = Math.max(1, floorMicros, Math.min(wanted, mostMicros));
  const costMicros = convertMicros(priceMicros, currency, "EUR", "up", ask) ?? netMicros;
  return { ok: true, priceMicros, costMicros, payMicros };
}

/** The number of a price in a bid response: units of the currency, exact to the micro. */
export function priceNumber(priceMicros: number): number {
  return priceMicros / 1_000_000;
}

function wantedMicros(ask: PriceAsk, netMicros: number, floorMicros: number): number {
  const { deal, request, settings, currency } = ask;
  // What was learnt of open auctions says nothing of an agreement between two.
  if (deal !== null) {
    return deal.auctionType === 3 && floorMicros > 0 ? floorMicros : Number.MAX_SAFE_INTEGER;
  }
  if (request.auctionType === 2) return Number.MAX_SAFE_INTEGER;
  const shaded = shadeMicros(netMicros, ask.minToWin, settings.shading);
  return convertMicros(shaded, "EUR", currency, "down", ask) ?? 0;
}

/** No floor is none in any currency, be it known or not. */
function convertFloor(
  { floorMicros, floorCurrency }: Pick<Imp, "floorMicros" | "floorCurrency">,
  currency: string,
  rates: Pick<PriceAsk, "table" | "nowMs">,
): number | null {
  return floorMicros === 0 ? 0 : convertMicros(floorMicros, floorCurrency, currency, "up", rates);
}

function lessMargin(micros: number, marginPermille: number): number {
  const kept = BigInt(1_000 - marginPermille);
  return Number((BigInt(micros) * kept) / 1_000n);
}

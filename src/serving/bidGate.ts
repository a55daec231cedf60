import { answerCurrency } from "../openrtb/bidPrice.ts";
import { acceptsSeat } from "../openrtb/checkBrand.ts";
import { type ExchangeTable, knowsCurrency } from "../openrtb/exchangeTable.ts";
import { isFrench } from "../openrtb/frenchAreas.ts";
import type { NoBidReason } from "../openrtb/noBid.ts";
import type { BidRequest } from "../openrtb/types.ts";
import { type OpenImp, openImpsOf } from "./bidAdRequest.ts";
import type { CurrentRates, Ssp } from "./bidPorts.ts";
import type { ScreenCaller } from "./invalidTraffic.ts";

export interface BidGateDeps {
  readonly rates: CurrentRates;
  /** What is invalid about a visitor; absent = nobody is doubted. */
  readonly screenCaller?: ScreenCaller;
  /** Why the way that a request took to us is not taken; null = it is. Absent = any way is. */
  readonly checkSupply?: (request: BidRequest, ssp: Ssp) => NoBidReason | null;
  /** Our own addresses are https. */
  readonly isSecure: boolean;
}

/** A request that may be bid on. */
export interface OpenBid {
  /** At least one. */
  readonly imps: readonly OpenImp[];
  readonly currency: string;
  readonly table: ExchangeTable;
}

/** What can be said of a request without looking for campaigns: why it gets no bid, or what there is to bid on. */
export function openBid(
  request: BidRequest,
  ssp: Ssp,
  nowMs: number,
  deps: BidGateDeps,
): OpenBid | NoBidReason {
  if (!acceptsSeat(request, ssp.answer.seat)) return "blocked_seat";
  const imps = openImpsOf(request, deps.isSecure);
  if (imps.length === 0) return whyClosed(request);
  if (isAbroad(request)) return "no_campaign";
  const table = deps.rates();
  const currency = answerCurrency(request, ssp.price, { table, nowMs });
  if (currency === null) return "unknown_currency";
  const known = imps.filter(({ imp }) => hasKnownFloor(imp, table, nowMs));
  if (known.length === 0) return "unknown_currency";
  const way = deps.checkSupply?.(request, ssp) ?? null;
  if (way !== null) return way;
  const invalid = invalidReason(request, deps.screenCaller);
  return invalid ?? { imps: known, currency, table };
}

/** Shops of France pay nobody in another country, also those who want all of France. Silence is no other country. */
function isAbroad({ device: { geo } }: BidRequest): boolean {
  return geo !== null && geo.country !== null && !isFrench(geo);
}

function whyClosed({ imps }: BidRequest): NoBidReason {
  return imps.some(({ banner, native }) => banner !== null || native !== null)
    ? "no_creative"
    : "unsupported_media";
}

function hasKnownFloor(
  { floorMicros, floorCurrency, deals, privateAuction }: OpenImp["imp"],
  table: ExchangeTable,
  nowMs: number,
): boolean {
  const isKnown = (it: { readonly floorMicros: number; readonly floorCurrency: string }) =>
    it.floorMicros === 0 || knowsCurrency(table, it.floorCurrency, nowMs);
  const isOpen = !privateAuction && isKnown({ floorMicros, floorCurrency });
  return isOpen || deals.some(isKnown) || (privateAuction && deals.length === 0);
}

/** An exchange that tells no user agent does not make its visitors bots. */
function invalidReason(
  { device, regs }: BidRequest,
  screenCaller: ScreenCaller | undefined,
): NoBidReason | null {
  const { userAgent, ip } = device;
  const address = regs.coppa ? null : ip;
  const reason = screenCaller?.({ userAgent: userAgent ?? unknownAgent, address }) ?? null;
  if (reason === null) return null;
  return reason === "data_centre" ? "data_centre" : "robot";
}

const unknownAgent = "Mozilla/5.0";

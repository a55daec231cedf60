import type { BidConstraints, BidDeal } from "../targeting/bidConstraints.ts";
import { hashText } from "../targeting/hash.ts";
import type { PriceSettings } from "./bidPrice.ts";
import type { AnswerSettings } from "./bidTypes.ts";
import { acceptsSeat } from "./checkBrand.ts";
import { convertMicros, type ExchangeTable } from "./exchangeTable.ts";
import type { BidRequest, Imp } from "./types.ts";

/** What of an SSP's settings decides who may answer it. */
export interface ConstraintSettings {
  /** As the deals of campaigns name it. */
  readonly name: string;
  readonly answer: Pick<AnswerSettings, "seat">;
  readonly price: Pick<PriceSettings, "marginPermille">;
}

/** Exchange rates, for floors. */
interface Rates {
  readonly table: ExchangeTable;
  readonly nowMs: number;
}

/**
 * What an imp asks of whoever answers it, in the terms of the decision (`Placement.bid`). What it lets pass is not yet a
 * bid: `checkCandidate` and `priceBid` have the last word. Pure.
 */
export function bidConstraintsOf(
  request: BidRequest,
  imp: Imp,
  ssp: ConstraintSettings,
  rates: Rates,
): BidConstraints {
  const { marginPermille } = ssp.price;
  const openFloor = floorOf(imp, marginPermille, rates);
  return {
    ssp: ssp.name,
    refusesAll: acceptsSeat(request, ssp.answer.seat) ? null : "seat",
    refusedCategories: new Set(),
    blockedDomains: new Set(request.blockedDomains.map(hashText)),
    blockedApps: new Set(request.blockedApps.map(hashText)),
    openFloorMicros: imp.privateAuction ? null : openFloor,
    deals: dealsOf(imp, ssp, rates),
    secure: imp.secure,
    banner: null,
    native: null,
  };
}

function dealsOf(imp: Imp, ssp: ConstraintSettings, rates: Rates): readonly BidDeal[] {
  const { seat } = ssp.answer;
  return imp.deals.flatMap((deal) => {
    const isForUs =
      deal.allowedSeats.length === 0 || (seat !== null && deal.allowedSeats.includes(seat));
    const floorMicros = floorOf(deal, ssp.price.marginPermille, rates);
    if (!isForUs || floorMicros === null) return [];
    const { allowedDomains } = deal;
    const domains = allowedDomains.length === 0 ? null : new Set(allowedDomains.map(hashText));
    return [{ id: deal.id, floorMicros, allowedDomains: domains }];
  });
}

/** The least that a campaign must pay for its bid to reach a floor; null = in a currency that is unknown. */
function floorOf(
  { floorMicros, floorCurrency }: Pick<Imp, "floorMicros" | "floorCurrency">,
  marginPermille: number,
  rates: Rates,
): number | null {
  const netMicros = convertMicros(floorMicros, floorCurrency, "EUR", "down", rates);
  return netMicros === null ? null : Math.floor((netMicros * 1_000) / (1_000 - marginPermille));
}

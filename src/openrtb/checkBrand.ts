import { landingApp } from "../targeting/landing.ts";
import type { AnswerSettings, BidCandidate, BidRefusal } from "./bidTypes.ts";
import { isOfDomains, landingDomain } from "./landingDomain.ts";
import type { BidRequest, Deal, Imp } from "./types.ts";

const language = "fr";

/** What of a request refuses a campaign's trade, domain, app or language, or our seat; null = nothing. Pure. */
export function checkBrand(
  request: BidRequest,
  { categories, categoryTaxonomy, creative }: BidCandidate,
  { seat }: Pick<AnswerSettings, "seat">,
): BidRefusal | null {
  // Who could not read a whole list cannot know what is on it.
  if (request.blockListsCut) return "domain";
  if (!acceptsSeat(request, seat)) return "seat";
  if (isOfDomains(landingDomain(creative.landingUrl), request.blockedDomains)) return "domain";
  const app = landingApp(creative.landingUrl);
  if (app !== null && request.blockedApps.includes(app)) return "app";
  if (!acceptsLanguage(request)) return "language";
  const { blockedCategories, allowedCategories } = request;
  if (blockedCategories.length + allowedCategories.length === 0) return null;
  // Codes of another taxonomy say nothing of ours: neither that it is blocked nor that it is not.
  if (categoryTaxonomy !== request.categoryTaxonomy) return "category";
  if (categories.some((it) => isUnder(it, blockedCategories))) return "category";
  if (allowedCategories.length === 0) return null;
  return categories.some((it) => isUnder(it, allowedCategories)) ? null : "category";
}

/** French is what our ads are in. */
export function acceptsLanguage({
  allowedLanguages,
}: Pick<BidRequest, "allowedLanguages">): boolean {
  const speaks = (code: string): boolean => code === language || code.startsWith(`${language}-`);
  return allowedLanguages.length === 0 || allowedLanguages.some(speaks);
}

/** The deal that a bid names, as this imp offers it to our seat and this advertiser; "deal" when it does not. */
export function checkDeal(
  imp: Imp,
  dealId: string | null,
  domain: string,
  seat: string | null,
): Deal | null | "deal" {
  if (dealId === null) return imp.privateAuction ? "deal" : null;
  const deal = imp.deals.find(({ id }) => id === dealId);
  if (deal === undefined) return "deal";
  const { allowedSeats, allowedDomains } = deal;
  const isForUs = allowedSeats.length === 0 || (seat !== null && allowedSeats.includes(seat));
  const isForThem = allowedDomains.length === 0 || isOfDomains(domain, allowedDomains);
  return isForUs && isForThem ? deal : "deal";
}

/** Whether a request takes bids of a seat of ours. */
export function acceptsSeat(
  request: Pick<BidRequest, "allowedSeats" | "blockedSeats">,
  seat: string | null,
): boolean {
  if (seat === null) return request.allowedSeats.length === 0;
  if (request.blockedSeats.includes(seat)) return false;
  return request.allowedSeats.length === 0 || request.allowedSeats.includes(seat);
}

/** "IAB3-1" is under "IAB3"; "IAB31" is not. Requests are read with their codes in upper case. */
function isUnder(category: string, listed: readonly string[]): boolean {
  const code = category.toUpperCase();
  return listed.some((it) => code === it || code.startsWith(`${it}-`));
}

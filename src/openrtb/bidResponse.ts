import { hasInsecureAddress } from "../targeting/creativeContent.ts";
import { hasMacro } from "../targeting/landingMacros.ts";
import { bannerMarkup } from "./bannerMarkup.ts";
import { priceNumber } from "./bidPrice.ts";
import type {
  AnswerSettings,
  Bid,
  BidAnswer,
  BidOffer,
  BidRefusal,
  DsaTransparency,
} from "./bidTypes.ts";
import { checkBrand, checkDeal } from "./checkBrand.ts";
import { creativeVersion } from "./creativeVersion.ts";
import { dsaTransparency } from "./dsaTransparency.ts";
import { landingDomain } from "./landingDomain.ts";
import { clickAddress } from "./markupText.ts";
import { type CreativeMatch, matchCreative } from "./matchCreative.ts";
import { mentionOf } from "./mentionOf.ts";
import { nativeMarkup } from "./nativeMarkup.ts";
import { type NoBidReason, noBid } from "./noBid.ts";
import { noticeUrl } from "./noticeMacros.ts";
import type { BidRequest, Imp } from "./types.ts";

export interface ResponseAsk {
  readonly request: BidRequest;
  readonly settings: AnswerSettings;
  /** Of all prices, see `answerCurrency`. */
  readonly currency: string;
  /** Our id of the answer (`bidid`), 1 to 64 characters. */
  readonly responseId: string;
  /** Priced and held; of several for one imp the first that fits is the bid. */
  readonly offers: readonly BidOffer[];
  /** Why there is no bid when no offer became one. */
  readonly otherwise: NoBidReason;
}

export interface BuiltResponse {
  readonly answer: BidAnswer;
  /** Offers that are no bid of the answer: what was held for them must be released. */
  readonly refused: readonly { readonly offer: BidOffer; readonly reason: BidRefusal }[];
}

/**
 * The answer to a bid request: one seat with a bid for each imp that has an offer that fits, in the order of the offers; no
 * bid when there is none. Every bid keeps to what the request says of sizes, attributes, types, categories, domains, deals,
 * seats, languages, https and the DSA, whoever chose it. Pure.
 */
export function buildBidResponse(ask: ResponseAsk): BuiltResponse {
  const { request, settings, currency } = ask;
  const bids: Bid[] = [];
  const refused: { offer: BidOffer; reason: BidRefusal }[] = [];
  for (const offer of ask.offers) {
    const isSecond = bids.some(({ impid }) => impid === offer.impId);
    const bid = isSecond ? "second_bid" : buildBid(request, offer, settings);
    if (typeof bid === "string") refused.push({ offer, reason: bid });
    else bids.push(bid);
  }
  if (bids.length === 0) {
    const reason = refused.length === 0 ? ask.otherwise : "no_creative";
    return { answer: noBid(request.id, reason, settings), refused };
  }
  const seat = settings.seat === null ? {} : { seat: settings.seat };
  const body = {
    id: request.id,
    bidid: ask.responseId,
    cur: currency,
    seatbid: [{ ...seat, bid: bids }],
  };
  return { answer: { status: 200, body }, refused };
}

/**
 * Whether a candidate may and can answer an imp: what `buildBidResponse` will say of it, before anything is priced or held.
 * Null = yes. Pure.
 */
export function checkCandidate(
  request: BidRequest,
  imp: Imp,
  offer: Pick<BidOffer, "candidate" | "dealId" | "dsaParameters">,
  settings: AnswerSettings,
): BidRefusal | null {
  const prepared = prepare(request, imp, offer, settings);
  return typeof prepared === "string" ? prepared : null;
}

type Prepared = {
  readonly match: CreativeMatch & { readonly ok: true };
  readonly dsa: DsaTransparency | null;
};

function prepare(
  request: BidRequest,
  imp: Imp,
  offer: Pick<BidOffer, "candidate" | "dealId" | "dsaParameters">,
  settings: AnswerSettings,
): Prepared | BidRefusal {
  const { candidate } = offer;
  const domain = landingDomain(candidate.creative.landingUrl);
  if (checkDeal(imp, offer.dealId, domain, settings.seat) === "deal") return "deal";
  const brand = checkBrand(request, candidate, settings);
  if (brand !== null) return brand;
  const match = matchCreative(imp, candidate, settings);
  if (!match.ok) return match.reason;
  const dsa = dsaTransparency(request.regs.dsa, match.medium, offer, settings);
  return dsa.ok ? { match, dsa: dsa.dsa } : "transparency";
}

function buildBid(
  request: BidRequest,
  offer: BidOffer,
  settings: AnswerSettings,
): Bid | BidRefusal {
  const imp = request.imps.find(({ id }) => id === offer.impId);
  if (imp === undefined) return "unknown_imp";
  const prepared = prepare(request, imp, offer, settings);
  if (typeof prepared === "string") return prepared;
  const { match, dsa } = prepared;
  if (imp.secure && ownAddresses(offer).some(hasInsecureAddress)) return "insecure";
  const adm = markupOf(match, offer, settings, dsa?.adrender === 1);
  const { notices } = offer;
  return {
    id: offer.bidId,
    impid: imp.id,
    price: priceNumber(offer.priceMicros),
    adm,
    ...brandFields(offer),
    ...sizeFields(match),
    mtype: match.medium === "banner" ? 1 : 4,
    exp: Math.min(imp.expSeconds ?? settings.holdSeconds, settings.holdSeconds),
    language: "fr",
    ...(offer.dealId === null ? {} : { dealid: offer.dealId }),
    nurl: noticeUrl(notices.win, "win", settings.priceMacro),
    burl: noticeUrl(notices.billing, "billing", settings.priceMacro),
    lurl: noticeUrl(notices.loss, "loss", settings.priceMacro),
    ...(dsa === null ? {} : { ext: { dsa } }),
  };
}

/** What the markup loads or links to besides the creative's own, which `matchCreative` looks at. */
function ownAddresses({ tracking, aboutUrl, candidate }: BidOffer): readonly string[] {
  const { impression, viewable, click, clickTracker = null } = tracking;
  const links = clickTracker === null ? [] : [clickTracker, candidate.creative.landingUrl];
  return [impression, viewable, click, aboutUrl ?? "", ...links];
}

function markupOf(
  match: CreativeMatch & { readonly ok: true },
  offer: BidOffer,
  settings: AnswerSettings,
  tellsPayer: boolean,
): string {
  const { candidate, tracking, aboutUrl } = offer;
  const click = clickAddress(tracking.click, settings.clickMacro);
  const common = { tracking, click, aboutUrl };
  if (match.medium === "native") {
    const { landingUrl } = candidate.creative;
    const { ask, assets } = match;
    // Only our own redirect fills macros in: such a page is reached through it.
    const ways = hasMacro(landingUrl) ? { ...tracking, clickTracker: null } : tracking;
    return nativeMarkup({ ...common, tracking: ways, ask, assets, landingUrl });
  }
  const { size, mayScript } = match;
  return bannerMarkup({ ...common, candidate, size, tellsPayer, mayScript });
}

type BrandFields = Pick<Bid, "adomain" | "crid" | "cid" | "iurl" | "cat" | "cattax" | "attr">;

function brandFields({ candidate }: BidOffer): BrandFields {
  const { campaign, creative, categories, categoryTaxonomy, attributes } = candidate;
  const { content, landingUrl } = creative;
  return {
    adomain: [landingDomain(landingUrl)],
    crid: creativeVersion(creative, mentionOf(candidate)),
    cid: String(campaign.campaignId),
    ...("imageUrl" in content ? { iurl: content.imageUrl } : {}),
    ...(categories.length === 0 ? {} : { cat: categories, cattax: categoryTaxonomy }),
    ...(attributes.length === 0 ? {} : { attr: attributes }),
  };
}

function sizeFields(match: CreativeMatch): Pick<Bid, "w" | "h" | "wratio" | "hratio"> {
  if (!match.ok || match.medium !== "banner") return {};
  const { width, height, ratio } = match.size;
  const flex = ratio === null ? {} : { wratio: ratio.width, hratio: ratio.height };
  return { w: width, h: height, ...flex };
}

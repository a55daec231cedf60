import type { CampaignView, CreativeView } from "../targeting/types.ts";

/** What an SSP's settings say of answers. */
export interface AnswerSettings {
  /** Our seat at this SSP; null = it knows none. */
  readonly seat: string | null;
  /** Answer "no bid" with 200 and a reason rather than with 204. */
  readonly wantsNoBidReasons: boolean;
  /** The SSP's own counting of clicks; null = none. */
  readonly clickMacro: ClickMacro | null;
  /** How the SSP writes the clearing price in notices: "${AUCTION_PRICE}", "${AUCTION_PRICE:B64}", "%%WINNING_PRICE%%" … */
  readonly priceMacro: string;
  /** How long we wait for the impression, seconds: the life of a bid's hold. */
  readonly holdSeconds: number;
  /** Our domain, as whoever applied parameters of the user (DSA). */
  readonly domain: string;
}

/** A text that the exchange replaces by its own redirect; our address follows it, as it is or percent-encoded. */
export interface ClickMacro {
  /** Of the form {@link macroShape}. */
  readonly text: string;
  readonly encoding: "raw" | "percent";
}

/** "${CLICK_URL}", "%%CLICK_URL_ESC%%", "{clickurl}", "[CLICK_URL]". */
export const macroShape =
  /^(\$\{[A-Za-z0-9_:]{1,60}\}|%%[A-Za-z0-9_:]{1,60}%%|\{[A-Za-z0-9_]{1,60}\}|\[[A-Za-z0-9_]{1,60}\])$/;

/** What of a campaign and its creative decides whether, and as what, it can answer an imp. */
export interface BidCandidate {
  readonly campaign: Pick<
    CampaignView,
    "campaignId" | "advertiserName" | "payerName" | "pricing" | "mentions"
  >;
  readonly creative: CreativeView;
  /** Pixels of the picture of a native creative; null = not known. */
  readonly picture: { readonly width: number; readonly height: number } | null;
  /** A square picture that stands for the shop; absent or null = none. */
  readonly icon?: { readonly url: string; readonly side: number } | null;
  /** AdCOM creative attributes. */
  readonly attributes: readonly number[];
  /**
   * Category codes of `categoryTaxonomy` (AdCOM list of category taxonomies): with those that they are under, unless codes
   * show it as in 1.0.
   */
  readonly categories: readonly string[];
  readonly categoryTaxonomy: number;
}

/** A candidate that was priced and held for an imp. */
export interface BidOffer {
  readonly candidate: BidCandidate;
  readonly impId: string;
  /** Unique among our bids, 1 to 64 characters. */
  readonly bidId: string;
  /** Micros of the answer's currency per thousand. */
  readonly priceMicros: number;
  readonly dealId: string | null;
  /** What was used of the user: 1 a profile, 2 basic (context, coarse place, caps), 3 a precise place. */
  readonly dsaParameters: readonly (1 | 2 | 3)[];
  readonly tracking: BidTracking;
  /** Signed addresses of our notices, without a query. */
  readonly notices: { readonly win: string; readonly billing: string; readonly loss: string };
  /** A page that tells of the ad's payer and reasons, and how to change them; null = none. */
  readonly aboutUrl: string | null;
}

/** Addresses of ours, made of characters that need no escaping in a URL. */
export interface BidTracking {
  readonly impression: string;
  readonly viewable: string;
  /** Redirects to the landing page. */
  readonly click: string;
  /**
   * Where an SSP insists that a native link leads to the landing page itself: called on a click instead. Absent or null =
   * the link is our redirect, which also hands the shop its click id.
   */
  readonly clickTracker?: string | null;
}

/** Why a candidate cannot answer an imp. */
export type BidRefusal =
  | "media"
  | "size"
  | "type"
  | "mime"
  | "attribute"
  | "insecure"
  | "asset"
  | "viewability"
  | "rewarded"
  | "macro"
  | "category"
  | "domain"
  | "app"
  | "language"
  | "seat"
  | "deal"
  | "transparency"
  | "unknown_imp"
  | "second_bid";

/** OpenRTB 2.6, section 4.2: what we write of it. */
export interface BidResponse {
  readonly id: string;
  readonly bidid?: string;
  readonly cur?: string;
  readonly seatbid?: readonly SeatBid[];
  readonly nbr?: number;
}

export interface SeatBid {
  readonly seat?: string;
  readonly bid: readonly Bid[];
}

export interface Bid {
  readonly id: string;
  readonly impid: string;
  readonly price: number;
  readonly adm: string;
  readonly adomain: readonly string[];
  readonly crid: string;
  readonly cid: string;
  readonly iurl?: string;
  readonly cat?: readonly string[];
  readonly cattax?: number;
  readonly attr?: readonly number[];
  readonly w?: number;
  readonly h?: number;
  readonly wratio?: number;
  readonly hratio?: number;
  readonly mtype: 1 | 4;
  readonly exp: number;
  readonly language: "fr";
  readonly dealid?: string;
  readonly nurl: string;
  readonly burl: string;
  readonly lurl: string;
  readonly ext?: { readonly dsa: DsaTransparency };
}

/** `bid.ext.dsa`: art. 26 of the Digital Services Act. */
export interface DsaTransparency {
  /** At most 100 characters each. */
  readonly behalf: string;
  readonly paid: string;
  readonly transparency?: readonly {
    readonly domain: string;
    readonly params: readonly number[];
  }[];
  /** 1 = the markup tells it by itself. */
  readonly adrender: 0 | 1;
}

/** An answer by HTTP. */
export type BidAnswer =
  | { readonly status: 204 }
  | { readonly status: 200; readonly body: BidResponse };

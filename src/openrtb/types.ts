import type { AreaSignal, PointSignal } from "../geo/locate.ts";
import type { DeviceType } from "../targeting/types.ts";
import type { NativeAsk } from "./nativeTypes.ts";

/**
 * A bid request as the rest of the house sees it: OpenRTB 2.3 to 2.6 in the words of 2.6, each field read at all of its
 * homes, harmless dirt coerced, everything unknown dropped, every list and string bounded. Plain data, JSON-safe.
 * Source of the fields: IAB Tech Lab, OpenRTB 2.6, Dynamic Native Ads 1.2, AdCOM 1.0, DSA transparency extension.
 */
export interface BidRequest {
  /** 1 to 256 characters, to be echoed as it came. */
  readonly id: string;
  /** 1 to 20, in the order of the request, with ids of their own. */
  readonly imps: readonly Imp[];
  /** How many the request offered; more than `imps.length` when some were left out. */
  readonly impsOffered: number;
  /** Nothing of this request may be billed. */
  readonly test: boolean;
  /** 1 first price (what one bids is what one pays; also for kinds that only the exchange knows), 2 second price plus. */
  readonly auctionType: AuctionType;
  /** The exchange's patience with the network included, 1 to 600,000; null = not said. */
  readonly tmaxMs: number | null;
  /** ISO 4217, upper case, best first as sent; empty = not said, which means USD. */
  readonly currencies: readonly string[];
  /** Category codes of `categoryTaxonomy`, upper case ("IAB25-3"); a parent code covers its children. */
  readonly blockedCategories: readonly string[];
  /** Empty = all that are not blocked. */
  readonly allowedCategories: readonly string[];
  /** AdCOM list of category taxonomies; 1 (the default) = IAB Content Taxonomy 1.0. */
  readonly categoryTaxonomy: number;
  /** Hosts in lower case without "www."; a host covers its subdomains. */
  readonly blockedDomains: readonly string[];
  readonly blockedApps: readonly string[];
  /** Empty = all seats that are not blocked. */
  readonly allowedSeats: readonly string[];
  readonly blockedSeats: readonly string[];
  /** Languages in which ads are wanted, lower case ("fr", "fr-ca"); empty = any. */
  readonly allowedLanguages: readonly string[];
  /** True when a block list was longer than we read: whoever cannot know what is blocked must not bid. */
  readonly blockListsCut: boolean;
  readonly schain: SupplyChain | null;
  readonly context: BidContext;
  readonly device: BidDevice;
  readonly user: BidUser;
  readonly regs: BidRegs;
}

export type AuctionType = 1 | 2;

/** A request in our words, or the one sentence that says which field breaks which rule: HTTP 400 without content. */
export type Parsed =
  | { readonly ok: true; readonly request: BidRequest }
  | { readonly ok: false; readonly problem: string };

/** One slot that is auctioned. At least one of the four media was asked for; of video and audio only that is kept. */
export interface Imp {
  /** 1 to 256 characters, to be echoed as it came. */
  readonly id: string;
  readonly banner: BannerAsk | null;
  readonly native: NativeAsk | null;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  /** Micros of `floorCurrency` per thousand; 0 = none. */
  readonly floorMicros: number;
  /** ISO 4217, upper case. */
  readonly floorCurrency: string;
  /** Everything in the markup must be https. */
  readonly secure: boolean;
  readonly rewarded: boolean;
  readonly interstitial: boolean;
  /** Seconds that may pass between the auction and the impression; null = not said. */
  readonly expSeconds: number | null;
  readonly tagId: string | null;
  readonly deals: readonly Deal[];
  /** Only bids with one of `deals` are wanted. */
  readonly privateAuction: boolean;
}

export interface Deal {
  readonly id: string;
  /** Micros of `floorCurrency` per thousand; 0 = none. */
  readonly floorMicros: number;
  readonly floorCurrency: string;
  /** 1 first price, 2 second price plus, 3 `floorMicros` is the agreed price; null = as in the request. */
  readonly auctionType: 1 | 2 | 3 | null;
  /** Empty = all. */
  readonly allowedSeats: readonly string[];
  /** Hosts as in `blockedDomains`; empty = all. */
  readonly allowedDomains: readonly string[];
}

/** [width, height] in device-independent pixels. */
export type Size = readonly [number, number];

export interface BannerAsk {
  /** Exact sizes, as preferred. Without these and the two lists below no size was named: nothing can be said to fit. */
  readonly sizes: readonly Size[];
  readonly flex: readonly FlexSize[];
  /** Limits of OpenRTB 2.3 to 2.5 (`wmin`, `wmax`, `hmin`, `hmax`). */
  readonly ranges: readonly SizeRange[];
  /** AdCOM creative attributes. */
  readonly blockedAttributes: readonly number[];
  /** 1 XHTML text, 2 XHTML banner, 3 JavaScript, 4 iframe. */
  readonly blockedTypes: readonly number[];
  /** AdCOM API frameworks; what is not listed is not supported. */
  readonly apis: readonly number[];
  /** AdCOM placement position (1 above the fold, 3 below, 7 full screen …); null = unknown. */
  readonly position: number | null;
  /** Lower case; empty = any. */
  readonly mimes: readonly string[];
}

/** Any size of this shape that is at least so wide (`minWidth` 0 = any). */
export interface FlexSize {
  readonly widthRatio: number;
  readonly heightRatio: number;
  readonly minWidth: number;
}

/** All ends included; a maximum is null when only a minimum was named. */
export interface SizeRange {
  readonly minWidth: number;
  readonly maxWidth: number | null;
  readonly minHeight: number;
  readonly maxHeight: number | null;
}

export interface SupplyChain {
  /** Whether the chain goes back to the owner of the site or app. */
  readonly complete: boolean;
  /** From the owner to who asks us, at most 30. */
  readonly nodes: readonly SupplyChainNode[];
}

export interface SupplyChainNode {
  /** Canonical domain of the advertising system, lower case. */
  readonly asi: string;
  readonly sellerId: string;
  /** Whether this node is in the flow of payment; null = not said. */
  readonly isPaid: boolean | null;
}

export interface BidContext {
  readonly kind: "site" | "app" | "dooh" | "none";
  /** Host in lower case, of the site or of the app's maker; from the page's URL when not said. */
  readonly domain: string | null;
  readonly pageUrl: string | null;
  readonly bundle: string | null;
  readonly publisherId: string | null;
  readonly publisherDomain: string | null;
  /** Lower case. */
  readonly keywords: readonly string[];
  /** Of the page, else its section, else the site, in `categoryTaxonomy`. */
  readonly categories: readonly string[];
  readonly categoryTaxonomy: number;
  readonly language: string | null;
}

export interface BidDevice {
  readonly userAgent: string | null;
  readonly type: DeviceType;
  /** A well-formed address, perhaps shortened by the exchange ("203.0.113.0"). Personal data: stored nowhere. */
  readonly ip: string | null;
  readonly language: string | null;
  /** The device limits ad tracking, or its browser asks not to be tracked. */
  readonly lmt: boolean;
  readonly dnt: boolean;
  /** Where the device is. */
  readonly geo: GeoSignal | null;
}

export interface BidUser {
  /** Our own id of the visitor as the exchange keeps it. */
  readonly buyerUid: string | null;
  /** At most 50. */
  readonly eids: readonly ExtendedId[];
  /** Where the person lives. */
  readonly geo: GeoSignal | null;
}

export interface ExtendedId {
  /** Lower case ("liveramp.com"). */
  readonly source: string;
  readonly id: string;
  /** AdCOM agent type (1 browser or device, 3 person); null = not said. */
  readonly atype: number | null;
}

/** A geo object, coerced; null = not said. (0,0) and impossible points are not said; degrees of WGS 84. */
export interface GeoSignal {
  readonly lat: number | null;
  readonly lon: number | null;
  /** 1 positioning of the device, 2 IP address, 3 given by the user. */
  readonly type: 1 | 2 | 3 | null;
  readonly accuracyMeters: number | null;
  /** Age of the position. */
  readonly lastFixSeconds: number | null;
  /** ISO 3166-1 alpha-3, upper case. */
  readonly country: string | null;
  readonly region: string | null;
  readonly city: string | null;
  readonly postalCode: string | null;
}

/**
 * What the request says of places, in the words of `src/geo/locate.ts`, finest first within each source: where one is
 * unknown there, the next one counts. Nothing here has been consented to yet.
 */
export interface PlaceSignals {
  readonly device: readonly BidPlace[];
  readonly home: readonly BidPlace[];
  readonly ip: readonly BidPlace[];
  /** To be looked up when nothing above is known. */
  readonly address: string | null;
}

export type BidPlace = PointSignal | AreaSignal;

export interface BidRegs {
  /** undefined = not said, which means that the law applies. The strictest of all homes. */
  readonly gdpr: boolean | undefined;
  /** Of `user.consent`, `user.ext.consent` or GPP's European section; not checked. */
  readonly tcString: string | null;
  /** A child's: no personal data may be used. */
  readonly coppa: boolean;
  /** Global Privacy Control: no personal data may be sold or shared. */
  readonly gpc: boolean;
  readonly dsa: DsaAsk | null;
}

/** What the publisher needs to fulfil art. 26 of the Digital Services Act. */
export interface DsaAsk {
  /** 0 not required, 1 taken, 2 required, 3 required and the publisher is an online platform. */
  readonly required: 0 | 1 | 2 | 3;
  /** Whether the publisher shows the notice: 0 cannot, 1 if the ad does not, 2 will. */
  readonly publisherRenders: 0 | 1 | 2;
  /** Whether to send the data: 0 no, 1 optional, 2 yes. */
  readonly dataToPublisher: 0 | 1 | 2;
}

import type { Consent } from "../consent/types.ts";
import type { CompiledZone, VisitorPlace } from "../geo/types.ts";
import type { BidConstraints, CampaignDeal, CreativeBidFacts } from "./bidConstraints.ts";
import type { Mention } from "./mentions.ts";

export type CampaignStatus = "draft" | "active" | "paused" | "ended";
/** What is paid for: the impression, the viewable impression or the click. */
export type Pricing = "cpm" | "vcpm" | "cpc";
/** Tiers are strict: every guaranteed candidate ranks before any paid one, every paid one before any house ad. */
export type Priority = "guaranteed" | "paid" | "house";
export type Pacing = "even" | "asap" | "front_loaded";
export type PlaceIntention = "any" | "searches_here" | "is_here" | "lives_here";
export type DeviceType = "mobile" | "tablet" | "desktop" | "tv" | "other";
export type AdFormat = "native" | "image" | "html";

/** At most `maxImpressions` in its window, counted for the campaign or the advertiser. */
export type FrequencyCap = TimedCap | PageViewCap;

/** Per visitor, in any `windowSeconds` (60 to 2,592,000). */
export interface TimedCap {
  readonly per: "campaign" | "advertiser";
  readonly maxImpressions: number;
  readonly windowSeconds: number;
  readonly window?: undefined;
}

/** Within one page view, whoever looks: it needs nobody to be recognised. */
export interface PageViewCap {
  readonly per: "campaign" | "advertiser";
  readonly maxImpressions: number;
  readonly window: "page_view";
  readonly windowSeconds?: undefined;
}

/** Either a floor (`minScore`: below it the campaign does not show) or a boost (`multiplier` at score 1, 1 at score 0), or both. */
export interface AudienceRule {
  readonly segmentId: number;
  readonly segmentName: string;
  readonly minScore: number | null;
  /** 1 to 3. The applied factor is 1 + (multiplier − 1) × score. */
  readonly multiplier: number | null;
}

export interface NativeContent {
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  readonly imageUrl: string;
}
export interface ImageContent {
  readonly imageUrl: string;
  readonly alt: string;
}
export interface HtmlContent {
  readonly html: string;
}

export interface ServableCreative {
  readonly creativeId: number;
  readonly format: AdFormat;
  /** Pixels; 0 × 0 for native, which has no fixed size. */
  readonly width: number;
  readonly height: number;
  /** https landing page; never sent to the page, only redirected to. */
  readonly landingUrl: string;
  readonly content: NativeContent | ImageContent | HtmlContent;
  /** What exchanges ask of it besides; absent = nothing is known. */
  readonly bidFacts?: CreativeBidFacts;
  readonly weight?: number; // of its campaign's turns, above 0; absent = 1
}

/** All that serving needs of one campaign: what a snapshot is compiled from. Ids are positive integers below 2^32. */
export interface ServableCampaign {
  readonly campaignId: number;
  readonly name: string;
  readonly advertiserId: number;
  readonly advertiserName: string;
  /** Who pays (DSA art. 26); usually the advertiser itself. */
  readonly payerName: string;
  /** The advertiser's trade ("couvreur"): two of one trade never share a page. */
  readonly trade: string;
  readonly status: CampaignStatus;
  readonly startsAtMs: number;
  /** Exclusive; null = no end. */
  readonly endsAtMs: number | null;
  /** Hours of the week (0 = Monday 00:00, 167 = Sunday 23:00) in `zone.timeZone`; null = always. */
  readonly hoursOfWeek: readonly number[] | null;
  readonly pricing: Pricing;
  /** Per thousand impressions for CPM, per thousand viewable ones for vCPM (multiples of 1,000), per click for CPC. */
  readonly bidMicros: number;
  readonly priority: Priority;
  readonly pacing: Pacing;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  /** Prepaid balance or credit of the advertiser; null = not limited. */
  readonly balanceMicros: number | null;
  readonly placeIntention: PlaceIntention;
  readonly zone: CompiledZone;
  /** Category paths ("vehicules/voitures"); a parent matches its children. Empty = any. */
  readonly wantedCategories: readonly string[];
  readonly avoidedCategories: readonly string[];
  readonly wantedKeywords: readonly string[];
  readonly avoidedKeywords: readonly string[];
  readonly audience: readonly AudienceRule[];
  /** Empty = all. */
  readonly devices: readonly DeviceType[];
  readonly frequencyCaps: readonly FrequencyCap[];
  /** Predicted click probability, smoothed (0–1), and its upper bound, which sizes CPC holds. */
  readonly clickRate: number;
  readonly clickRateUpper: number;
  /** The highest factor of `ClickEffects` that its click rate is predicted with, 1 or a little more; absent = 1. It bounds its value. */
  readonly clickCeiling?: number;
  /** Predicted share of impressions that become viewable, smoothed (0–1). */
  readonly viewRate: number;
  /** Agreed with exchanges; absent = none. */
  readonly deals?: readonly CampaignDeal[];
  /** Whether it takes part in the open auctions of exchanges, or in its deals only; absent = it does. Pages are no auction. */
  readonly openAuction?: boolean;
  /** What the law has each of its ads say; absent = nothing. */
  readonly mentions?: readonly Mention[];
  /** Whether clicks arrive with utm parameters; absent = they do. */
  readonly utmTagging?: boolean;
  readonly creatives: readonly ServableCreative[];
}

/** One slot of a page or imp of a bid request. */
export interface Placement {
  readonly id: string;
  readonly formats: readonly AdFormat[];
  /** [width, height] in pixels; empty = any size. Native needs none. */
  readonly sizes: readonly (readonly [number, number])[];
  /** 1 to 10 ads wanted. */
  readonly count: number;
  /** Lowest value accepted, micros per thousand views. */
  readonly floorMicros: number;
  readonly blockedAdvertiserIds: readonly number[];
  /** Categories the placement accepts from campaigns' trades; empty = all. */
  readonly blockedTrades: readonly string[];
  /** Of an exchange's slot: what it asks of any bid. Absent or null = a slot of a page of ours. */
  readonly bid?: BidConstraints | null;
}

/** A request for ads, parsed and stripped of everything that consent does not allow. */
export interface AdRequest {
  readonly decisionId: string;
  readonly nowMs: number;
  readonly placements: readonly Placement[];
  /** Best first: search, device, home, ip. Empty = unknown: only all-France zones can match. */
  readonly places: readonly VisitorPlace[];
  readonly page: { readonly category: string | null; readonly keywords: readonly string[] };
  readonly deviceType: DeviceType;
  readonly consent: Consent;
  /** True when caps over time can be enforced (stable id and consent to store); campaigns that have one need it. */
  readonly hasStableVisitor: boolean;
}

/** What a score rests on most: what the visitor did lately, the last batch, or what is usual in the area. */
export type ScoreBasis = "session" | "batch" | "area";

/** A visitor's scores, 0–1, by segment id. */
export type Scores = Pick<ReadonlyMap<number, number>, "get"> & {
  /** Absent = all of them are the batch's. */
  readonly basisOf?: (segmentId: number) => ScoreBasis;
};

/** What is remembered of a visitor, as read in one round trip. */
export interface VisitorState {
  /** Null = unscored (no consent, unknown, or late). */
  readonly scores: Scores | null;
  /** Recent impression times (ms, ascending) by cap key (see `capKey`). */
  readonly impressions: ReadonlyMap<string, readonly number[]>;
  /** How many impressions the page view has had by now, by cap key; absent = the request is a page view of its own. */
  readonly shownInPageView?: ReadonlyMap<string, number>;
}

/** The value of a candidate, in micros per thousand views, and what it is made of. */
export interface ValueBreakdown {
  readonly valueMicros: number;
  readonly bidMicros: number;
  readonly pricing: Pricing;
  /** Only where clicks are paid. */
  readonly clickRate: number | null;
  /** How much of it comes of the placement, the page, the hour and the distance; absent = nothing is known of them. */
  readonly clickFactor?: number;
  /** Only where viewable impressions are paid. */
  readonly viewRate: number | null;
  readonly audienceMultiplier: number;
  readonly nearnessMultiplier: number;
  readonly categoryMultiplier: number;
}

export interface Candidate {
  readonly campaign: CampaignView;
  readonly creative: CreativeView;
  /** Where several creatives could be shown: all of them, of which chance took one by their weights. */
  readonly choices?: readonly CreativeView[];
  readonly value: ValueBreakdown;
  /** Which of the request's places matched, and how far its centre is from the nearest circle's centre (null for shapes). */
  readonly placeSource: PlaceSource | null;
  readonly placeLabel: string | null;
  readonly distanceMeters: number | null;
}
type PlaceSource = VisitorPlace["source"];

/** The few fields of a winner that serving needs, read from the snapshot's columns. */
export interface CampaignView {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly advertiserName: string;
  readonly payerName: string;
  readonly trade: string;
  readonly name: string;
  readonly pricing: Pricing;
  readonly priority: Priority;
  readonly bidMicros: number;
  readonly clickRateUpper: number;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly balanceMicros: number | null;
  readonly frequencyCaps: readonly FrequencyCap[];
  readonly zoneLabel: string;
  readonly zoneApproximate: boolean;
  readonly wantedCategories: readonly string[];
  readonly audience: readonly AudienceRule[];
  readonly deals: readonly CampaignDeal[];
  readonly openAuction: boolean;
  readonly mentions?: readonly Mention[];
  readonly utmTagging?: boolean;
}
export type CreativeView = ServableCreative;

export interface PlacementDecision {
  readonly placementId: string;
  readonly count: number;
  /** Best first, at most `count`. */
  readonly winners: readonly Candidate[];
  /**
   * The winners, then, best first, house ads of last resort; for an exchange's slot also who may step in for a winner that
   * cannot bid: `count` + 3 valid candidates where there are so many, the best of those visited, though not always of all.
   * Read from the snapshot when asked for.
   */
  readonly ranked: readonly Candidate[];
}

export interface Decision {
  readonly placements: readonly PlacementDecision[];
  /** Campaigns examined, and whether the scan cap stopped the search before it was certain. */
  readonly scanned: number;
  readonly scanCapped: boolean;
}

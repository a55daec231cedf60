import type { AreaKind } from "./world.ts";

/** What a campaign is judged as. */
export type CampaignClass =
  | "CPM even"
  | "vCPM even"
  | "CPC even, 500 clicks a day"
  | "CPC even, few clicks"
  | "as fast as possible"
  | "front-loaded"
  | "capped"
  | "balance"
  | "too little supply";

/** At most `maxImpressions` of the campaign, or of its advertiser, in any `windowSeconds`. */
export interface DesignedCap {
  readonly per: "campaign" | "advertiser";
  readonly maxImpressions: number;
  readonly windowSeconds: number;
}

/** One campaign as the simulation makes it. */
export interface CampaignDesign {
  readonly name: string;
  readonly campaignClass: CampaignClass;
  readonly pricing: SimulatedPricing;
  readonly bidMicros: number;
  readonly dailyBudgetMicros: number;
  readonly totalBudgetMicros: number | null;
  /** Prepaid by the advertiser; null = not limited. */
  readonly balanceMicros: number | null;
  readonly pacing: "even" | "asap" | "front_loaded";
  readonly radiusMeters: number;
  readonly frequencyCaps: readonly DesignedCap[];
  /** What readers really do. */
  readonly clickProbability: number;
  /** Campaigns of one name here are of one advertiser. */
  readonly advertiser: string;
  readonly trade: string;
}

/** Share of shown ads that are rendered; the others are never seen. */
export const renderedShare = 0.92;
/** Share of rendered ads that come into view. */
export const viewableShare = 0.7;

export type SimulatedPricing = "cpm" | "vcpm" | "cpc";
type Priced = Pick<CampaignDesign, "pricing" | "bidMicros" | "clickProbability">;

/** The event that a campaign pays for. */
export const billableKind = { cpm: "impression", vcpm: "viewable", cpc: "click" } as const;

/** What it pays for one, micros. */
export function eventPriceMicros({ pricing, bidMicros }: Priced): number {
  return pricing === "cpc" ? bidMicros : bidMicros / 1_000;
}

/** How many of them a rendered ad brings. */
export function eventsPerView({
  pricing,
  clickProbability,
}: Pick<Priced, "pricing" | "clickProbability">): number {
  return { cpm: 1, vcpm: viewableShare, cpc: clickProbability }[pricing];
}
const wholeArea = 18_000;

type Design = Partial<CampaignDesign> & {
  readonly campaignClass: CampaignClass;
  readonly euros: number;
  /** Share of the rendered pages of its zone that would spend the day's budget. */
  readonly share: number;
};

const clickOf = (clickProbability: number, euros: number, share: number): Design => ({
  campaignClass: "CPC even, few clicks",
  pricing: "cpc",
  clickProbability,
  euros,
  share,
});

const minute = 60;
const hour = 3_600;
const day = 86_400;
const cap = (
  per: DesignedCap["per"],
  maxImpressions: number,
  windowSeconds: number,
): DesignedCap => ({
  per,
  maxImpressions,
  windowSeconds,
});

/**
 * Shares sum to well under the slots of a page (3 on average), and who takes every page that it can get (as fast as possible,
 * waiting for a click) bids least: nobody is short of supply who is not meant to be.
 */
const designs: Readonly<Record<AreaKind, readonly Design[]>> = {
  metropolis: [
    { campaignClass: "CPM even", euros: 50, share: 0.38 },
    { campaignClass: "CPM even", euros: 20, share: 0.2 },
    { campaignClass: "CPM even", euros: 30, share: 0.25 },
    {
      campaignClass: "CPC even, 500 clicks a day",
      pricing: "cpc",
      clickProbability: 0.07,
      euros: 40,
      share: 0.4,
    },
    {
      campaignClass: "capped",
      euros: 10,
      share: 0.15,
      frequencyCaps: [cap("campaign", 1, 10 * minute), cap("campaign", 3, day)],
    },
    { campaignClass: "as fast as possible", pacing: "asap", euros: 10, share: 0.3 },
    { campaignClass: "front-loaded", pacing: "front_loaded", euros: 15, share: 0.15 },
    clickOf(0.012, 6, 0.2),
    { campaignClass: "vCPM even", pricing: "vcpm", euros: 12, share: 0.2 },
    { campaignClass: "CPM even", euros: 12, share: 0.3, radiusMeters: 6_000 },
    { campaignClass: "balance", euros: 10, share: 0.1 },
  ],
  town: [
    { campaignClass: "CPM even", euros: 4, share: 0.4 },
    { campaignClass: "CPM even", euros: 2, share: 0.25 },
    { campaignClass: "vCPM even", pricing: "vcpm", euros: 2, share: 0.2 },
    clickOf(0.012, 3, 0.45),
    {
      campaignClass: "capped",
      euros: 1,
      share: 0.15,
      advertiser: "deux campagnes",
      frequencyCaps: [
        cap("campaign", 1, 10 * minute),
        cap("campaign", 2, 6 * hour),
        cap("advertiser", 4, day),
      ],
    },
    {
      campaignClass: "front-loaded",
      pacing: "front_loaded",
      euros: 2,
      share: 0.2,
      advertiser: "deux campagnes",
    },
    { campaignClass: "as fast as possible", pacing: "asap", euros: 1, share: 0.3 },
  ],
  village: [
    { campaignClass: "too little supply", euros: 5, share: 2.5 },
    { ...clickOf(0.015, 10, 4), campaignClass: "too little supply" },
  ],
};

/**
 * The campaigns of an area: each pays what spends its budget at its share of the pages. `shareWithin` says what share of
 * the area's readers a circle holds.
 */
export function campaignsOf(
  kind: AreaKind,
  area: number,
  pagesPerDay: number,
  shareWithin: (radiusMeters: number) => number,
): readonly CampaignDesign[] {
  return designs[kind].map((design, number) => {
    const reach = shareWithin(design.radiusMeters ?? wholeArea);
    const views = design.share * pagesPerDay * reach * renderedShare;
    const pricing = design.pricing ?? "cpm";
    const clickProbability = design.clickProbability ?? 0.004;
    const budgetMicros = design.euros * 1_000_000;
    const price = budgetMicros / (views * eventsPerView({ pricing, clickProbability }));
    const exactBid = pricing === "cpc" ? price : price * 1_000;
    const { campaignClass, euros, share, ...fixed } = design;
    return {
      name: `Z${area}-${number + 1} ${campaignClass}`,
      campaignClass,
      pricing,
      bidMicros: Math.max(1_000, Math.round(exactBid / 1_000) * 1_000),
      dailyBudgetMicros: budgetMicros,
      totalBudgetMicros: null,
      // Ends in the middle of the second day.
      balanceMicros: campaignClass === "balance" ? Math.round(budgetMicros * 1.5) : null,
      pacing: "even",
      radiusMeters: wholeArea,
      frequencyCaps: [],
      clickProbability,
      trade: `métier ${area} ${number}`,
      ...fixed,
      advertiser: `${area} ${fixed.advertiser ?? number}`,
    };
  });
}

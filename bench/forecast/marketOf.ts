import { compileZone } from "../../src/geo/compileZone.ts";
import { createLocator } from "../../src/geo/locate.ts";
import { COARSE_PLACE_SHARE, shapeContains } from "../../src/geo/membership.ts";
import type { Places } from "../../src/geo/places.ts";
import type { CompiledZone, Zone } from "../../src/geo/types.ts";
import type { FrequencyCap, Pricing, ServableCampaign } from "../../src/targeting/types.ts";
import {
  type CampaignDesign,
  eventPriceMicros,
  eventsPerView,
  renderedShare,
} from "../simulate/campaigns.ts";
import type { Area } from "../simulate/world.ts";

/** The campaigns of the simulated world, each taking a fixed share of what it could win, as its pacing would. */
export interface Market {
  readonly campaigns: readonly ServableCampaign[];
  readonly throttles: ReadonlyMap<number, number>;
  /** What readers really do with each campaign's ads. */
  readonly clickProbability: ReadonlyMap<number, number>;
}

/** A campaign that runs in the world or is tried in it. */
export interface MarketFields {
  readonly campaignId: number;
  readonly name: string;
  readonly trade: string;
  readonly pricing: Pricing;
  readonly bidMicros: number;
  readonly zone: CompiledZone;
  readonly frequencyCaps?: readonly FrequencyCap[];
  readonly clickRate?: number;
  readonly wantedCategories?: readonly string[];
  readonly avoidedCategories?: readonly string[];
  readonly audience?: ServableCampaign["audience"];
}

export function circleZone(area: Area, radiusMeters: number): Zone {
  return {
    include: [{ type: "circle", lat: area.lat, lon: area.lon, radiusMeters }],
    exclude: [],
  };
}

export function marketOf(areas: readonly Area[], places: Places): Market {
  const designs = areas.flatMap((area) => area.campaigns.map((design) => ({ area, design })));
  const made = designs.map(({ area, design }, index) => ({
    area,
    design,
    campaign: toServable({
      campaignId: index + 1,
      name: design.name,
      trade: design.trade,
      pricing: design.pricing,
      bidMicros: design.bidMicros,
      zone: compileZone(circleZone(area, design.radiusMeters), places),
      clickRate: design.clickProbability,
    }),
  }));
  const isInside = createInsideTest(places);
  return {
    campaigns: made.map(({ campaign }) => campaign),
    throttles: new Map(
      made.map(({ area, design, campaign }) => [
        campaign.campaignId,
        shareTaken(area, design, (code) => isInside(campaign.zone, code)),
      ]),
    ),
    clickProbability: new Map(
      made.map(({ design, campaign }) => [campaign.campaignId, design.clickProbability]),
    ),
  };
}

/** Of the pages of its zone, what spends a day's budget. */
function shareTaken(
  area: Area,
  design: CampaignDesign,
  isInside: (inseeCode: string) => boolean,
): number {
  const within = area.visitors.filter(({ inseeCode }) => isInside(inseeCode)).length;
  const views = (area.pagesPerDay * within * renderedShare) / area.visitors.length;
  const worth = views * eventsPerView(design) * eventPriceMicros(design);
  return Math.min(1, design.dailyBudgetMicros / worth);
}

/** Whether a zone holds a commune as a page's place: worked out from its samples, without any index. */
export function createInsideTest(
  places: Places,
): (zone: CompiledZone, inseeCode: string) => boolean {
  const locator = createLocator(places);
  const known = new Map<string, boolean>();
  return (zone, inseeCode) => {
    const [circle] = zone.include.circles;
    const key = `${circle?.lat} ${circle?.lon} ${circle?.radiusMeters} ${inseeCode}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const samples = locator.locateSearch({ inseeCode })?.samples ?? [];
    const share = samples.reduce(
      (sum, it) => sum + (shapeContains(zone.include, it) ? it.weight : 0),
      0,
    );
    const isInside = Math.round(share * 1e9) / 1e9 >= COARSE_PLACE_SHARE;
    known.set(key, isInside);
    return isInside;
  };
}

export function toServable(fields: MarketFields): ServableCampaign {
  const { campaignId, clickRate = 0.004 } = fields;
  return {
    frequencyCaps: [],
    wantedCategories: [],
    avoidedCategories: [],
    audience: [],
    ...fields,
    clickRate,
    clickRateUpper: Math.min(1, 2 * clickRate),
    viewRate: 0.7,
    advertiserId: campaignId,
    advertiserName: fields.name,
    payerName: fields.name,
    status: "active",
    startsAtMs: 0,
    endsAtMs: null,
    hoursOfWeek: null,
    priority: "paid",
    pacing: "asap",
    totalBudgetMicros: null,
    dailyBudgetMicros: null,
    balanceMicros: null,
    placeIntention: "any",
    wantedKeywords: [],
    avoidedKeywords: [],
    devices: [],
    creatives: [
      {
        creativeId: campaignId,
        format: "native",
        width: 0,
        height: 0,
        landingUrl: "https://shop.example/",
        content: {
          title: "a",
          text: "b",
          callToAction: "c",
          imageUrl: "https://shop.example/a.jpg",
        },
      },
    ],
  };
}

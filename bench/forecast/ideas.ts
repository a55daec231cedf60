import { compileZone } from "../../src/geo/compileZone.ts";
import type { Places } from "../../src/geo/places.ts";
import type { Area } from "../simulate/world.ts";
import { segmentId } from "./interests.ts";
import { circleZone, createInsideTest, type Market, toServable } from "./marketOf.ts";
import type { Tried } from "./truth.ts";

interface Idea {
  readonly name: string;
  readonly radiusMeters: number;
  /** Of the area's middle bid. */
  readonly bid: number;
  readonly dailyEuros: number | null;
  readonly cap: number | null;
  readonly wanted?: readonly string[];
  readonly avoided?: readonly string[];
  /** The least score of the segment. */
  readonly minScore?: number;
}

/** Small and large zones, low and high bids, with and without budgets and caps; then filters besides the zone. */
const plain = { radiusMeters: 18_000, bid: 1.2, dailyEuros: null, cap: null } as const;
const ideas: readonly Idea[] = [
  { name: "18 km, high bid", radiusMeters: 18_000, bid: 3, dailyEuros: null, cap: null },
  { name: "18 km, low bid", radiusMeters: 18_000, bid: 0.8, dailyEuros: null, cap: null },
  { name: "8 km, budget", radiusMeters: 8_000, bid: 2, dailyEuros: 2, cap: null },
  { name: "5 km, middle bid", radiusMeters: 5_000, bid: 1.2, dailyEuros: null, cap: null },
  { name: "12 km, two a day", radiusMeters: 12_000, bid: 2, dailyEuros: null, cap: 2 },
  { ...plain, name: "18 km, vehicles", wanted: ["vehicules"] },
  { ...plain, name: "18 km, likely", minScore: 0.5 },
  {
    ...plain,
    name: "18 km, neither homes nor cars",
    avoided: ["immobilier", "vehicules/voitures"],
  },
  {
    ...plain,
    name: "8 km, vehicles, likely",
    radiusMeters: 8_000,
    wanted: ["vehicules"],
    minScore: 0.5,
  },
];

/** One campaign an area at a time, so that they do not compete with each other. */
export function triedCampaigns(
  areas: readonly Area[],
  market: Market,
  table: Places,
): readonly (readonly Tried[])[] {
  const isInside = createInsideTest(table);
  return ideas.map((idea, round) =>
    areas.map((area, index) => {
      const zone = compileZone(circleZone(area, idea.radiusMeters), table);
      const campaign = toServable({
        campaignId: 10_000 + 100 * round + index,
        name: `${area.name} ${idea.name}`,
        trade: `essai ${index}`,
        pricing: "cpm",
        bidMicros: 1_000 * Math.round((middleBid(market, area) * idea.bid) / 1_000),
        zone,
        wantedCategories: idea.wanted ?? [],
        avoidedCategories: idea.avoided ?? [],
        audience:
          idea.minScore === undefined
            ? []
            : [{ segmentId, segmentName: "essai", minScore: idea.minScore, multiplier: null }],
        frequencyCaps:
          idea.cap === null
            ? []
            : [{ per: "campaign", maxImpressions: idea.cap, windowSeconds: 86_400 }],
      });
      const dailyBudgetMicros = idea.dailyEuros === null ? null : idea.dailyEuros * 1_000_000;
      return {
        campaign,
        dailyBudgetMicros,
        area: area.index,
        curve: area.curve,
        isInside: (code) => isInside(zone, code),
      };
    }),
  );
}

function middleBid(market: Market, area: Area): number {
  const bids = market.campaigns
    .filter(({ name, pricing }) => pricing === "cpm" && name.startsWith(`Z${area.index}-`))
    .map(({ bidMicros }) => bidMicros)
    .sort((a, b) => a - b);
  return bids[bids.length >> 1] ?? 5_000_000;
}

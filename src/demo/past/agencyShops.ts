import { destination, distanceMeters } from "../../geo/sphere.ts";
import { parisDateAfter } from "../calendar.ts";
import type { DemoPlace } from "../demoTypes.ts";
import { makeCreatives } from "../makeCreatives.ts";
import type { DemoContext } from "../makeShops.ts";
import { createWeightedDraw, type Random } from "../random.ts";
import { drawWording, fillPattern } from "../shopTexts.ts";
import { givenNames } from "../shopWords.ts";
import { allTrades } from "../trades/allTrades.ts";
import type { Trade } from "../tradeType.ts";
import { openCampaign } from "../widerCampaigns.ts";
import {
  drawState,
  isLong,
  longDays,
  type PortfolioState,
  stateFields,
} from "./portfolioStates.ts";
import type { PortfolioCampaign, PortfolioShop } from "./portfolioTypes.ts";

const euro = 1_000_000;
const limoges = { lat: 45.8315, lon: 1.2578 } as const;
/** Nouvelle-Aquitaine; most of the agency's shops are in what was the Limousin. */
const departements = new Set("16 17 19 23 24 33 40 47 64 79 86 87".split(" "));
const limousin = new Set(["87", "19", "23"]);
const campaignsInAll = 300;
const secondCampaignShare = 0.3;
const purposes = ["toute l'année", "offre de saison", "ouverture", "fidélité", "nouveautés"];

/**
 * The shops that the agency of the demo looks after: 300 campaigns from Guéret to Bayonne, most of them around Limoges and as
 * small as shops' campaigns are, in every state that a campaign can be in.
 */
export function makeAgencyShops(
  places: readonly DemoPlace[],
  context: DemoContext,
  random: Random,
): readonly PortfolioShop[] {
  const towns = places.filter(
    ({ departementCode, population }) => departements.has(departementCode) && population >= 1_000,
  );
  if (towns.length === 0) return [];
  const drawTown = createWeightedDraw(towns.map(weightOf));
  const takenNames = new Set<string>();
  const shops: PortfolioShop[] = [];
  for (let opened = 0; opened < campaignsInAll; ) {
    const place = towns[drawTown(random)]!;
    const trade = random.pick(
      allTrades.filter(({ smallestTown }) => smallestTown <= place.population),
    );
    const wording = drawWording(place.name, random);
    const name = `${fillPattern(random.pick(trade.names), wording)}, ${place.name}`;
    const unique = takenNames.has(name) ? `${name} (${random.pick(givenNames)})` : name;
    if (takenNames.has(unique)) continue;
    takenNames.add(unique);
    const wanted = random.chance(secondCampaignShare) ? 2 : 1;
    const count = Math.min(wanted, campaignsInAll - opened);
    const creatives = makeCreatives(
      { name: unique, trade, place, wording },
      { publicUrl: context.publicUrl, bannerShare: 0.5 },
      random,
    );
    const campaigns = Array.from({ length: count }, (_, index) => ({
      ...makeOne({ trade, place, number: opened + index }, context, random),
      name: `${unique} : ${purposes[(opened + index) % purposes.length]}`,
      creatives,
    }));
    opened += count;
    shops.push({
      advertiser: {
        name: unique,
        payerName: random.chance(0.8) ? unique : `SARL ${wording.surname}`,
        trade: trade.name,
        balanceMicros: 600 * euro,
      },
      campaigns,
    });
  }
  return shops;
}

function weightOf({ departementCode, population, lat, lon }: DemoPlace): number {
  const near = distanceMeters({ lat, lon }, limoges) < 25_000 ? 3 : 1;
  return population ** 0.6 * (limousin.has(departementCode) ? 6 : 1) * near;
}

function makeOne(
  opening: { readonly trade: Trade; readonly place: DemoPlace; readonly number: number },
  context: DemoContext,
  random: Random,
): PortfolioCampaign {
  const { trade, place, number } = opening;
  const state: PortfolioState = drawState(number, random);
  const [low, high] = trade.radiusKilometers;
  const radiusMeters =
    state === "small_zone" ? random.integer(1, 2) * 1_000 : random.integer(low, high) * 1_000;
  const point = destination(place, random.next() * 1_500, random.next() * 360);
  const [cheap, dear] = trade.bidEuros;
  const step = trade.pricing === "cpc" ? 0.01 : 0.1;
  const bidEuros = Math.round((cheap + random.next() * (dear - cheap)) / step) * step;
  const startedDaysAgo = isLong(number) ? longDays : random.integer(1, 3);
  const price = { pricing: trade.pricing, bidEuros };
  const fields = stateFields(state, price, startedDaysAgo, random);
  return {
    ...openCampaign(context.nowMs),
    startsOn: parisDateAfter(context.nowMs, -fields.startedDaysAgo),
    endsOn: fields.endsInDays === null ? null : parisDateAfter(context.nowMs, fields.endsInDays),
    status: fields.status,
    pricing: trade.pricing,
    bidMicros: Math.round(fields.bidEuros * euro),
    dailyBudgetMicros: Math.round(fields.dailyEuros * euro),
    totalBudgetMicros: Math.round(fields.totalEuros * euro),
    pacing: fields.pacing,
    zone: {
      include: [{ type: "circle", lat: round(point.lat), lon: round(point.lon), radiusMeters }],
      exclude: [],
    },
    categories: { include: state === "on_plan" ? [] : trade.wants, exclude: trade.avoids },
    audience: Object.entries(trade.boosts).map(([segment, multiplier]) => ({
      segment,
      minScore: null,
      multiplier,
    })),
    delivery: fields.delivery,
  };
}

const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

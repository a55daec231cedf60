import { destination } from "../geo/sphere.ts";
import { createCircleCover } from "./circleCover.ts";
import type { DemoPlace } from "./demoTypes.ts";
import { createWeightedDraw, type Random } from "./random.ts";
import { allTrades } from "./trades/allTrades.ts";
import type { Trade } from "./tradeType.ts";

/** A shop before it has a name: which trade opens where. */
export interface Opening {
  readonly trade: Trade;
  readonly place: DemoPlace;
  readonly lat: number;
  readonly lon: number;
  readonly radiusMeters: number;
  /** True for the shops that villages count on: they advertise on every page, at every hour. */
  readonly unconditional: boolean;
}

/** Smallest commune, in inhabitants, that must have local ads. */
export const coveredFrom = 500;
/** How many unconditional shops must reach each of them. */
const coveredBy = 2;
const shopsByPopulation = 3000;
/** Trades that serve the villages far around. */
const ruralTrades = new Set(
  "couvreur menuisier macon paysagiste garage electricien plombier".split(" "),
);

/**
 * Opens some 5,000 shops: a base for each département and more by population, then as many as it takes for each
 * commune of at least 500 inhabitants to be within reach of two shops that show there whatever the page and the hour.
 */
export function openShops(places: readonly DemoPlace[], random: Random): readonly Opening[] {
  const inhabitants = places.reduce((sum, place) => sum + place.population, 0);
  const openings: Opening[] = [];
  for (const members of groupByDepartement(places)) {
    const population = members.reduce((sum, place) => sum + place.population, 0);
    const base = Math.min(20, 4 + Math.floor(population / 1500));
    const count = base + Math.round((shopsByPopulation * population) / inhabitants);
    openings.push(...openInDepartement(members, count, random));
  }
  return [...openings, ...openForVillages(places, openings, random)];
}

function groupByDepartement(places: readonly DemoPlace[]): readonly (readonly DemoPlace[])[] {
  const groups = new Map<string, DemoPlace[]>();
  for (const place of places) {
    const group = groups.get(place.departementCode);
    if (group === undefined) groups.set(place.departementCode, [place]);
    else group.push(place);
  }
  return [...groups.values()];
}

function openInDepartement(
  members: readonly DemoPlace[],
  count: number,
  random: Random,
): readonly Opening[] {
  const towns = members.filter((place) => place.population >= coveredFrom);
  if (towns.length === 0) return [];
  const drawTown = createWeightedDraw(towns.map((place) => place.population ** 0.75));
  const openings: Opening[] = [];
  const rivals = new Map<string, number>();
  for (let attempts = 0; openings.length < count && attempts < count * 10; attempts++) {
    const place = towns[drawTown(random)]!;
    const trade = allTrades[drawTrade(random)]!;
    const key = `${place.inseeCode} ${trade.slug}`;
    const sameTrade = rivals.get(key) ?? 0;
    // One shop of a trade for each 15,000 inhabitants.
    if (trade.smallestTown > place.population || sameTrade * 15_000 >= place.population) continue;
    if (trade.metropolitanOnly && place.departementCode.length === 3) continue;
    rivals.set(key, sameTrade + 1);
    openings.push(openAt(place, trade, random));
  }
  return openings;
}

const drawTrade = createWeightedDraw(allTrades.map((trade) => trade.weight));

/** Towns are wide: shops spread over up to 5 m × √population from the commune's point. */
function openAt(place: DemoPlace, trade: Trade, random: Random): Opening {
  const [low, high] = trade.radiusKilometers;
  const spread = Math.min(3000, 5 * Math.sqrt(place.population));
  const point = destination(place, spread * Math.sqrt(random.next()), random.next() * 360);
  const isRural = ruralTrades.has(trade.slug);
  return {
    trade,
    place,
    lat: roundDegrees(point.lat),
    lon: roundDegrees(point.lon),
    radiusMeters: random.integer(low, high) * 1000,
    unconditional: isRural,
  };
}

const roundDegrees = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

function openForVillages(
  places: readonly DemoPlace[],
  openings: readonly Opening[],
  random: Random,
): readonly Opening[] {
  const cover = createCircleCover();
  for (const opening of openings) if (opening.unconditional) cover.add(opening);
  const trades = allTrades.filter((trade) => ruralTrades.has(trade.slug));
  const villages = places
    .filter((place) => place.population >= coveredFrom)
    .sort((a, b) => b.population - a.population || (a.inseeCode < b.inseeCode ? -1 : 1));
  const added: Opening[] = [];
  for (const place of villages) {
    for (let count = cover.countAt(place.lat, place.lon); count < coveredBy; count++) {
      const opening = openAt(place, trades[added.length % trades.length]!, random);
      const reaching = { ...opening, radiusMeters: Math.max(opening.radiusMeters, 15_000) };
      cover.add(reaching);
      added.push(reaching);
    }
  }
  return added;
}

import { createRandom, createWeightedDraw, type Random } from "../../src/demo/random.ts";
import type { Commune } from "../../src/geo/commune.ts";
import type { Places } from "../../src/geo/places.ts";
import { type CampaignDesign, campaignsOf } from "./campaigns.ts";
import { type WeekCurve, weekCurve } from "./curve.ts";
import type { Options } from "./options.ts";

export type AreaKind = "metropolis" | "town" | "village";

/** A part of France with its own readers, who look at pages about places in it. */
export interface Area {
  readonly index: number;
  readonly kind: AreaKind;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  /** On a usual day. */
  readonly pagesPerDay: number;
  readonly curve: WeekCurve;
  readonly communes: readonly Commune[];
  readonly visitors: readonly SimulatedVisitor[];
  readonly drawVisitor: (random: Random) => number;
  readonly campaigns: readonly CampaignDesign[];
}

export interface SimulatedVisitor {
  readonly visitorId: string;
  readonly address: string;
  readonly inseeCode: string;
}

interface AreaPlan {
  readonly kind: AreaKind;
  readonly inseeCode: string;
  readonly morning: number;
}

const metropolis: AreaPlan = { kind: "metropolis", inseeCode: "44109", morning: 0.7 };
/** Far from each other: history is kept by cells of two départements. */
const towns: readonly AreaPlan[] = [
  { kind: "town", inseeCode: "87085", morning: 0.5 },
  { kind: "town", inseeCode: "10387", morning: 1 },
  { kind: "town", inseeCode: "81004", morning: 0.3 },
  { kind: "town", inseeCode: "29232", morning: 0.8 },
  { kind: "town", inseeCode: "73065", morning: 0.6 },
  { kind: "town", inseeCode: "64445", morning: 0.2 },
];
const villages: readonly AreaPlan[] = [
  { kind: "village", inseeCode: "50502", morning: 0.9 },
  { kind: "village", inseeCode: "48095", morning: 0.4 },
  { kind: "village", inseeCode: "05061", morning: 0.6 },
];

export const pagesPerDay: Readonly<Record<AreaKind, number>> = {
  metropolis: 20_000,
  town: 2_000,
  village: 300,
};
const pagesPerVisitor = 6;
const areaRadiusMeters = 14_000;

/** The areas that hold the campaigns asked for: the metropolis first (not in a quick run), then towns and villages. */
export function buildWorld(options: Options, places: Places): readonly Area[] {
  const areas: Area[] = [];
  let wanted = options.campaigns;
  for (const plan of areaPlans(options.quick)) {
    if (wanted <= 0) break;
    const area = buildArea(plan, areas.length, options, places);
    const campaigns = area.campaigns.slice(0, wanted);
    wanted -= campaigns.length;
    areas.push({ ...area, campaigns });
  }
  return areas;
}

function* areaPlans(quick: boolean): Generator<AreaPlan> {
  for (;;) {
    if (!quick) yield metropolis;
    for (let index = 0; index < towns.length; index++) {
      yield towns[index]!;
      if (index % 2 === 0) yield villages[(index / 2) % villages.length]!;
    }
  }
}

function buildArea(plan: AreaPlan, index: number, options: Options, places: Places): Area {
  const centre = places.communes.get(plan.inseeCode);
  if (centre === undefined) throw new Error(`no commune ${plan.inseeCode}`);
  const random = createRandom(options.seed * 1_000 + index);
  const communes = communesAround(centre, places);
  const pages = Math.round(pagesPerDay[plan.kind] * options.traffic);
  const visitors = drawVisitors(communes, Math.ceil(pages / pagesPerVisitor), index, random);
  return {
    index,
    kind: plan.kind,
    name: centre.name,
    lat: centre.lat,
    lon: centre.lon,
    pagesPerDay: pages,
    curve: weekCurve(plan.morning),
    communes,
    visitors,
    // Some read much more than others.
    drawVisitor: createWeightedDraw(visitors.map(() => Math.exp(0.7 * random.normal()))),
    campaigns: campaignsOf(plan.kind, index, pages, (radiusMeters) =>
      populationWithin(communes, centre, radiusMeters),
    ),
  };
}

/** Where people live; a commune that is divided has its arrondissements in its place. */
function communesAround(centre: Commune, places: Places): readonly Commune[] {
  return [...places.communes.values()].filter(
    (commune) =>
      commune.population > 0 &&
      !places.arrondissements.has(commune.inseeCode) &&
      distanceMeters(centre, commune) < areaRadiusMeters,
  );
}

function drawVisitors(
  communes: readonly Commune[],
  count: number,
  area: number,
  random: Random,
): readonly SimulatedVisitor[] {
  const drawCommune = createWeightedDraw(communes.map(({ population }) => population));
  return Array.from({ length: count }, (_, number) => ({
    visitorId: `sim-${area}-${number}`,
    // A network of its own, as far as networks go: 2.0.0.0/8 to 95.0.0.0/8 are French or not, all alike here.
    address: `${2 + (area % 90)}.${(number >> 8) % 256}.${number % 256}.${random.integer(1, 254)}`,
    inseeCode: communes[drawCommune(random)]!.inseeCode,
  }));
}

function populationWithin(
  communes: readonly Commune[],
  centre: Commune,
  radiusMeters: number,
): number {
  const inside = communes.filter((commune) => distanceMeters(centre, commune) < radiusMeters);
  const people = (list: readonly Commune[]) => list.reduce((sum, it) => sum + it.population, 0);
  return people(inside) / people(communes);
}

interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** Good to a percent within a few dozen kilometres. */
export function distanceMeters(a: Point, b: Point): number {
  const metersPerDegree = 111_195;
  const east = (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180);
  return metersPerDegree * Math.hypot(a.lat - b.lat, east);
}

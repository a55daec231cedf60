import { priorClickRate, priorViewRate } from "../../budgets/clickRate.ts";
import { defaultNationalCurve } from "../../budgets/pacing/nationalCurve.ts";
import { cellOfPoint } from "../../geo/coarserCell.ts";
import type { Commune } from "../../geo/commune.ts";
import { mixHash, stableChance } from "../../targeting/hash.ts";
import type { DeviceType } from "../../targeting/types.ts";
import type { CompetitionIndex } from "./competition.ts";
import type { DeliveryRates, ForecastSample } from "./forecastSample.ts";
import type { SampledPlace } from "./rawColumns.ts";
import {
  createSampleBuilder,
  type SampleBuilder,
  type SampledOpportunity,
} from "./sampleBuilder.ts";

/**
 * What is taken for true of a general classifieds site before anything was counted. Assumptions, not measurements, in the
 * range of what such sites publish (about 30 million visitors a month in France); right within a factor of three.
 */
export const trafficPrior = {
  /** Inhabitants who come within four weeks and consent to be recognised. */
  visitorShare: 0.3,
  /** Days of the four weeks on which one comes, on average. */
  visitDays: 4,
  /** Pages with ads on such a day. */
  pagesPerVisit: 6,
  /** Pages of those who cannot be recognised, for each of the others. */
  anonymousShare: 0.3,
} as const;

/** Of chosen ads this share is rendered, before anything was counted. */
export const priorRenderRate = 0.9;

export const priorRates: DeliveryRates = {
  renderRate: priorRenderRate,
  clickRate: priorClickRate,
  viewRate: priorViewRate,
};

export interface PriorFacts {
  /** Without those that are divided into arrondissements. */
  readonly communes: readonly Commune[];
  readonly competition: CompetitionIndex;
  /** What an ad must be worth in a commune today (see `valuesToBeat`). */
  readonly toBeatAt: (commune: Commune, place: SampledPlace) => readonly number[];
}

const windowDays = 28;
const peoplePerVisitor = 400;
const mostVisitors = 400;
const seed = 2_027;
const minutesPerDay = 1_440;

/**
 * A sample invented from the census: visitors by the population of communes, pages by the built-in national curve. The
 * same for the same table. A second for all of France.
 */
export function buildPriorSample(facts: PriorFacts): ForecastSample {
  const curve = defaultNationalCurve();
  const drawHour = hourDraw(curve);
  const builder = createSampleBuilder();
  let visitors = 0;
  for (const commune of facts.communes) {
    const people = commune.population * trafficPrior.visitorShare;
    if (people < 1) continue;
    const sampled = placeOfCommune(commune);
    const place = builder.addPlace(sampled);
    const toBeat = facts.toBeatAt(commune, sampled);
    const count = Math.min(mostVisitors, Math.max(1, Math.round(people / peoplePerVisitor)));
    const alike = { places: [place], category: null, inverseRate: people / count, toBeat };
    for (let number = 0; number < count; number++)
      addVisitor(builder, visitors++, { ...alike, pages: trafficPrior.pagesPerVisit }, drawHour);
  }
  return builder.finish({
    basis: "prior",
    windowDays,
    rates: priorRates,
    curve,
    competition: facts.competition,
    salt: seed,
    forecastOf: () => ({ curve, opportunitiesPerDay: 0 }),
  });
}

type Alike = Pick<SampledOpportunity, "places" | "category" | "inverseRate" | "toBeat" | "pages">;

/** One invented visitor, who comes on some days; some of them stand for somebody unknown besides. */
function addVisitor(
  builder: SampleBuilder,
  number: number,
  alike: Alike,
  drawHour: (chance: number) => number,
): void {
  const person = mixHash(seed, number);
  const visitor = builder.addVisitor(`prior-${number}`, null);
  const isAlsoAnonymous = stableChance(person, 3) < trafficPrior.anonymousShare;
  const more = -(trafficPrior.visitDays - 1) * Math.log(1 - stableChance(person, 1));
  for (let visit = 0; visit < Math.min(windowDays, 1 + Math.floor(more)); visit++) {
    const hourOfWeek = drawHour(stableChance(person, 100 + visit));
    const week = Math.floor(4 * stableChance(person, 200 + visit));
    const when = { minute: 7 * minutesPerDay * week + 60 * hourOfWeek, hourOfWeek };
    const opportunity = { ...alike, ...when, deviceType: deviceOf(stableChance(person, 2)) };
    builder.addOpportunity({ ...opportunity, visitor, isPersonalised: true });
    if (isAlsoAnonymous)
      builder.addOpportunity({ ...opportunity, visitor: null, isPersonalised: false });
  }
}

const cellResolution = 7;

function placeOfCommune({ lat, lon, areaKeys, timeZone }: Commune): SampledPlace {
  return {
    source: "search",
    cell: cellOfPoint(lat, lon, cellResolution),
    centre: { lat, lon },
    timeZone,
    samples: [{ lat, lon, weight: 1, areaKeys }],
  };
}

function deviceOf(chance: number): DeviceType {
  return chance < 0.7 ? "mobile" : chance < 0.95 ? "desktop" : "tablet";
}

/** An hour of the week by its share of the traffic. */
function hourDraw(curve: ArrayLike<number>): (chance: number) => number {
  const hours: number[] = [];
  // Percents of a day are fine enough: some 700 entries.
  for (let hour = 0; hour < 168; hour++)
    for (let share = 0; share < Math.max(1, Math.round(100 * curve[hour]!)); share++)
      hours.push(hour);
  return (chance) => hours[Math.floor(chance * hours.length)] ?? 0;
}

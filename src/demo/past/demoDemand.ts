import type { DemandSeries } from "../../reports/demand/demandTypes.ts";
import { addWeeks, weekOf, yearPhase } from "../../reports/demand/weeks.ts";
import type { Random } from "../random.ts";
import { demoCategories } from "../segments.ts";

/** How many weeks of past the demo has: a little over three years. */
const pastWeeks = 164;
/** Interactions of a person in a week, in the mean. */
const eventsPerPerson = 2.6;
/** Fewer people are not told of. */
const fewestPeople = 50;

/** When a category is looked for most (0 = January) and how much more than in its mean month, as a logarithm. */
const seasons: Readonly<Record<string, readonly [peak: number, height: number]>> = {
  "maison/jardin": [0.34, 0.9],
  "maison/piscine": [0.43, 1.2],
  "services/chauffage": [0.8, 0.7],
  "services/toiture": [0.73, 0.35],
  "maison/bricolage": [0.36, 0.3],
  "maison/decoration": [0.9, 0.2],
  "maison/ameublement": [0.68, 0.22],
  "maison/electromenager": [0.02, 0.18],
  "vacances/locations": [0.2, 0.7],
  "vehicules/caravaning": [0.33, 0.6],
  "vehicules/motos": [0.32, 0.55],
  "loisirs/velos": [0.37, 0.6],
  "loisirs/livres": [0.93, 0.25],
  "immobilier/locations": [0.55, 0.4],
  "immobilier/ventes": [0.3, 0.25],
  "services/evenements": [0.4, 0.45],
  "services/cours-particuliers": [0.72, 0.5],
  "mode/bijoux": [0.93, 0.5],
  "multimedia/telephonie": [0.94, 0.35],
  "multimedia/informatique": [0.69, 0.3],
};

export interface DemoDepartement {
  readonly code: string;
  readonly population: number;
}

/**
 * Weekly demand of the demo's past years, by category and département, with the seasons that shops know, growth, weeks of
 * rain and chance. National rows ("*") are the sums of what is told. The same dice give the same past.
 */
export function makeDemoDemand(
  departements: readonly DemoDepartement[],
  nowMs: number,
  random: Random,
): readonly DemandSeries[] {
  const firstWeek = addWeeks(weekOf(nowMs), -pastWeeks);
  const phases = Array.from({ length: pastWeeks }, (_, at) => yearPhase(addWeeks(firstWeek, at)));
  const weather = createWeather(random);
  return demoCategories.flatMap((category) => {
    const [peak, height] = seasons[category] ?? [random.next(), 0.1];
    const size = 0.004 * Math.exp(0.6 * random.normal());
    const growth = 0.05 * random.normal();
    const mood = createWeather(random);
    const local = departements.map(({ code, population }) => {
      const shape = {
        peak: peak + 0.012 * random.normal(),
        height: height * (1 + 0.15 * random.normal()),
      };
      const base = Math.log(population * size) + 0.3 * random.normal();
      const events = phases.map((phase, at) => {
        const year = Math.cos(2 * Math.PI * (phase - shape.peak));
        const log = base + shape.height * year + (growth * at) / 52 + weather[at]! + mood[at]!;
        return told(Math.exp(log + 0.05 * random.normal()), random);
      });
      return { category, departement: code, firstWeek, events };
    });
    return [...local.filter(({ events }) => events.some((one) => one !== null)), national(local)];
  });
}

/** A walk that returns: what moves all of a week. */
function createWeather(random: Random): readonly number[] {
  let level = 0;
  return Array.from({ length: pastWeeks }, () => {
    level = 0.7 * level + 0.035 * random.normal();
    return level;
  });
}

/** A count around its mean; null when fewer people made it than are told of. */
function told(mean: number, random: Random): number | null {
  const events = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  return events / eventsPerPerson < fewestPeople ? null : events;
}

function national(local: readonly DemandSeries[]): DemandSeries {
  const [first] = local;
  const events = (first?.events ?? []).map((_, at) =>
    local.reduce((sum, one) => sum + (one.events[at] ?? 0), 0),
  );
  return {
    category: first?.category ?? "",
    departement: "*",
    firstWeek: first?.firstWeek ?? "",
    events,
  };
}

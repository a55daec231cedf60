import { budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { createRandom, type Random } from "../../src/demo/random.ts";
import { hourMs, weightAt } from "./curve.ts";
import type { Options } from "./options.ts";
import type { Area, SimulatedVisitor } from "./world.ts";

/** A page that somebody opens. */
export interface Page {
  readonly area: Area;
  readonly visitor: SimulatedVisitor;
  /** False = no stable id: private windows, no consent. */
  readonly isKnown: boolean;
  readonly body: string;
}

const dayNoise = 0.2;
const hourNoise = 0.25;
const anonymousShare = 0.15;
/** How many ads each placement of a page holds; three on average. */
const layouts: readonly (readonly number[])[] = [[1, 1], [2, 1], [1, 1, 1, 1], [3]];

/** The pages of one step of virtual time: the same for the same seed, whatever the servers do. */
export function pagesOfTick(
  areas: readonly Area[],
  options: Options,
  tickStartMs: number,
  tickMs: number,
): readonly Page[] {
  return areas.flatMap((area) => {
    const random = createRandom(seedOf(options.seed, area.index, tickStartMs / 1_000));
    const expected =
      expectedPages(area, options, tickStartMs, tickMs) * noiseAt(area, options, tickStartMs);
    return Array.from({ length: poisson(expected, random) }, () => drawPage(area, random));
  });
}

/** Without noise; with what the history did not know. */
export function expectedPages(
  area: Area,
  options: Options,
  tickStartMs: number,
  tickMs: number,
): number {
  const weight = weightAt(area.curve, tickStartMs, options.shiftHours);
  return area.pagesPerDay * (1 + options.forecastError) * weight * (tickMs / (24 * hourMs));
}

/** A good or a bad day, and a good or a bad hour of it. */
export function noiseAt(area: Area, { seed }: Options, timeMs: number): number {
  const day = createRandom(seedOf(seed, area.index, Date.parse(budgetDayOf(timeMs)) / 1_000));
  const hour = createRandom(seedOf(seed + 7, area.index, Math.floor(timeMs / hourMs)));
  return (1 + dayNoise * (2 * day.next() - 1)) * (1 + hourNoise * (2 * hour.next() - 1));
}

function seedOf(seed: number, area: number, time: number): number {
  return (
    Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(area + 1, 0x85ebca6b) ^ Math.imul(time, 0xc2b2ae35)
  );
}

function drawPage(area: Area, random: Random): Page {
  const visitor = area.visitors[area.drawVisitor(random)]!;
  const isKnown = !random.chance(anonymousShare);
  const placements = random.pick(layouts).map((count, index) => ({ id: `p${index}`, count }));
  const body = {
    visitor: { ...(isKnown ? { id: visitor.visitorId } : {}), gdpr: false },
    place: { search: { inseeCode: visitor.inseeCode } },
    placements,
  };
  return { area, visitor, isKnown, body: JSON.stringify(body) };
}

/** A Poisson deviate: Knuth's product for small means, the normal approximation beyond. */
export function poisson(mean: number, random: Random): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}

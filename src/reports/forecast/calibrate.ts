import type { Strata, StratumWeek } from "./strata.ts";

/** Rows as they were sampled, by visitor and then by time. */
export interface SampledRows {
  /** `visitorCount` = nobody. */
  readonly visitors: Uint32Array;
  readonly visitorCount: number;
  readonly minutes: Uint32Array;
  /** 0 = of none. */
  readonly strata: Uint32Array;
  /** Pages that each stands for by its chance to be sampled, and people that its visitor does. */
  readonly pages: Float32Array;
  readonly people: Float32Array;
}

/** What sampled rows are to be multiplied by, so that they stand for all that was counted. */
export interface Calibration {
  /** By visitor: for the rows that lie in a stratum. */
  readonly people: Float32Array;
  /** By stratum. */
  readonly pages: Float64Array;
}

/** Beyond it something else is wrong. */
const [leastFactor, mostFactor] = [0.5, 2];
/** Visitors of several strata need some rounds, until all of them agree. */
const rounds = 4;

/**
 * Compares whole weeks, counted in full, with what sampled rows stand for in the same weeks (post-stratification; people by
 * raking, as somebody of several strata counts in each); the latest weeks count most.
 */
export function calibrate(rows: SampledRows, strata: Strata): Calibration {
  const presences = presencesOf(rows, strata);
  const people = new Float32Array(rows.visitorCount + 1).fill(1);
  const counted = strata.weeks.map((weeks) => sumWeeks(weeks, (week) => week.people));
  for (let round = 0; round < rounds; round++)
    for (const [stratum, { visitors, weights }] of presences.entries()) {
      let sampled = 0;
      for (const [at, visitor] of visitors.entries()) sampled += weights[at]! * people[visitor]!;
      if (!(sampled > 0) || !(counted[stratum]! > 0)) continue;
      const factor = counted[stratum]! / sampled;
      for (const visitor of visitors) people[visitor] = clamp(people[visitor]! * factor);
    }
  return { people, pages: pageFactors(rows, strata) };
}

const clamp = (factor: number): number => Math.min(mostFactor, Math.max(leastFactor, factor));

const sumWeeks = (
  weeks: readonly StratumWeek[],
  of: (week: StratumWeek, number: number) => number,
): number => weeks.reduce((sum, week, number) => sum + week.weight * of(week, number), 0);

interface Presences {
  readonly visitors: number[];
  /** Weeks in which each came, by what they count, times whom it stands for. */
  readonly weights: number[];
}

function presencesOf(rows: SampledRows, { weeks }: Strata): readonly Presences[] {
  const found = weeks.map((): Presences => ({ visitors: [], weights: [] }));
  const seen = new Map<number, { weeks: number; people: number }>();
  let visitor = 0;
  const leave = (): void => {
    for (const [stratum, { weeks: came, people }] of seen) {
      const { visitors, weights } = found[stratum]!;
      visitors.push(visitor);
      weights.push(people * sumWeeks(weeks[stratum]!, (_week, number) => (came >> number) & 1));
    }
    seen.clear();
  };
  for (let row = 0; row < rows.visitors.length; row++) {
    if (rows.visitors[row] !== visitor) {
      leave();
      visitor = rows.visitors[row]!;
      if (visitor === rows.visitorCount) break;
    }
    const stratum = rows.strata[row]!;
    const week = weekOf(weeks[stratum]!, rows.minutes[row]!);
    if (stratum === 0 || week < 0) continue;
    const known = seen.get(stratum) ?? { weeks: 0, people: rows.people[row]! };
    known.weeks |= 1 << week;
    seen.set(stratum, known);
  }
  if (visitor !== rows.visitorCount) leave();
  return found;
}

function pageFactors(rows: SampledRows, { weeks }: Strata): Float64Array {
  const sampled = new Float64Array(weeks.length);
  for (let row = 0; row < rows.visitors.length; row++) {
    const stratum = rows.strata[row]!;
    const week = weekOf(weeks[stratum]!, rows.minutes[row]!);
    if (week >= 0) sampled[stratum]! += rows.pages[row]!;
  }
  return sampled.map((pages, stratum) => {
    const counted = weeks[stratum]!.reduce((sum, week) => sum + week.pages, 0);
    return pages > 0 && counted > 0 ? clamp(counted / pages) : 1;
  });
}

function weekOf(weeks: readonly StratumWeek[], minute: number): number {
  for (let at = 0; at < weeks.length; at++)
    if (minute >= weeks[at]!.fromMinute && minute < weeks[at]!.endMinute) return at;
  return -1;
}

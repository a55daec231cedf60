import { budgetDayBounds } from "../../budgets/budgetDay.ts";
import { countKept } from "../hyperLogLog.ts";
import { halfLifeDays } from "./seenShare.ts";

/** Everybody who came to a bucket in a week, as a sketch. */
export interface PeopleOfBucket {
  /** Its Monday, "YYYY-MM-DD" in Paris. */
  readonly week: string;
  readonly firstAtMs: number;
  readonly sketch: Uint8Array;
}

/** What the sampled visitors of a bucket are to be multiplied by, so that they stand for all who came. */
export interface PeopleFactors {
  /** A sampled row, while the sample is read. */
  readonly see: (bucket: number, visitor: number, atMs: number, inverseRate: number) => void;
  /** Null = nothing better is known. */
  readonly factorOf: (bucket: number) => number | null;
}

const hourMs = 3_600_000;
/** A week that was counted from its first hours on. */
const mostLateMs = 6 * hourMs;
/** Fewer people are a matter of chance, which sketches tell no better. */
const leastPeople = 200;
const [leastFactor, mostFactor] = [0.5, 2];
const weekMs = 7 * 86_400_000;

interface Week {
  readonly startMs: number;
  readonly endMs: number;
  readonly people: number;
}

/**
 * Compares the people of whole weeks, counted in full, with those that sampled visitors stand for in the same weeks
 * (post-stratification by bucket); the latest weeks count most. A sample of one visitor in 64 is off by a few percent by
 * itself, a sketch by 0.8 %.
 */
export function createPeopleFactors(
  counted: ReadonlyMap<number, readonly PeopleOfBucket[]>,
  { startMs: sampleStartMs, endMs: nowMs }: { readonly startMs: number; readonly endMs: number },
): PeopleFactors {
  const weeksOf = new Map(
    [...counted].map(
      ([bucket, weeks]) => [bucket, wholeWeeks(weeks, sampleStartMs, nowMs)] as const,
    ),
  );
  const sampled = new Map<number, Map<number, { weeks: number; inverseRate: number }>>();
  return {
    see(bucket, visitor, atMs, inverseRate) {
      const weeks = weeksOf.get(bucket);
      if (weeks === undefined || weeks.length === 0) return;
      const week = weeks.findIndex(({ startMs, endMs }) => atMs >= startMs && atMs < endMs);
      if (week < 0) return;
      const visitors = sampled.get(bucket) ?? new Map();
      sampled.set(bucket, visitors);
      const known = visitors.get(visitor);
      if (known === undefined) visitors.set(visitor, { weeks: 1 << week, inverseRate });
      else known.weeks |= 1 << week;
    },
    factorOf(bucket) {
      const weeks = weeksOf.get(bucket) ?? [];
      const visitors = sampled.get(bucket);
      if (visitors === undefined || weeks.length === 0) return null;
      const sums = { counted: 0, sampled: 0 };
      for (const [number, { startMs, people }] of weeks.entries()) {
        const weight = 2 ** ((startMs - nowMs) / (halfLifeDays * 86_400_000));
        sums.counted += weight * people;
        for (const { weeks: seen, inverseRate } of visitors.values())
          if ((seen & (1 << number)) !== 0) sums.sampled += weight * inverseRate;
      }
      const factor = sums.counted / sums.sampled;
      return Math.min(mostFactor, Math.max(leastFactor, factor));
    },
  };
}

/** Weeks of which both the sample and the sketch have all, but for the hour of a changed clock. */
function wholeWeeks(
  weeks: readonly PeopleOfBucket[],
  sampleStartMs: number,
  nowMs: number,
): readonly Week[] {
  return weeks.flatMap(({ week, firstAtMs, sketch }) => {
    const { startMs } = budgetDayBounds(week);
    const endMs = startMs + weekMs;
    if (endMs > nowMs + hourMs || startMs < sampleStartMs - hourMs) return [];
    if (firstAtMs > startMs + mostLateMs) return [];
    const people = countKept(sketch);
    return people < leastPeople ? [] : [{ startMs, endMs: Math.min(endMs, nowMs), people }];
  });
}

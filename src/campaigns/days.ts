import { createBoundedCache } from "../boundedCache.ts";
import { endOfBudgetDayMs, startOfBudgetDayMs } from "../budgets/budgetDay.ts";

export interface Period {
  readonly startsAtMs: number;
  /** Exclusive; null = no end. */
  readonly endsAtMs: number | null;
}

// Thousands of campaigns share their days when a snapshot is loaded; Intl costs a microsecond.
const starts = createBoundedCache<number>(5_000);
const ends = createBoundedCache<number>(5_000);

/**
 * From the first to the last day, both included, to instants. Campaigns start, end and spend by the days of Paris, also
 * where a zone lies overseas. Throws a RangeError for what is no day.
 */
export function daysToPeriod(startsOn: string, endsOn: string | null): Period {
  const startsAtMs = starts.get(startsOn) ?? startOfBudgetDayMs(startsOn);
  starts.set(startsOn, startsAtMs);
  if (endsOn === null) return { startsAtMs, endsAtMs: null };
  const endsAtMs = ends.get(endsOn) ?? endOfBudgetDayMs(endsOn);
  ends.set(endsOn, endsAtMs);
  return { startsAtMs, endsAtMs };
}

import { budgetDayBounds } from "../../budgets/budgetDay.ts";
import { halfLifeDays } from "./seenShare.ts";

/** All pages and people of a place in a week, or of a whole bucket (place 0). */
export interface CountedWeek {
  readonly place: number;
  /** Its Monday, "YYYY-MM-DD" in Paris. */
  readonly week: string;
  readonly firstAtMs: number;
  readonly pages: number;
  /** Who came (see `hyperLogLog.ts`). */
  readonly sketch: Uint8Array;
}

export type CountedPlace = Pick<CountedWeek, "pages" | "sketch">;

/** A week of a bucket that was counted from its beginning to its end, within what was sampled. */
export interface WholeWeek {
  /** Minutes since the sample began. */
  readonly fromMinute: number;
  readonly endMinute: number;
  /** What the week says of the days to come. */
  readonly weight: number;
  /** By place; 0 = the whole bucket, then alone. */
  readonly places: ReadonlyMap<number, CountedPlace>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** A week that was counted from its first hours on. */
const mostLateMs = 6 * hourMs;

/**
 * The weeks of a bucket of which both sample and counts have all, but for the hour of a changed clock, oldest first. A week in
 * which counting went over from places to the whole bucket is in neither whole; of the others the kind of the latest counts.
 */
export function wholeWeeks(
  counted: readonly CountedWeek[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): readonly WholeWeek[] {
  const whole = [...Map.groupBy(counted, ({ week }) => week)].sort().flatMap(([week, ofWeek]) => {
    const fromMs = budgetDayBounds(week).startMs;
    const firstMs = ofWeek.reduce((least, { firstAtMs }) => Math.min(least, firstAtMs), Infinity);
    const isSampled = fromMs >= startMs - hourMs && fromMs + weekMs <= endMs + hourMs;
    const isMixed = ofWeek.length > 1 && ofWeek.some(({ place }) => place === 0);
    if (!isSampled || isMixed || firstMs > fromMs + mostLateMs) return [];
    return [
      {
        fromMinute: (fromMs - startMs) / minuteMs,
        endMinute: (fromMs + weekMs - startMs) / minuteMs,
        weight: 2 ** ((fromMs - endMs) / (halfLifeDays * dayMs)),
        places: new Map(ofWeek.map((one) => [one.place, one])),
      },
    ];
  });
  const isByPlace = !whole.at(-1)?.places.has(0);
  return whole.filter(({ places }) => places.has(0) !== isByPlace);
}

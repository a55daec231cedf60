/** Days of the calendar in France: campaigns start, end and spend by them, also where a zone lies overseas. */
export const budgetTimeZone = "Europe/Paris";

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: budgetTimeZone,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

const dayMs = 86_400_000;
const startsOfDays = new Map<string, number>();

/** How far the clock in Paris is ahead of UTC at an instant, ms. */
function parisOffsetMs(instantMs: number): number {
  const parts = new Map(clock.formatToParts(instantMs).map((part) => [part.type, part.value]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const shownMs = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
  );
  return shownMs - Math.floor(instantMs / 1000) * 1000;
}

/**
 * The instant (ms) at which a day "YYYY-MM-DD" begins in Paris. Days have 23 or 25 hours when the clocks change,
 * at 02:00 or 03:00, so midnight always exists once. Throws RangeError for what is no day.
 */
export function parisDayStartMs(day: string): number {
  const known = startsOfDays.get(day);
  if (known !== undefined) return known;
  const midnightUtcMs = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnightUtcMs)) throw new RangeError(`"${day}" is not a day`);
  // Midnight in Paris is one or two hours before midnight UTC; the offset two hours before is that of midnight itself
  // because clocks only change later in the night.
  const startMs = midnightUtcMs - parisOffsetMs(midnightUtcMs - parisOffsetMs(midnightUtcMs));
  if (startsOfDays.size > 10_000) startsOfDays.clear();
  startsOfDays.set(day, startMs);
  return startMs;
}

/** The day in Paris at an instant (ms), "YYYY-MM-DD". */
export function parisDayOf(instantMs: number): string {
  return new Date(instantMs + parisOffsetMs(instantMs)).toISOString().slice(0, 10);
}

/** The day `count` days later (earlier when negative). */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

export interface Period {
  readonly startsAtMs: number;
  /** Exclusive; null = no end. */
  readonly endsAtMs: number | null;
}

/** From the first to the last day, both included, to instants. */
export function daysToPeriod(startsOn: string, endsOn: string | null): Period {
  return {
    startsAtMs: parisDayStartMs(startsOn),
    endsAtMs: endsOn === null ? null : parisDayStartMs(addDays(endsOn, 1)),
  };
}

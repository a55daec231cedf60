export const periodNames = ["today", "week", "month", "all", "custom"] as const;
export type PeriodName = (typeof periodNames)[number];

/** Days in Europe/Paris, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A report tells of so many days at most. */
const mostDays = 800;
const dayMs = 86_400_000;
const paris = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/Paris",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The day in Paris at an instant, "2026-11-23". Pure. */
export function parisDay(atMs: number): string {
  return paris.format(atMs);
}

/** So many days later; the calendar's, without regard to hours. Pure. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Every day of a period, first to last. Pure. */
export function daysOf({ from, to }: Period): readonly string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(from, index));
}

/**
 * The days that a choice stands for. "all" begins with the campaign; what is typed is put in order and cut to what a report
 * can tell, and never reaches beyond today. Pure.
 */
export function periodOf(
  name: PeriodName,
  today: string,
  startsOn: string,
  typed: Partial<Period>,
): Period {
  if (name === "today") return { from: today, to: today };
  if (name === "week") return { from: addDays(today, -6), to: today };
  if (name === "month") return { from: addDays(today, -29), to: today };
  const [from = today, to = today] =
    name === "all" ? [startsOn, today] : [dayOr(typed.from), dayOr(typed.to)];
  const [first, last] = [from, to].sort();
  const [end = today] = [last ?? today, today].sort();
  const earliest = addDays(end, 1 - mostDays);
  const [, begin = end] = [first ?? end, earliest].sort();
  return { from: [begin, end].sort()[0] ?? end, to: end };
}

const dayOr = (day: string | undefined): string | undefined =>
  day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))
    ? day
    : undefined;

/** A name out of an address; what is none is the week. Pure. */
export function periodNameOf(text: string | null): PeriodName {
  return periodNames.find((name) => name === text) ?? "week";
}

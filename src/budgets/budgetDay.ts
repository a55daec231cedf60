/** The interval of one budget day: `startMs` inclusive, `endMs` exclusive. 23 or 25 hours long twice a year. */
export interface BudgetDay {
  /** "YYYY-MM-DD" in Europe/Paris. */
  readonly day: string;
  readonly startMs: number;
  readonly endMs: number;
}

const hourMs = 3_600_000;
const dayShape = /^\d{4}-\d{2}-\d{2}$/;
const parisDate = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/Paris",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

// Nearly every call is about the present day; Intl costs a microsecond, two comparisons cost nothing.
let latest: BudgetDay = { day: "", startMs: 0, endMs: 0 };
let numbered = { day: "1970-01-01", days: 0 };

/** The budget day ("YYYY-MM-DD", Europe/Paris) that `timeMs` (ms since 1970, from 1980 to 9999) falls in. */
export function budgetDayOf(timeMs: number): string {
  if (timeMs >= latest.startMs && timeMs < latest.endMs) return latest.day;
  latest = budgetDayBounds(parisDate.format(timeMs));
  return latest.day;
}

/** The bounds of a budget day. Throws a RangeError for anything but a real date written "YYYY-MM-DD". */
export function budgetDayBounds(day: string): BudgetDay {
  return { day, startMs: startOfBudgetDayMs(day), endMs: startOfBudgetDayMs(addDays(day, 1)) };
}

/** The ms time at which a budget day begins: midnight in Paris. Throws a RangeError like {@link budgetDayBounds}. */
export function startOfBudgetDayMs(day: string): number {
  // Paris is one or two hours ahead of UTC and never changes its clock at midnight.
  const inSummerMs = utcMidnightMs(day) - 2 * hourMs;
  return parisDate.format(inSummerMs) === day ? inSummerMs : inSummerMs + hourMs;
}

/** The first ms after a budget day. Throws a RangeError like {@link budgetDayBounds}. */
export function endOfBudgetDayMs(day: string): number {
  return startOfBudgetDayMs(addDays(day, 1));
}

/** The day `count` days later (earlier when negative). Throws a RangeError like {@link budgetDayBounds}. */
export function addDays(day: string, count: number): string {
  return new Date(utcMidnightMs(day) + count * 24 * hourMs).toISOString().slice(0, 10);
}

/** Days since 1970-01-01 of a budget day: its compact form in tokens. Throws a RangeError like {@link budgetDayBounds}. */
export function budgetDayNumber(day: string): number {
  if (day !== numbered.day) numbered = { day, days: utcMidnightMs(day) / (24 * hourMs) };
  return numbered.days;
}

/** The budget day of a number made by {@link budgetDayNumber} (0 to 65,535). */
export function budgetDayFromNumber(days: number): string {
  if (days !== numbered.days)
    numbered = { day: new Date(days * 24 * hourMs).toISOString().slice(0, 10), days };
  return numbered.day;
}

/** Whether a text is a real date written "YYYY-MM-DD". */
export function isBudgetDay(day: string): boolean {
  if (!dayShape.test(day)) return false;
  const timeMs = Date.parse(`${day}T00:00:00Z`);
  // Date.parse rolls 30 February over to March.
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().slice(0, 10) === day;
}

function utcMidnightMs(day: string): number {
  if (!isBudgetDay(day)) throw new RangeError(`"${day}" is not a date written YYYY-MM-DD`);
  return Date.parse(`${day}T00:00:00Z`);
}

import { addDays } from "../budgets/budgetDay.ts";

const parisOffset = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Paris",
  timeZoneName: "longOffset",
});

/** The Monday ("YYYY-MM-DD") of the ISO week that a day lies in. Throws a RangeError for what is no day. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${addDays(day, 0)}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/**
 * An instant as Paris writes it: "2026-10-25T02:00:00+02:00". The hour that a winter's night has twice is told apart by its
 * offset.
 */
export function parisTime(timeMs: number): string {
  const offset = parisOffsetMinutes(timeMs);
  const local = new Date(timeMs + offset * 60_000).toISOString().slice(0, 19);
  const hours = String(Math.trunc(offset / 60)).padStart(2, "0");
  return `${local}+${hours}:00`;
}

/** 60 in winter, 120 in summer. */
function parisOffsetMinutes(timeMs: number): number {
  const name = parisOffset.formatToParts(timeMs).find(({ type }) => type === "timeZoneName")?.value;
  return 60 * Number(/GMT\+(\d{2})/.exec(name ?? "")?.[1] ?? 0);
}

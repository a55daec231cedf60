const weekMs = 604_800_000;
const dayMs = 86_400_000;

/** The Monday (UTC) of the week of a day or a time: "2026-06-01". */
export function weekOf(atMs: number): string {
  const day = Math.floor(atMs / dayMs);
  // 1 January 1970 was a Thursday.
  return isoDay((day - ((day + 3) % 7)) * dayMs);
}

export function addWeeks(week: string, weeks: number): string {
  return isoDay(weekStartMs(week) + weeks * weekMs);
}

/** From one Monday to another, negative when it lies before. */
export function weeksBetween(from: string, to: string): number {
  return Math.round((weekStartMs(to) - weekStartMs(from)) / weekMs);
}

/** Where the middle of a week lies in its year, 0–1. Years have 52.18 weeks: a week's number drifts, this does not. */
export function yearPhase(week: string): number {
  const middleMs = weekStartMs(week) + weekMs / 2;
  const year = new Date(middleMs).getUTCFullYear();
  const startMs = Date.UTC(year, 0, 1);
  return (middleMs - startMs) / (Date.UTC(year + 1, 0, 1) - startMs);
}

function weekStartMs(week: string): number {
  return Date.parse(`${week}T00:00:00Z`);
}

function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

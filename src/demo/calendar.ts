const dayMs = 86_400_000;
const parisDate = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" });

/** The date in Europe/Paris, `days` after `nowMs` (before, when negative): "2026-03-12". */
export function parisDateAfter(nowMs: number, days: number): string {
  const today = Date.parse(`${parisDate.format(nowMs)}T12:00:00Z`);
  return new Date(today + days * dayMs).toISOString().slice(0, 10);
}

/** From what the trend counts. */
const trendFrom = Date.parse("2026-06-01T00:00:00Z");
const yearMs = 365.25 * 86_400_000;
/** Leboncoin's traffic of early 2020 over that of 2019 (Ifop, "Leboncoin, reflet de la société française", 2020). */
const growthPerYear = 0.06;
/** French sites lose 14 % in August on average, between June and September; those of tourism nothing (XiTi Monitor 2002–2007). */
const summerLoss = 0.14;
const summer = { from: "06-01", to: "09-30" } as const;

/** Traffic of a day as a share of an average one. `shareOfSummer`: 0 where holidays are spent, 1 where people leave for them. */
export function seasonAt(timeMs: number, shareOfSummer: number): number {
  const year = new Date(timeMs).getUTCFullYear();
  const from = Date.parse(`${year}-${summer.from}T00:00:00Z`);
  const to = Date.parse(`${year}-${summer.to}T00:00:00Z`);
  const through = (timeMs - from) / (to - from);
  const depth = through > 0 && through < 1 ? (1 - Math.cos(2 * Math.PI * through)) / 2 : 0;
  return (
    (1 + growthPerYear) ** ((timeMs - trendFrom) / yearMs) *
    (1 - summerLoss * shareOfSummer * depth)
  );
}

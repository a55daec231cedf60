/**
 * The last months, "2026-11", the present one first, in France. Pure.
 * @param now an instant
 * @param count how many, from 1 on
 */
export function lastMonths(now: Date, count: number): readonly string[] {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: "Europe/Paris",
    year: "numeric",
    month: "2-digit",
  }).formatToParts(now);
  const part = (name: "year" | "month") =>
    Number(parts.find(({ type }) => type === name)?.value ?? 0);
  const present = part("year") * 12 + part("month") - 1;
  return Array.from({ length: count }, (_, back) => {
    const month = present - back;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
  });
}

/** The last day that is over in Paris, "YYYY-MM-DD". Pure. */
export function yesterdayInParis(now: Date): string {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format(now);
  return new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
}

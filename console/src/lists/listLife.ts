/** Longest life of a list, counted from the day on which its consents were collected. */
const longestDays = 390;

/** The last day that a list may run to. `collectedOn`: "YYYY-MM-DD", or nothing yet. Pure. */
export function latestExpiry(collectedOn: string): string {
  const collectedMs = Date.parse(collectedOn);
  if (Number.isNaN(collectedMs)) return "";
  return new Date(collectedMs + longestDays * 86_400_000).toISOString().slice(0, 10);
}

import type { SspRepository } from "../campaigns/repository.ts";
import { sspSchema } from "../campaigns/sspSchema.ts";
import type { ExchangeTable } from "../openrtb/exchangeTable.ts";

/** The exchange of the demo: it asks from this machine and needs no key. */
export const demoSsp = {
  name: "demo",
  seat: "atelier",
  keyed: false,
  addresses: ["127.0.0.0/8", "::1/128"],
  qpsLimit: 100_000,
} as const;

/** Makes the demo's exchange unless there is one of its name. Answers whether it was made. */
export async function seedDemoSsp(ssps: SspRepository): Promise<boolean> {
  const { name } = demoSsp;
  const [known] = await ssps.list({ name }, { limit: 1, afterId: 0 });
  if (known !== undefined) return false;
  const fields = sspSchema.parse(demoSsp);
  await ssps.insert({ ...fields, keyHash: null }, { apiKeyId: null, label: "demo" });
  return true;
}

/**
 * Exchange rates of about 2026, held to be of today, so that the demo bids in the currency that exchanges take for granted.
 * An operator gives real ones (`EXCHANGE_RATES_FILE`).
 */
export function demoRates(nowMs: number): ExchangeTable {
  const dayMs = 24 * 3_600_000;
  return { asOfMs: Math.floor(nowMs / dayMs) * dayMs, microsPerEuro: perEuro };
}

const perEuro: ReadonlyMap<string, number> = new Map([
  ["USD", 1_160_000],
  ["GBP", 870_000],
  ["CHF", 930_000],
]);

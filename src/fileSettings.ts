import { optional } from "./defineSettings.ts";
import { text } from "./settingKinds.ts";

const path = text("a path");

/** Files of the operator's that say what nobody else can. */
export const fileSettings = {
  geoipDatabase: optional(
    "GEOIP_DATABASE",
    path,
    "A MaxMind `.mmdb` file with cities: places visitors by their address. Without it addresses say nothing.",
  ),
  exchangeRatesFile: optional(
    "EXCHANGE_RATES_FILE",
    path,
    'Exchange rates for bids, `{"asOf": "2026-03-12", "base": "EUR", "rates": {"USD": 1.0873}}`: trusted for a week, followed when the file changes. Without it bids are in euros only.',
  ),
  supplyRulesFile: optional(
    "SUPPLY_RULES_FILE",
    path,
    "JSON: which supply chains, publishers and sellers (ads.txt, sellers.json) bids are made through; docs/operations.md says how. Followed when it changes. Without it any.",
  ),
} as const;

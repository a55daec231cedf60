import type { Config } from "../config.ts";
import { type ExchangeTable, euroOnly } from "../openrtb/exchangeTable.ts";
import type { CurrentRates } from "../serving/bidPorts.ts";
import type { SupplyRules } from "../serving/supplyRules.ts";
import { openExchangeRates } from "../stores/files/exchangeRates.ts";
import type { FollowedFile, FollowOptions } from "../stores/files/followFile.ts";
import { openSupplyRules } from "../stores/files/supplyRules.ts";
import type { Log } from "./log.ts";
import { describe } from "./stores.ts";

/** What an operator tells bidding by files, as they are now. */
export interface BidFiles {
  readonly rates: CurrentRates;
  /** Null = there is no file: any way is taken. */
  readonly supplyRules: () => SupplyRules | null;
  readonly close: () => Promise<void>;
}

/** Opens the files that are named; `defaultRates` hold where there is none of rates. Rejects when one cannot be read. */
export async function openBidFiles(
  config: Pick<Config, "exchangeRatesFile" | "supplyRulesFile">,
  defaultRates: () => ExchangeTable = () => euroOnly,
  log: Log,
): Promise<BidFiles> {
  const rates = await open(config.exchangeRatesFile, openExchangeRates, "exchange rates", log);
  const rules = await open(config.supplyRulesFile, openSupplyRules, "supply rules", log);
  return {
    rates: () => rates?.current() ?? defaultRates(),
    supplyRules: () => rules?.current() ?? null,
    async close() {
      await rates?.close();
      await rules?.close();
    },
  };
}

async function open<T>(
  file: string | null,
  openFile: (file: string, options: FollowOptions) => Promise<FollowedFile<T>>,
  what: string,
  log: Log,
): Promise<FollowedFile<T> | null> {
  if (file === null) return null;
  return openFile(file, {
    onError: (error) =>
      log.warn({ error: describe(error) }, `${what} not updated, the last ones stay in use`),
  });
}

import type { Router } from "express";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createAuthenticate } from "../routes/authenticate.ts";
import { type SspAccountsRouterDeps, sspAccountsRouter } from "../routes/sspAccounts.ts";
import { createSspAccounts, readHouseAccounts } from "../stores/postgres/sspAccounts.ts";
import type { Access } from "./access.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";

export interface SspAccountsParts {
  /** Before any router that reads the bodies below `/v1/ssps`. */
  readonly router: Router;
  /** Looks at what the house pays from now on, for the metrics, until it is stopped. */
  readonly startLooking: () => Repeating;
}

const lookEveryMs = 60_000;
const dayMs = 24 * 3_600_000;

/** What SSPs cost: for administrators, and for whoever watches what the house pays. */
export function composeSspAccounts(
  stores: Pick<Stores, "db" | "jobsDb" | "clock">,
  { readApiKey }: Pick<Access, "readApiKey">,
  sspExists: SspAccountsRouterDeps["sspExists"],
  metrics: Metrics,
  log: Log,
): SspAccountsParts {
  let sums = { costMicros: Number.NaN, houseMicros: Number.NaN };
  metrics.gauge(
    "atelier_ssp_cost_day_micros",
    "What SSPs billed in the last 24 hours, micros of a euro; of the whole system, looked at every minute",
    () => sums.costMicros,
  );
  metrics.gauge(
    "atelier_ssp_house_day_micros",
    "Of that, what no shop paid anything for and the house pays (campaigns paid by impression); more than 5 thousandths ask for a look",
    () => sums.houseMicros,
  );
  const look = async (): Promise<void> => {
    const accounts = await readHouseAccounts(stores.jobsDb, stores.clock.nowMs() - dayMs);
    sums = {
      costMicros: accounts.reduce((sum, { costMicros }) => sum + costMicros, 0),
      houseMicros: accounts.reduce((sum, { houseMicros }) => sum + houseMicros, 0),
    };
  };
  return {
    router: sspAccountsRouter({
      authenticate: createAuthenticate(readApiKey),
      accounts: createSspAccounts(stores.db),
      sspExists,
      now: stores.clock.nowMs,
    }),
    startLooking: () =>
      repeat(look, lookEveryMs, (error) =>
        log.warn({ error: describe(error) }, "accounts of SSPs could not be looked at"),
      ),
  };
}

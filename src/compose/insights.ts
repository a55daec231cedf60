import type { Router } from "express";
import type { Config } from "../config.ts";
import { runInsightsPass, type WarehouseOrder } from "../jobs/insightsPass.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { insightsRouter } from "../routes/insights.ts";
import { createInsightReads } from "../stores/postgres/insights.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import { describe, type Stores } from "./stores.ts";
import { warehouseOf } from "./warehouse.ts";

/** What was worked out about the site, for whoever is known. */
export interface Insights {
  readonly router: Router;
  /** One pass, without waiting for its timer. Rejects when it fails. */
  readonly workOutOnce: () => Promise<void>;
  readonly start: () => Repeating;
}

const everyMs = 3_600_000;
/** A server that has just started has better things to do. */
const firstMs = 20_000;

export function composeInsights(
  config: Config,
  { db, clock }: Pick<Stores, "db" | "clock">,
  { authenticate }: Pick<Management, "authenticate">,
  log: Log,
): Insights {
  const aborting = new AbortController();
  const workOutOnce = async (): Promise<void> => {
    const order = {
      databaseUrl: config.databaseUrl,
      warehouse: nearBy(warehouseOf(config)),
      nowMs: clock.nowMs(),
    };
    const { forecasts, shown, cells } = await runInsightsPass(order, aborting.signal);
    if (forecasts > 0) log.info({ forecasts, shown, cells }, "demand was forecast");
  };
  const report = (error: unknown): void => {
    if (!aborting.signal.aborted)
      log.warn({ error: describe(error) }, "insights were not worked out");
  };
  return {
    router: insightsRouter({ authenticate, reads: createInsightReads(db) }),
    workOutOnce,
    start: () => startLater(() => repeat(workOutOnce, everyMs, report), aborting),
  };
}

/** A lake in a bucket would be copied here whole: Redshift reads it where it lies. */
function nearBy(place: WarehouseOrder | null): WarehouseOrder | null {
  return place?.kind === "lake" && place.lakeFolder.startsWith("s3:") ? null : place;
}

function startLater(start: () => Repeating, aborting: AbortController): Repeating {
  let repeating: Repeating | null = null;
  const first = setTimeout(() => {
    repeating = start();
  }, firstMs);
  return {
    async stop() {
      clearTimeout(first);
      aborting.abort();
      await repeating?.stop();
    },
  };
}

import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Router } from "express";
import { createApp, createHttpServer } from "../app.ts";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { Config } from "../config.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { createMetrics, type Metrics } from "../metrics/metrics.ts";
import type { ExchangeTable } from "../openrtb/exchangeTable.ts";
import { healthRouter } from "../routes/health.ts";
import { metricsRouter } from "../routes/metrics.ts";
import { openApiRouter } from "../routes/openapi.ts";
import { placesRouter } from "../routes/places.ts";
import type { AccessKey } from "../stores/dynamodb/client.ts";
import { createReadSwaggerUi } from "../stores/files/swaggerUi.ts";
import type { ServerClock } from "../stores/redis/serverClock.ts";
import { composeBidLearning, type Learning } from "./bidLearning.ts";
import { type Bids, type BidsOptions, composeBids } from "./bids.ts";
import { closeHttp } from "./closeHttp.ts";
import { type Conversions, composeConversions } from "./conversions.ts";
import { composeExplain } from "./explain.ts";
import { healthChecks } from "./health.ts";
import { composeJobs, type Jobs, type JobsOptions } from "./jobs.ts";
import { createLog, type Log } from "./log.ts";
import { composeManagement, type Management } from "./management.ts";
import { measureSpools } from "./measureSpools.ts";
import { composeReports, type Reports } from "./reports.ts";
import { composeServing, type Serving, type ServingOptions } from "./serving.ts";
import { openStores, type Stores } from "./stores.ts";
import { tuneEngine } from "./tuneEngine.ts";

export interface ServerOptions extends JobsOptions {
  /** Null = what the AWS SDK finds by itself. */
  readonly dynamodbCredentials: AccessKey | null;
  /** More routes for people who try the demo. */
  readonly demoRouters: readonly Router[];
  /** Where the pictures of creatives may lie; default "https". */
  readonly pictures?: PictureRule;
  /** Exchange rates where the operator gives no file; default: the euro only. */
  readonly defaultRates?: (nowMs: number) => ExchangeTable;
  /** The time of money, caps and schedules, where a simulation has its own; default: that of Redis. */
  readonly clock?: ServerClock;
}

export interface AtelierServer {
  /** The HTTP server, ready to listen; its jobs run. */
  readonly http: Server;
  readonly stores: Stores;
  readonly jobs: Jobs;
  readonly reports: Reports;
  /** Readiness first, then the last requests, the jobs, and the stores. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** Spooled events are tried this often. */
const replayEveryMs = 1_000;

/** Builds the whole ad server on real stores, loads its first snapshot and starts its jobs. Does not listen yet. */
export async function composeServer(
  config: Config,
  options: ServerOptions,
): Promise<AtelierServer> {
  tuneEngine();
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const opened = await openStores(config, options.dynamodbCredentials, log, options.clock);
  const reports = composeReports(opened, metrics, log);
  const { stores } = reports;
  const jobs = composeJobs(config, stores, options, log, metrics);
  const management = composeManagement(config, stores, options.pictures ?? "https", {
    forecastCampaign: jobs.forecasts.forecastCampaign,
  });
  const learning = composeBidLearning(stores, jobs.state, log);
  const serving = composeServing(
    config,
    stores,
    jobs.state,
    {
      ...servingOptions(config, management, metrics, learning),
      // Pixels come once we listen, and by then there are bids.
      onBidShown: (token, nowMs) => bids.notices.shown(token, nowMs),
    },
    log,
  );
  const conversions = composeConversions(config, stores, jobs.state, management, log);
  const bids = await composeBids(
    config,
    stores,
    jobs.state,
    serving.shared,
    bidsOptions(config, management, options, learning),
    metrics,
    log,
  );
  measureSpools(metrics, [stores.spool, conversions, bids.notices]);
  const life = { isStopping: false };
  const parts = { stores, jobs, management, serving, conversions, bids, reports, metrics, life };
  const http = createHttpServer(appOf(config, parts, options.demoRouters, log));
  await jobs.start();
  const repeating = [
    startReplaying(stores, serving, conversions, bids),
    reports.start(),
    ...bids.start(),
    ...management.creatives.start(metrics, log),
  ];
  return { ...parts, http, stop: createStop({ http, stores, jobs, bids, repeating, life }) };
}

interface Composed {
  readonly stores: Stores;
  readonly jobs: Jobs;
  readonly management: Management;
  readonly serving: Serving;
  readonly conversions: Conversions;
  readonly bids: Bids;
  readonly reports: Reports;
  readonly metrics: Metrics;
  readonly life: { isStopping: boolean };
}

/** Every route, before what answers it. */
function appOf(
  config: Config,
  { stores, jobs, management, serving, conversions, bids, reports, metrics, life }: Composed,
  demoRouters: readonly Router[],
  log: Log,
): RequestListener {
  return createApp({
    answerAds: serving.answerAds,
    answerBid: bids.answerBid,
    routers: {
      health: healthRouter({
        checks: healthChecks(stores, jobs),
        isStopping: () => life.isStopping,
        nowMs: () => performance.now(),
      }),
      tracking: serving.tracking,
      places: placesRouter({ places: stores.places }),
      management: [
        metricsRouter({ page: metrics.page, token: config.metricsToken }),
        openApiRouter({ readDocsFile: createReadSwaggerUi() }),
        serving.about,
        composeExplain(serving, management),
        ...conversions.routers,
        ...bids.routers,
        jobs.diagnosis.router(management),
        jobs.pacing.router(management),
        jobs.forecasts.router(management),
        jobs.webhooks.router(management.authenticate),
        ...jobs.privacy.routers(management, (key) => jobs.state.sites().site(key)),
        reports.router(management),
        ...management.routers,
        ...demoRouters,
      ],
    },
    trustedProxies: config.trustedProxies,
    reportFault: (report) => log.error(report, "fault"),
  });
}

function bidsOptions(
  { publicUrl }: Config,
  { readApiKey }: Management,
  { defaultRates }: ServerOptions,
  { learning }: Learning,
): BidsOptions {
  const rates = defaultRates === undefined ? {} : { defaultRates };
  return { publicUrl, readApiKey, learning, ...rates };
}

function servingOptions(
  { publicUrl }: Config,
  { mayExplain, creatives }: Management,
  metrics: Metrics,
  { hearing }: Learning,
): ServingOptions {
  return {
    publicUrl,
    mayExplain,
    metrics,
    hearing,
    findStoredCreative: (_campaignId, creativeId) => creatives.readShown(creativeId),
  };
}

function startReplaying(
  { spool }: Stores,
  { recordEvent }: Serving,
  conversions: Conversions,
  { notices }: Bids,
): Repeating {
  return repeat(
    async () => {
      // First what was seen: some bills count for that only.
      await Promise.all([spool.replayAll(recordEvent.replay), conversions.replay()]);
      await notices.replay();
    },
    replayEveryMs,
    () => undefined,
  );
}

interface Parts {
  readonly http: Server;
  readonly stores: Stores;
  readonly jobs: Jobs;
  readonly bids: Bids;
  readonly repeating: readonly Repeating[];
  readonly life: { isStopping: boolean };
}

function createStop({ http, stores, jobs, bids, repeating, life }: Parts): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    life.isStopping = true;
    await closeHttp(http);
    await Promise.all(repeating.map((one) => one.stop()));
    await bids.close();
    await jobs.stop();
    await stores.close();
  };
  return () => {
    stopped ??= stop();
    return stopped;
  };
}

/** Listens and answers the port. Rejects with the listen error. */
export function listen(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RequestHandler } from "express";
import { type App, createHttpServer, createManagementApp } from "../app.ts";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { Config } from "../config.ts";
import type { Repeating } from "../jobs/repeat.ts";
import { type LabelledPage, mergePages } from "../metrics/mergePages.ts";
import { createMetrics, type Metrics } from "../metrics/metrics.ts";
import type { DemoPerson } from "../routes/console.ts";
import { createTellDeprecations } from "../routes/deprecation.ts";
import { type Check, healthRouter } from "../routes/health.ts";
import { metricsRouter } from "../routes/metrics.ts";
import { operations } from "../routes/openapi/operations.ts";
import { onlyPassedOn } from "../routes/passOn.ts";
import type { AccessKey } from "../stores/dynamodb/client.ts";
import type { ServerClock } from "../stores/redis/serverClock.ts";
import { composeAccess } from "./access.ts";
import { type AdsSide, type AdsSideOptions, composeAdsSide } from "./adsSide.ts";
import { closeHttp } from "./closeHttp.ts";
import { composeConsole } from "./console.ts";
import { drain } from "./drain.ts";
import { healthChecks } from "./health.ts";
import { composeJobs, type Jobs, type JobsOptions } from "./jobs.ts";
import { followLiveSettings } from "./liveSettings.ts";
import { createLog, type Log } from "./log.ts";
import { composeManagementSide, type ManagementSide } from "./managementSide.ts";
import { measureRoutesOf } from "./measureAnswers.ts";
import { measureNode } from "./measureNode.ts";
import { guard, measureConnections } from "./nodeLoad.ts";
import { composeReports, type Reports } from "./reports.ts";
import { manages, servesAds } from "./role.ts";
import { openStores, type Stores } from "./stores.ts";
import { traceRequests } from "./traceRequests.ts";
import { tuneEngine } from "./tuneEngine.ts";

export interface ServerOptions extends JobsOptions, AdsSideOptions {
  /** Null = what the AWS SDK finds by itself. */
  readonly dynamodbCredentials: AccessKey | null;
  /** Where the pictures of creatives may lie; default "https". */
  readonly pictures?: PictureRule;
  /** The time of money, caps and schedules, where a simulation has its own; default: that of Redis. */
  readonly clock?: ServerClock;
  /** People to try the console as, with their passwords: told to everybody who opens it. */
  readonly demoPeople?: readonly DemoPerson[];
  /** The process beside this one that manages, for one that serves ads alone; absent = there is none. */
  readonly beside?: Beside;
  /** The other processes of this node that serve ads, for one of several; absent = it is the only one. */
  readonly siblings?: Siblings;
  /** Only requests that another process passes on with it are answered; absent = anybody's. */
  readonly passedSecret?: string;
}

/** Another process on this machine, as far as this one answers for it. */
export interface Beside {
  /** Answers what is asked of it. */
  readonly passOn: RequestHandler;
  readonly check: Check;
  /** Its metrics, "" while it is away; and metrics about it. */
  readonly measure: (metrics: Metrics) => { readonly metricsPage: () => Promise<string> };
}

/** Other processes that listen on the same port. */
export interface Siblings {
  /** This one's number among them: its label in metrics. */
  readonly process: string;
  /** How often this number had to be started again. */
  readonly restarts: number;
  /** The metrics of the others that answer in time. Never rejects. */
  readonly pages: () => Promise<readonly LabelledPage[]>;
}

export interface AtelierServer {
  /** The HTTP server, ready to listen; its jobs run. */
  readonly http: Server;
  readonly stores: Stores;
  readonly jobs: Jobs;
  readonly reports: Reports;
  /** Metrics of this very process, without those of others. */
  readonly metricsText: () => Promise<string>;
  /** Readiness first, then the last requests, the jobs, and the stores. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/**
 * Builds an ad server on real stores, or the side of it that its role says, loads its first snapshot and starts its jobs.
 * Does not listen yet.
 */
export async function composeServer(
  config: Config,
  options: ServerOptions,
): Promise<AtelierServer> {
  tuneEngine();
  const { role = "all", pictures = "https" } = options;
  const log = createLog(config.logLevel, role);
  const metrics = createMetrics();
  const { dynamodbCredentials, clock } = options;
  const opened = await openStores(config, dynamodbCredentials, log, { role, clock });
  const reports = composeReports(opened, metrics, log, role);
  const { stores } = reports;
  const jobs = composeJobs(config, stores, options, log, metrics);
  measureNode(metrics, jobs, role);
  if (options.siblings !== undefined) measureRestarts(metrics, options.siblings);
  const sideParts = { config, stores, jobs, metrics, log, access: composeAccess(config, stores) };
  const ads = servesAds(role) ? await composeAdsSide(sideParts, options) : null;
  const management = manages(role) ? composeManagementSide(sideParts, reports, pictures) : null;
  const life = { isStopping: false };
  const parts = { stores, jobs, ads, management, reports, metrics, life, log };
  const { passedSecret: secret } = options;
  const app = guard(appOf(config, parts, options), { ads, config, log, isBehind: secret != null });
  const listener = secret === undefined ? app : onlyPassedOn(app, secret);
  const http = createHttpServer(traceRequests(listener, stores.tracing), config.maxConnections);
  measureConnections(http, metrics, role);
  await jobs.start();
  const repeating = [
    ...[reports.start(), followLiveSettings(config, stores, log, ads?.load ?? null)],
    ...(ads?.start() ?? []),
    ...(management?.start() ?? []),
  ];
  const metricsText = async (): Promise<string> => (await metrics.page()).text;
  return { ...parts, http, metricsText, stop: createStop({ ...parts, http, repeating }, config) };
}

interface Composed {
  readonly stores: Stores;
  readonly jobs: Jobs;
  /** Null = another process has this side. */
  readonly ads: AdsSide | null;
  readonly management: ManagementSide | null;
  readonly metrics: Metrics;
  readonly life: { isStopping: boolean };
  readonly log: Log;
}

/** Every route, before what answers it. */
function appOf(
  config: Config,
  { stores, jobs, ads, management, metrics, life, log }: Composed,
  { role = "all", beside, siblings, demoPeople = [] }: ServerOptions,
): App {
  const checks = healthChecks(stores, jobs, role);
  const health = healthRouter({
    checks: beside === undefined ? checks : [...checks, beside.check],
    isStopping: () => life.isStopping,
    nowMs: () => performance.now(),
  });
  const page = pageOf(metrics, beside, siblings);
  const routers = [
    metricsRouter({ page, token: config.metricsToken }),
    ...(management === null ? [] : [...management.routers, composeConsole(config, demoPeople)]),
  ];
  const reportFault: Parameters<AdsSide["appWith"]>[0]["reportFault"] = (report) =>
    log.error(report, "fault");
  const measure = measureRoutesOf(metrics, role);
  const tell = createTellDeprecations(operations);
  const telling = tell === null ? {} : { tellDeprecations: tell };
  if (ads !== null) {
    const passing = beside === undefined ? {} : { passOn: beside.passOn };
    return ads.appWith({ health, routers, reportFault, measure, ...telling, ...passing });
  }
  const { trustedProxies } = config;
  return createManagementApp({
    trustedProxies,
    reportFault,
    measure,
    routers: [health, ...routers],
    ...telling,
  });
}

function measureRestarts(metrics: Metrics, { restarts }: Siblings): void {
  metrics.gauge(
    "atelier_serving_restarts",
    "How often this one of several serving processes had to be started again",
    () => restarts,
  );
}

/** Of all processes of this node: management has metrics of its own names, those of siblings are told apart by a label. */
function pageOf(
  metrics: Metrics,
  beside: Beside | undefined,
  siblings: Siblings | undefined,
): Metrics["page"] {
  const managed = beside?.measure(metrics).metricsPage ?? (async () => "");
  return async () => {
    const [own, others, management] = await Promise.all([
      metrics.page(),
      siblings?.pages() ?? [],
      managed(),
    ]);
    const all = [{ process: siblings?.process ?? "", text: own.text }, ...others];
    const serving = siblings === undefined ? own.text : mergePages(all);
    return { ...own, text: `${serving}${management}` };
  };
}

interface Parts extends Pick<Composed, "stores" | "jobs" | "ads" | "life"> {
  readonly http: Server;
  readonly repeating: readonly Repeating[];
}

function createStop(
  { http, stores, jobs, ads, repeating, life }: Parts,
  { drainSeconds }: Config,
): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    life.isStopping = true;
    ads?.load.close();
    await drain(http, drainSeconds * 1_000);
    await closeHttp(http);
    await Promise.all(repeating.map((one) => one.stop()));
    await ads?.close();
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

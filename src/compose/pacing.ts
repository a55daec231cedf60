import { randomUUID } from "node:crypto";
import type { Router } from "express";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { createTrafficHistory, type TrafficHistory } from "../budgets/pacing/trafficHistory.ts";
import type { CampaignFeed } from "../campaigns/campaignFeed.ts";
import type { Config } from "../config.ts";
import { createLeader } from "../jobs/leader.ts";
import { createPacingJob, type PacingPass, type PacingSummary } from "../jobs/pacing.ts";
import { createPacedCampaigns } from "../jobs/pacingCampaigns.ts";
import { createNodeThrottles, type NodeThrottles } from "../jobs/pacingThrottles.ts";
import { repeat } from "../jobs/repeat.ts";
import { createTrafficCounts, type TrafficCounts } from "../jobs/trafficCounts.ts";
import type { ServeAds } from "../serving/serveAds.ts";
import { createPacingRows, type PacingRows } from "../stores/postgres/pacingRows.ts";
import { createTrafficHours, type TrafficHours } from "../stores/postgres/trafficHours.ts";
import { createLease } from "../stores/redis/lease.ts";
import { createReadSpending } from "../stores/redis/spending.ts";
import { createThrottleStore } from "../stores/redis/throttles.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import { composePacingRouter } from "./pacingShown.ts";
import { type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";
import { traceJob } from "./tracing.ts";

/** Pacing on one node. The `…Once` functions are what the timers call; a simulator may call them itself. */
export interface Pacing {
  readonly throttles: NodeThrottles["current"];
  readonly count: TrafficCounts["count"];
  /** The traffic to be expected in a zone. */
  readonly forecastOf: TrafficHistory["forecastOf"];
  /** The feed by which this node's snapshot follows the campaigns, overheard. */
  readonly overhear: (feed: CampaignFeed) => CampaignFeed;
  /** Looks at every paced campaign and publishes throttles, if this node leads or can lead. Null = another one does. */
  readonly runPacingOnce: (nowMs: number) => Promise<PacingPass | null>;
  readonly takeThrottlesOnce: () => Promise<number>;
  /**
   * Once this node's campaigns are loaded, and before it serves: a day that is spent is known without asking for it. Never
   * rejects.
   */
  readonly lookFirst: () => Promise<void>;
  readonly flushTrafficOnce: () => Promise<void>;
  /** Works the forecasts out again from what was counted. */
  readonly refreshForecastsOnce: () => Promise<void>;
  /** `GET /v1/campaigns/ID/pacing`. */
  readonly router: (management: Pick<Management, "authenticate" | "store">) => Router;
  readonly state: () => PacingSummary & { readonly throttlesAgeMs: number | null };
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** When the timers of pacing run, ms between the end of a run and the next. */
export interface PacingIntervals {
  readonly passMs: number;
  readonly heartbeatMs: number;
  readonly takeMs: number;
  readonly flushMs: number;
}

const defaultIntervals: PacingIntervals = {
  passMs: 10_000,
  heartbeatMs: 1_000,
  takeMs: 1_000,
  flushMs: 60_000,
};
const forecastsMs = 1_800_000;
/** Traffic counted longer ago says little about next week. */
const keptTrafficDays = 56;
const keptPlansDays = 7;
const dayMs = 86_400_000;

const withoutPostgres = "pacing goes on without what Postgres knows";

/** Everything of pacing that a node runs; without ads, only what is needed to show it. */
export function composePacing(
  config: Config,
  stores: Stores,
  log: Log,
  role: ServerRole,
  intervals: PacingIntervals = defaultIntervals,
): Pacing {
  const { clock } = stores;
  const forecasts = createForecasts(stores);
  const counts = createTrafficCounts(forecasts.hours);
  const store = createThrottleStore(stores.jobsRedis);
  const { history } = forecasts;
  const throttles = createNodeThrottles({ store, history, now: clock.nowMs });
  const campaigns = createPacedCampaigns({
    onChange: (campaignId, campaign) => throttles.onCampaign(campaignId, campaign, clock.nowMs()),
  });
  const leader = createLeader(createLease(stores.jobsRedis, randomUUID()));
  const rows = createPacingRows(stores.jobsDb);
  const job = createPacingJob({
    leader,
    campaigns,
    readSpending: createReadSpending(stores.jobsRedis),
    store,
    rows,
    history,
    holdLifeMs: config.holdSeconds * 1_000,
    onError: (error) => log.warn({ error: describe(error) }, withoutPostgres),
  });
  const housekeep = async (): Promise<void> => {
    await forecasts.refreshOnce();
    if (leader.isLeading()) await prune(forecasts.hours, rows, clock.nowMs());
  };
  const look = () => job.runOnce(clock.nowMs());
  const works: readonly Timed[] = [
    { work: () => job.heartbeatOnce(clock.nowMs()), pauseMs: intervals.heartbeatMs },
    { work: traceJob(stores.tracing, "pace", look), pauseMs: intervals.passMs },
    { work: counts.flushOnce, pauseMs: intervals.flushMs },
  ];
  const timers = createTimers([
    ...(servesAds(role) ? works : []),
    { work: throttles.takeOnce, pauseMs: intervals.takeMs },
    { work: housekeep, pauseMs: forecastsMs },
  ]);
  return {
    throttles: throttles.current,
    count: counts.count,
    forecastOf: forecasts.forecastOf,
    overhear: campaigns.overhear,
    runPacingOnce: job.runOnce,
    takeThrottlesOnce: throttles.takeOnce,
    flushTrafficOnce: counts.flushOnce,
    refreshForecastsOnce: forecasts.refreshOnce,
    router: (management) => composePacingRouter(stores, throttles, management),
    state: () => ({ ...job.summary(), throttlesAgeMs: throttles.ageMs(clock.nowMs()) }),
    ...createLife({ timers, forecasts, throttles, counts, leader, look }),
  };
}

async function prune(
  hours: Pick<TrafficHours, "prune">,
  rows: Pick<PacingRows, "prune">,
  nowMs: number,
): Promise<void> {
  await hours.prune(nowMs - keptTrafficDays * dayMs);
  await rows.prune(addDays(budgetDayOf(nowMs), -keptPlansDays));
}

/** What was counted, as forecasts: the built-in ones until it has been read. */
function createForecasts({ jobsDb, clock }: Stores) {
  const hours = createTrafficHours(jobsDb);
  let history: TrafficHistory = createTrafficHistory([], clock.nowMs());
  const forecastOf: TrafficHistory["forecastOf"] = (cells, timeZone) =>
    history.forecastOf(cells, timeZone);
  return {
    hours,
    forecastOf,
    history: () => history,
    async refreshOnce(): Promise<void> {
      const nowMs = clock.nowMs();
      const counted = await hours.readSince(nowMs - keptTrafficDays * dayMs);
      history = createTrafficHistory(counted, nowMs);
    },
  };
}

/** Outages are logged by the stores, and what failed is tried again in its turn. */
const ignore = () => undefined;

interface Parts {
  readonly timers: ReturnType<typeof createTimers>;
  readonly forecasts: ReturnType<typeof createForecasts>;
  readonly throttles: NodeThrottles;
  readonly counts: TrafficCounts;
  readonly leader: ReturnType<typeof createLeader>;
  readonly look: () => Promise<unknown>;
}

function createLife(parts: Parts): Pick<Pacing, "start" | "lookFirst" | "stop"> {
  const { timers, forecasts, throttles, counts, leader, look } = parts;
  return {
    async start() {
      // Before the first campaigns are loaded: their careful start depends on both.
      await Promise.all(
        [forecasts.refreshOnce(), throttles.takeOnce()].map((one) => one.catch(ignore)),
      );
      timers.start();
    },
    async lookFirst() {
      await look().catch(ignore);
      await throttles.takeOnce().catch(ignore);
    },
    async stop() {
      await timers.stop();
      await counts.flushOnce().catch(ignore);
      await leader.resign().catch(ignore);
    },
  };
}

interface Timed {
  readonly work: () => Promise<unknown>;
  readonly pauseMs: number;
}

/** Repeats each work for ever. What fails is tried again in its turn: the outages themselves are logged by the stores. */
function createTimers(works: readonly Timed[]) {
  let running: readonly ReturnType<typeof repeat>[] = [];
  return {
    start() {
      running = works.map(({ work, pauseMs }) => repeat(work, pauseMs, () => undefined));
    },
    async stop() {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}

/** Counts each request that could be billed where it is about, and answers it. */
export function countTraffic(serveAds: ServeAds, count: Pacing["count"]): ServeAds {
  return (request, options) => {
    if (!options.test) count(request.places[0]?.cell ?? null, request.nowMs);
    return serveAds(request, options);
  };
}

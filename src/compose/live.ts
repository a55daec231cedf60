import { hostname } from "node:os";
import { type EventLoopUtilization, performance } from "node:perf_hooks";
import type { Router } from "express";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { createHistory, type History } from "../metrics/history.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { ratesOf, sspHealthOf } from "../metrics/reportRates.ts";
import type { SystemReport } from "../metrics/systemReport.ts";
import { watched } from "../metrics/watched.ts";
import { rememberBriefly } from "../rememberBriefly.ts";
import { runCheck } from "../routes/health.ts";
import { systemRouter } from "../routes/system.ts";
import type { EventSpool } from "../stores/files/eventSpool.ts";
import { readOpenHolds } from "../stores/redis/openHolds.ts";
import { campaignCount } from "../targeting/snapshot.ts";
import type { Access } from "./access.ts";
import { healthChecks } from "./health.ts";
import type { Jobs } from "./jobs.ts";
import { measureSpools } from "./measureSpools.ts";
import type { Stores } from "./stores.ts";

export interface LiveParts {
  readonly stores: Stores;
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  readonly access: Pick<Access, "admission">;
  /** Where events wait for stores on this node's disk. */
  readonly spools: readonly Pick<EventSpool, "counts">[];
}

export interface Live {
  readonly router: Router;
  /** Looks at the counters every second, from now on until it is stopped. */
  readonly start: () => Repeating;
}

const lookEveryMs = 1_000;
/** However many look at the page, stores are asked this often at most. */
const rememberMs = 900;
const kept = { fine: 61, coarseEveryMs: 60_000, coarse: 61 };
const nodeName = `${hostname()}:${process.pid}`;
const startedAt = new Date(performance.timeOrigin).toISOString();

/** What this node has done lately, for `GET /v1/system`: rates of its own metrics, and what its parts say of themselves. */
export function composeLive(given: Omit<LiveParts, "spools">, spools: LiveParts["spools"]): Live {
  const parts = { ...given, spools };
  const history = createHistory(kept);
  measureSpools(parts.metrics, parts.spools);
  const readSystem = rememberBriefly(() => reportOf(parts, history, busyShare), {
    lifeMsOf: () => rememberMs,
    longestMs: rememberMs,
    most: 1,
    monotonicMs: () => performance.now(),
  });
  let [before, share]: [EventLoopUtilization, number] = [performance.eventLoopUtilization(), 0];
  const busyShare = () => share;
  return {
    router: systemRouter({
      authenticate: parts.access.admission.authenticateOnly,
      readSystem: () => readSystem(""),
      readSspHealth(name) {
        const ssp = parts.jobs.state.ssps?.().find((one) => one.name === name);
        if (ssp === undefined) return null;
        const { qpsLimit } = ssp;
        return sspHealthOf(history, { ssp: name, node: nodeName, qpsLimit, nowMs: Date.now() });
      },
    }),
    start: () =>
      repeat(
        async () => {
          const now = performance.eventLoopUtilization();
          share = performance.eventLoopUtilization(now, before).utilization;
          before = now;
          await look(parts.metrics, history);
        },
        lookEveryMs,
        () => undefined,
      ),
  };
}

async function look({ read }: Metrics, history: History): Promise<void> {
  const figures = await Promise.all(Object.values(watched).map(read));
  history.add(Date.now(), figures.flat());
}

async function reportOf(
  { stores, jobs, metrics, spools }: LiveParts,
  history: History,
  busyShare: () => number,
): Promise<SystemReport> {
  const [held, inFlight, health] = await Promise.all([
    readOpenHolds(stores.jobsRedis).catch(() => null),
    metrics.read("atelier_bids_in_flight"),
    Promise.all(
      healthChecks(stores, jobs, "ads").map(async (check) => ({
        check,
        result: await runCheck(check),
      })),
    ),
  ]);
  const { chargedMicrosPerSecond, bids, ...rates } = ratesOf(history);
  const sum = (what: "waitingBytes" | "lost") =>
    spools.reduce((total, spool) => total + spool.counts()[what], 0);
  return {
    at: new Date().toISOString(),
    node: {
      name: nodeName,
      startedAt,
      memoryBytes: process.memoryUsage.rss(),
      loopBusyShare: busyShare(),
    },
    ...rates,
    bids: { ...bids, inFlight: inFlight[0]?.value ?? 0 },
    snapshot: snapshotOf(jobs),
    money: { held, chargedMicrosPerSecond, ...moneyOf(jobs) },
    events: { spoolBytes: sum("waitingBytes"), spoolLost: sum("lost") },
    pacing: pacingOf(jobs),
    stores: health.map(({ check: { name }, result: { ok, detail = {} } }) => ({
      name,
      ok,
      detail,
    })),
  };
}

function snapshotOf({ refresh, state }: Jobs): SystemReport["snapshot"] {
  const current = refresh.current();
  return {
    ageMs: refresh.ageMs(),
    campaigns: current === null ? 0 : campaignCount(current),
    sites: refresh.sites().length,
    modelVersion: state.activeModelVersion(),
  };
}

function moneyOf({ drainer }: Jobs) {
  const { unwritten, oldestAgeMs, pausePaid } = drainer.outboxState();
  return {
    unwritten,
    oldestUnwrittenMs: oldestAgeMs,
    isPaidPaused: pausePaid,
    closedBuckets: drainer.closedBuckets(),
  };
}

function pacingOf({ pacing }: Jobs): SystemReport["pacing"] {
  const { leading, paced, throttled, meanDeviation, throttlesAgeMs } = pacing.state();
  return {
    isLeading: leading,
    campaigns: paced,
    throttled,
    deviationMean: meanDeviation,
    throttlesAgeMs,
  };
}

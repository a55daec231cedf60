import { randomUUID } from "node:crypto";
import type { Router } from "express";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { decodeAreaKey } from "../geo/areaKeys.ts";
import type { Places } from "../geo/places.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { createRequestCounts } from "../jobs/requestCounts.ts";
import { rollUpAll } from "../jobs/rollUpReports.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ReportedPlace } from "../reports/areaParts.ts";
import { reportsRouter } from "../routes/reports.ts";
import { facetCell, facetDevices } from "../serving/eventFacets.ts";
import { createWriteParquet } from "../stores/files/reportParquet.ts";
import { closeReportAreas } from "../stores/postgres/reportAreas.ts";
import { reportLag, sumReportDifferences } from "../stores/postgres/reportCheck.ts";
import { pruneFacets } from "../stores/postgres/reportFacets.ts";
import { createReportReads } from "../stores/postgres/reportReads.ts";
import { createAddRequests } from "../stores/postgres/reportRequests.ts";
import { pruneReports } from "../stores/postgres/reportRetention.ts";
import { rollUpReports } from "../stores/postgres/reportRollup.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";
import { traceJob } from "./tracing.ts";

/** Reports on one node. The `…Once` functions are what the timers call; tests call them themselves. */
export interface Reports {
  /** The same stores, with the decisions counted that pass to the stream. */
  readonly stores: Stores;
  readonly router: (management: Pick<Management, "authenticate">) => Router;
  /** Sums what is new in the ledger; answers how many events. */
  readonly rollUpOnce: () => Promise<number>;
  readonly flushRequestsOnce: () => Promise<void>;
  /** Publishes the places of days and weeks that are over. */
  readonly closeAreasOnce: (nowMs: number) => Promise<number>;
  readonly start: () => Repeating;
}

const rollUpMs = 2_000;
/** Of a thousand events each at most. */
const batchesAtOnce = 5;
const flushMs = 10_000;
const closeMs = 600_000;
const checkMs = 600_000;
const lagMs = 15_000;

export function composeReports(
  stores: Stores,
  metrics: Metrics,
  log: Log,
  role: ServerRole,
): Reports {
  const { jobsDb, clock, places } = stores;
  const requests = createRequestCounts(randomUUID(), createAddRequests(jobsDb));
  const placeOf = createPlaceOf(places);
  const rollUpOnce = () =>
    rollUpAll({ rollUp: (most) => rollUpReports(jobsDb, placeOf, most), batchesAtOnce });
  const summing = traceJob(stores.tracing, "sum reports", rollUpOnce);
  const closeAreasOnce = (nowMs: number) => closeReportAreas(jobsDb, nowMs);
  const housekeep = async (): Promise<void> => {
    await closeAreasOnce(clock.nowMs());
    await pruneReports(jobsDb, budgetDayOf(clock.nowMs()));
    await pruneFacets(jobsDb);
  };
  const watch = manages(role) ? measureReports(stores, metrics) : null;
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  return {
    stores: { ...stores, events: { ...stores.events, emit: requests.hearing(stores.events.emit) } },
    router: ({ authenticate }) =>
      reportsRouter({
        authenticate,
        reads: createReportReads(stores.db),
        names: {
          devices: facetDevices,
          communeName: (inseeCode) => places.communes.get(inseeCode)?.name ?? null,
        },
        writeParquet: createWriteParquet(),
      }),
    rollUpOnce,
    flushRequestsOnce: requests.flushOnce,
    closeAreasOnce,
    start() {
      const repeating = [
        ...(servesAds(role)
          ? [repeat(requests.flushOnce, flushMs, warn("counts of requests wait for Postgres"))]
          : []),
        ...(watch === null ? [] : startSumming({ rollUpOnce: summing, housekeep, ...watch }, warn)),
      ];
      return {
        async stop() {
          await Promise.all(repeating.map((one) => one.stop()));
          await requests.flushOnce().catch(() => undefined);
        },
      };
    },
  };
}

function startSumming(
  work: Readonly<Record<"rollUpOnce" | "housekeep" | "lag" | "check", () => Promise<unknown>>>,
  warn: (what: string) => (error: unknown) => void,
): readonly Repeating[] {
  return [
    repeat(work.rollUpOnce, rollUpMs, warn("reports wait for Postgres")),
    repeat(work.housekeep, closeMs, warn("places of reports were not published")),
    repeat(work.lag, lagMs, () => undefined),
    repeat(work.check, checkMs, warn("reports were not compared with the ledger")),
  ];
}

const nowhere: ReportedPlace = { departement: "", commune: "", cell: "" };

/** From an area's key and a cell's bits to codes; a cell is told only within a commune. */
export function createPlaceOf(places: Places): (area: number, cell: number) => ReportedPlace {
  return (area, cell) => {
    if (area === 0) return nowhere;
    const { kind, code } = decodeAreaKey(area);
    if (kind === "departement" && places.departements.has(code))
      return { ...nowhere, departement: code };
    const commune = kind === "commune" ? places.communes.get(code) : undefined;
    if (commune === undefined) return nowhere;
    const departement = commune.departementCode;
    return { departement, commune: commune.inseeCode, cell: facetCell(cell) ?? "" };
  };
}

function measureReports(
  { jobsDb, clock }: Pick<Stores, "jobsDb" | "clock">,
  metrics: Metrics,
): { readonly lag: () => Promise<void>; readonly check: () => Promise<void> } {
  let lag = { waiting: Number.NaN, oldestMs: Number.NaN };
  let differing = Number.NaN;
  metrics.gauge(
    "atelier_report_batches_waiting",
    "Writes of the ledger that reports do not have yet",
    () => lag.waiting,
  );
  metrics.gauge(
    "atelier_report_lag_seconds",
    "Age of the oldest of them; more than 60 asks for a look",
    () => lag.oldestMs / 1_000,
  );
  metrics.gauge(
    "atelier_report_differing_micros",
    "By how much reports of today and yesterday differ from the ledger, micros of a euro: always 0",
    () => differing,
  );
  return {
    async lag() {
      lag = await reportLag(jobsDb);
    },
    async check() {
      const today = budgetDayOf(clock.nowMs());
      differing = await sumReportDifferences(jobsDb, addDays(today, -1), today);
    },
  };
}

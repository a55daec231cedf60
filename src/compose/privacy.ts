import { randomUUID } from "node:crypto";
import type { Router } from "express";
import { createVisitorHashOf } from "../audience/visitorHash.ts";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { actorOf } from "../campaigns/access.ts";
import type { Config } from "../config.ts";
import { type ConsentRecorder, createConsentRecorder } from "../jobs/consentRecorder.ts";
import { type EraseVisitorsDeps, eraseDueVisitors, eraseVisitor } from "../jobs/eraseVisitors.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { createTransparencyCounts, type TransparencyCounts } from "../jobs/transparencyCounts.ts";
import type { LoggedErasure } from "../jobs/visitorPorts.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { transparencyRouter } from "../routes/transparency.ts";
import { type VisitorsRouterDeps, visitorsRouter } from "../routes/visitors.ts";
import type { HearConsent } from "../serving/hearDecision.ts";
import { type ConsentLog, createConsentLog } from "../stores/postgres/consentLog.ts";
import { auditErasure, createErasures, type Erasures } from "../stores/postgres/erasures.ts";
import { createForecastSamples } from "../stores/postgres/forecastSamples.ts";
import { createTransparencyStore } from "../stores/postgres/transparency.ts";
import { eraseVisitorFromRedis } from "../stores/redis/eraseVisitor.ts";
import { createExportVisitor } from "./exportVisitor.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";

/** What visitors may ask of us, on one node. */
export interface Privacy {
  /** For serving: the choice that a request of a known visitor brings. */
  readonly hearConsent: HearConsent;
  readonly hearDecision: TransparencyCounts["hear"];
  readonly routers: (
    management: Pick<Management, "authenticate">,
    findSite: VisitorsRouterDeps["findSite"],
  ) => readonly Router[];
  readonly flushConsentOnce: () => Promise<void>;
  readonly flushTransparencyOnce: () => Promise<void>;
  /** Works off the erasures that are due at a time; answers how many. */
  readonly eraseDueOnce: (nowMs: number) => Promise<number>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

const flushConsentMs = 2_000;
const eraseDueMs = 5_000;
const flushTransparencyMs = 15_000;
const housekeepMs = 3_600_000;
const keptTransparencyDays = 366;

export function composePrivacy(
  config: Pick<Config, "visitorSecret">,
  stores: Stores,
  metrics: Metrics,
  log: Log,
  role: ServerRole,
): Privacy {
  const { clock, jobsDb } = stores;
  const keyOf = createVisitorKeyOf(config.visitorSecret);
  const hashOf = createVisitorHashOf(config.visitorSecret);
  const erasures = createErasures(jobsDb);
  const consents = createConsentLog(jobsDb);
  const ads = createTransparencyStore(jobsDb);
  const deps = eraseDepsOf(stores, erasures, consents);
  const erase = (visitorKey: string, cause: LoggedErasure["cause"], nowMs: number) =>
    eraseVisitor(
      deps,
      { proofId: randomUUID(), visitorKey, visitorHash: hashOf(visitorKey), cause },
      nowMs,
    );
  const recorder = createConsentRecorder({
    visitorKeyOf: keyOf,
    visitorHashOf: hashOf,
    note: consents.note,
    erase: async (visitorKey, nowMs) => void (await erase(visitorKey, "withdrawal", nowMs)),
  });
  const counts = createTransparencyCounts(ads.add);
  const eraseDueOnce = (nowMs: number) => eraseDueVisitors(deps, nowMs);
  const exportVisitor = createExportVisitor(stores, { keyOf, hashOf, erasures, consents });
  const eraseFor = createErase(stores, (id, cause, nowMs) => erase(keyOf(id), cause, nowMs));
  if (servesAds(role)) measure(metrics, recorder);
  return {
    hearConsent: recorder.hear,
    hearDecision: counts.hear,
    routers: ({ authenticate }, findSite) => [
      visitorsRouter({ authenticate, findSite, exportVisitor, erase: eraseFor }),
      transparencyRouter({ read: ads.read, today: () => budgetDayOf(clock.nowMs()) }),
    ],
    flushConsentOnce: recorder.flushOnce,
    flushTransparencyOnce: counts.flushOnce,
    eraseDueOnce,
    ...createLife(
      {
        flushConsent: recorder.flushOnce,
        flushTransparency: counts.flushOnce,
        eraseDue: () => eraseDueOnce(clock.nowMs()),
        housekeep: () => prune(erasures, consents, ads, clock.nowMs()),
      },
      role,
      (error) => log.warn({ error: describe(error) }, "consent and erasures wait for Postgres"),
    ),
  };
}

/** What the route calls: who is erased by an operator stands in the audit log too. */
function createErase(
  { clock, jobsDb }: Pick<Stores, "clock" | "jobsDb">,
  erase: (
    visitorId: string,
    cause: LoggedErasure["cause"],
    nowMs: number,
  ) => Promise<LoggedErasure>,
): VisitorsRouterDeps["erase"] {
  return async (visitorId, caller) => {
    const nowMs = clock.nowMs();
    const done = await erase(visitorId, caller === null ? "visitor" : "operator", nowMs);
    if (caller !== null) await auditErasure(jobsDb, done, actorOf(caller));
    return proofOf(done, nowMs);
  };
}

function eraseDepsOf(stores: Stores, erasures: Erasures, consents: ConsentLog): EraseVisitorsDeps {
  const samples = createForecastSamples(stores.jobsDb);
  return {
    redis: (visitorKey) => eraseVisitorFromRedis(stores.jobsRedis, visitorKey),
    dynamodb: stores.scores.deleteScores,
    async postgres(visitorKey, visitorHash) {
      const forecastSample = await samples.eraseVisitor(visitorKey);
      return { forecastSample, consentState: await consents.forgetState(visitorHash) };
    },
    request: erasures.request,
    takeDue: erasures.takeDue,
    finishPass: erasures.finishPass,
  };
}

const eventsReason =
  "Event files and the lake hold no id of a visitor and nothing made of one that could be recognised.";

/** Months as Postgres counts them are at least as long as 30 days. */
const suppressedMs = 13 * 30 * 86_400_000;

function proofOf(done: LoggedErasure, nowMs: number): object {
  return {
    ...done,
    events: { records: 0, reason: eventsReason },
    suppressedUntil: new Date(nowMs + suppressedMs).toISOString(),
    isComplete: done.unreached.length === 0,
  };
}

async function prune(
  erasures: Erasures,
  consents: ConsentLog,
  ads: ReturnType<typeof createTransparencyStore>,
  nowMs: number,
): Promise<void> {
  await erasures.prune(nowMs);
  await consents.prune();
  await ads.prune(addDays(budgetDayOf(nowMs), -keptTransparencyDays));
}

type Work = Readonly<
  Record<"flushConsent" | "flushTransparency" | "eraseDue" | "housekeep", () => Promise<unknown>>
>;

function createLife(
  { flushConsent, flushTransparency, eraseDue, housekeep }: Work,
  role: ServerRole,
  onError: (error: unknown) => void,
): Pick<Privacy, "start" | "stop"> {
  let repeating: readonly Repeating[] = [];
  return {
    start() {
      const besideAds = () => [
        repeat(flushConsent, flushConsentMs, onError),
        repeat(flushTransparency, flushTransparencyMs, onError),
      ];
      const elsewhere = () => [
        repeat(eraseDue, eraseDueMs, onError),
        repeat(housekeep, housekeepMs, onError),
      ];
      repeating = [...(servesAds(role) ? besideAds() : []), ...(manages(role) ? elsewhere() : [])];
    },
    async stop() {
      await Promise.all(repeating.map((one) => one.stop()));
      for (const work of [flushConsent, flushTransparency]) await work().catch(() => undefined);
    },
  };
}

function measure(metrics: Metrics, recorder: ConsentRecorder): void {
  metrics.gauge(
    "atelier_consents_waiting",
    "Choices of visitors on this node that differ from the last known and are not written yet",
    () => recorder.state().waiting,
  );
  metrics.gauge(
    "atelier_consents_dropped",
    "Choices that found no room while Postgres was away, since this node began",
    () => recorder.state().dropped,
  );
}

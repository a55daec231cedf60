import type { Router } from "express";
import { createVisitorHashOf } from "../audience/visitorHash.ts";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import type { Config } from "../config.ts";
import { type ConsentRecorder, createConsentRecorder } from "../jobs/consentRecorder.ts";
import type { IdentityRecorder } from "../jobs/identityRecorder.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { createTransparencyCounts, type TransparencyCounts } from "../jobs/transparencyCounts.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { transparencyRouter } from "../routes/transparency.ts";
import { type VisitorsRouterDeps, visitorsRouter } from "../routes/visitors.ts";
import type { HearConsent } from "../serving/hearDecision.ts";
import { type ConsentLog, createConsentLog } from "../stores/postgres/consentLog.ts";
import { createErasures, type Erasures } from "../stores/postgres/erasures.ts";
import { createSegmentSeeds } from "../stores/postgres/segmentSeeds.ts";
import { createTransparencyStore } from "../stores/postgres/transparency.ts";
import { composeErasing } from "./erasing.ts";
import { createExportVisitor } from "./exportVisitor.ts";
import { createForgetErased, forgetErasedMs } from "./forgetErased.ts";
import { composeIdentity, type Identity } from "./identity.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";
import { traceJob } from "./tracing.ts";

/** What visitors may ask of us, on one node. */
export interface Privacy {
  /** For serving: the choice that a request of a known visitor brings. */
  readonly hearConsent: HearConsent;
  /** For serving: which visitors are seen with which accounts. */
  readonly hearActivity: IdentityRecorder["hear"];
  readonly hearDecision: TransparencyCounts["hear"];
  readonly routers: (
    management: Pick<Management, "authenticate">,
    findSite: VisitorsRouterDeps["findSite"],
  ) => readonly Router[];
  readonly flushConsentOnce: () => Promise<void>;
  readonly identity: Identity;
  readonly flushTransparencyOnce: () => Promise<void>;
  /** Works off the erasures that are due at a time; answers how many. */
  readonly eraseDueOnce: (nowMs: number) => Promise<number>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

const flushConsentMs = 2_000;
const eraseDueMs = 5_000;
const publishListsMs = 60_000;
const flushTransparencyMs = 15_000;
const housekeepMs = 3_600_000;
const keptTransparencyDays = 366;

export function composePrivacy(
  config: Pick<Config, "visitorSecret" | "tcfVendorId" | "tcfRole">,
  stores: Stores,
  metrics: Metrics,
  log: Log,
  role: ServerRole,
): Privacy {
  const { clock, jobsDb } = stores;
  const keyOf = createVisitorKeyOf(config.visitorSecret);
  const hashOf = createVisitorHashOf(config.visitorSecret);
  const erasures = createErasures(jobsDb);
  const identity = composeIdentity(config, stores, keyOf);
  const consents = createConsentLog(jobsDb);
  const ads = createTransparencyStore(jobsDb);
  const parts = { keyOf, hashOf, erasures, consents, identity };
  const { erase, eraseFor, eraseDueOnce } = composeErasing(stores, parts);
  const recorder = createConsentRecorder({
    ...{ visitorKeyOf: keyOf, visitorHashOf: hashOf, note: consents.note },
    erase: async (visitorKey, nowMs) => void (await erase(visitorKey, "withdrawal", nowMs)),
  });
  const counts = createTransparencyCounts(ads.add);
  const exportVisitor = createExportVisitor(stores, parts);
  const routeDeps = { exportVisitor, erase: eraseFor, ...identity.routeDeps };
  if (servesAds(role)) measure(metrics, recorder);
  return {
    hearConsent: recorder.hear,
    hearActivity: identity.recorder.hear,
    identity,
    hearDecision: counts.hear,
    routers: ({ authenticate }, findSite) => [
      visitorsRouter({ authenticate, findSite, ...routeDeps }),
      transparencyRouter({ read: ads.read, today: () => budgetDayOf(clock.nowMs()) }),
    ],
    flushConsentOnce: recorder.flushOnce,
    flushTransparencyOnce: counts.flushOnce,
    eraseDueOnce,
    ...createLife(
      {
        flushConsent: recorder.flushOnce,
        flushIdentity: identity.recorder.flushOnce,
        flushTransparency: counts.flushOnce,
        forgetErased: createForgetErased(stores, identity, hashOf),
        publishLists: identity.publishListsOnce,
        eraseDue: traceJob(stores.tracing, "erase visitors", () => eraseDueOnce(clock.nowMs())),
        housekeep: () => prune(stores, identity, { erasures, consents, ads }),
      },
      role,
      (error) => log.warn({ error: describe(error) }, "consent and erasures wait for Postgres"),
    ),
  };
}

interface PrunedLogs {
  readonly erasures: Erasures;
  readonly consents: ConsentLog;
  readonly ads: ReturnType<typeof createTransparencyStore>;
}

async function prune(
  { clock, jobsDb }: Pick<Stores, "clock" | "jobsDb">,
  { sightings, identifiers, lakeErasures }: Identity,
  { erasures, consents, ads }: PrunedLogs,
): Promise<void> {
  const nowMs = clock.nowMs();
  await erasures.prune(nowMs);
  await consents.prune();
  await sightings.prune(nowMs);
  await identifiers.prune(nowMs);
  await lakeErasures.prune(nowMs);
  await createSegmentSeeds(jobsDb).prune(nowMs);
  await ads.prune(addDays(budgetDayOf(nowMs), -keptTransparencyDays));
}

type Work = Readonly<
  Record<
    | "flushConsent"
    | "flushIdentity"
    | "flushTransparency"
    | "forgetErased"
    | "publishLists"
    | "eraseDue"
    | "housekeep",
    () => Promise<unknown>
  >
>;

function createLife(
  work: Work,
  role: ServerRole,
  onError: (error: unknown) => void,
): Pick<Privacy, "start" | "stop"> {
  const { flushConsent, flushIdentity, flushTransparency } = work;
  let repeating: readonly Repeating[] = [];
  return {
    start() {
      const besideAds = () => [
        repeat(flushConsent, flushConsentMs, onError),
        repeat(flushTransparency, flushTransparencyMs, onError),
      ];
      const elsewhere = () => [
        repeat(work.eraseDue, eraseDueMs, onError),
        repeat(work.publishLists, publishListsMs, onError),
        repeat(work.housekeep, housekeepMs, onError),
      ];
      repeating = [
        repeat(flushIdentity, flushConsentMs, onError),
        repeat(work.forgetErased, forgetErasedMs, onError),
        ...(servesAds(role) ? besideAds() : []),
        ...(manages(role) ? elsewhere() : []),
      ];
    },
    async stop() {
      await Promise.all(repeating.map((one) => one.stop()));
      for (const flush of [flushConsent, flushIdentity, flushTransparency])
        await flush().catch(() => undefined);
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

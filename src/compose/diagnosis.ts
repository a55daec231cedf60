import type { Router } from "express";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { toPacedCampaign } from "../budgets/pacing/pacedCampaign.ts";
import type { TrafficHistory } from "../budgets/pacing/trafficHistory.ts";
import type { Config } from "../config.ts";
import { peopleWithin } from "../geo/peopleWithin.ts";
import {
  createDiagnoseCampaigns,
  type DiagnoseDeps,
  type DiagnosedAll,
} from "../jobs/diagnoseCampaigns.ts";
import { createFunnelCounts, type FunnelCounts } from "../jobs/funnelCounts.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import {
  createDecisionSampler,
  type DecisionSampler,
  defaultSamplingLimits,
  type SamplingLimits,
} from "../jobs/sampleDecisions.ts";
import { deliveryRouter } from "../routes/delivery.ts";
import { createDiagnosisStore } from "../stores/postgres/diagnosisStore.ts";
import { createFunnelStore } from "../stores/postgres/funnelStore.ts";
import type { ServableCampaign } from "../targeting/types.ts";
import { composeCampaignHealth } from "./campaignHealth.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";

/** Delivery diagnosis on one node. The `…Once` functions are what the timers call; a simulator may call them itself. */
export interface DeliveryDiagnosis {
  /** For serving: which decisions are sampled, and where they go. */
  readonly sampler: DecisionSampler;
  /** Works off the samples that wait and adds their counts to Postgres. Holds the event loop meanwhile. */
  readonly flushFunnelOnce: () => Promise<void>;
  /** Diagnoses every active campaign as of `nowMs`, whoever else does. */
  readonly diagnoseOnce: (nowMs: number) => Promise<DiagnosedAll>;
  /** The same, if its hour has come and no other node has done it. */
  readonly diagnoseIfDueOnce: (nowMs: number) => Promise<DiagnosedAll | null>;
  readonly routers: (management: Pick<Management, "authenticate" | "store">) => readonly Router[];
  readonly state: () => ReturnType<DecisionSampler["state"]> & ReturnType<FunnelCounts["state"]>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

const tuneMs = 1_000;
const flushMs = 60_000;
const diagnoseMs = 60_000;
const pruneMs = 3_600_000;
/** The answer shows a week. */
const keptFunnelMs = 8 * 86_400_000;
const keptDiagnosesDays = 30;

export function composeDiagnosis(
  config: Config,
  stores: Stores,
  forecastOf: TrafficHistory["forecastOf"],
  log: Log,
  role: ServerRole,
  limits: SamplingLimits = defaultSamplingLimits,
): DeliveryDiagnosis {
  const { clock } = stores;
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  const funnel = createFunnelStore(stores.jobsDb);
  const counts = createFunnelCounts(funnel);
  const sampler = createDecisionSampler({
    counts,
    every: config.decisionSampleEvery,
    limits,
    monotonicMs: () => performance.now(),
    onError: warn("a sampled decision could not be decided again"),
  });
  const store = createDiagnosisStore(stores.jobsDb);
  const known: Known = {
    curveOf: (campaign) => forecastOf(cellsOf(campaign), campaign.zone.timeZone).curve,
    peopleWithin: ({ zone }, byMeters) => peopleWithin(zone, stores.places, byMeters),
  };
  const diagnoses = createDiagnoseCampaigns({ store, funnel, ...known });
  const prune = async (): Promise<void> => {
    const nowMs = clock.nowMs();
    await funnel.prune(nowMs - keptFunnelMs);
    await store.prune(addDays(budgetDayOf(nowMs), -keptDiagnosesDays));
  };
  const ifDue = () => diagnoses.ifDue(clock.nowMs());
  const besideAds: readonly Timer[] = [
    [async () => sampler.tune(), tuneMs, () => undefined],
    [counts.flushOnce, flushMs, warn("the funnel waits for Postgres")],
  ];
  const elsewhere: readonly Timer[] = [
    [ifDue, diagnoseMs, warn("campaigns were not diagnosed")],
    [prune, pruneMs, () => undefined],
  ];
  const timers = [...(servesAds(role) ? besideAds : []), ...(manages(role) ? elsewhere : [])];
  return {
    sampler,
    async flushFunnelOnce() {
      sampler.drain();
      await counts.flushOnce();
    },
    diagnoseOnce: diagnoses.all,
    diagnoseIfDueOnce: diagnoses.ifDue,
    routers: createRouters(stores, known),
    state: () => ({ ...sampler.state(), ...counts.state() }),
    ...createLife(timers, sampler, counts),
  };
}

type Timer = Parameters<typeof repeat>;

function createLife(
  timers: readonly Timer[],
  sampler: DecisionSampler,
  counts: FunnelCounts,
): Pick<DeliveryDiagnosis, "start" | "stop"> {
  let repeating: readonly Repeating[] = [];
  return {
    start() {
      repeating = timers.map((timer) => repeat(...timer));
    },
    async stop() {
      sampler.stop();
      await Promise.all(repeating.map((one) => one.stop()));
      await counts.flushOnce().catch(() => undefined);
    },
  };
}

type Known = Pick<DiagnoseDeps, "curveOf" | "peopleWithin">;

/** On the connections of people, who wait less than jobs do. */
function createRouters(stores: Stores, known: Known): DeliveryDiagnosis["routers"] {
  const { db, clock } = stores;
  const funnel = createFunnelStore(db);
  const store = createDiagnosisStore(db);
  const { one: diagnose, some } = createDiagnoseCampaigns({ store, funnel, ...known });
  const deps = { nowMs: clock.nowMs, diagnose, sumFunnel: funnel.sum, readDiagnosis: store.read };
  return ({ authenticate, store: stored }) => [
    deliveryRouter({ authenticate, readCampaign: stored.campaigns.read, ...deps }),
    composeCampaignHealth(stores, some, { authenticate }),
  ];
}

/** Where its traffic is counted; null = the nation. */
function cellsOf(campaign: ServableCampaign): readonly number[] | null {
  return toPacedCampaign({ ...campaign, pacing: "even" })?.trafficCells ?? null;
}

import { type ActiveModel, createActiveModel } from "../audience/activeModel.ts";
import { keptAnswersMs } from "../campaigns/idempotency.ts";
import type { Config } from "../config.ts";
import type { LedgerDrainer } from "../jobs/ledgerDrainer.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { SamplingLimits } from "../jobs/sampleDecisions.ts";
import type { SnapshotRefresh } from "../jobs/snapshotRefresh.ts";
import { createMetrics, type Metrics } from "../metrics/metrics.ts";
import type { HearDecision } from "../serving/hearDecision.ts";
import { pruneChanges } from "../stores/postgres/campaignFeed.ts";
import { refreshClickRates } from "../stores/postgres/clickRates.ts";
import { pruneConversions } from "../stores/postgres/conversions.ts";
import { pruneAnswers } from "../stores/postgres/idempotency.ts";
import { type ChangeListener, listenForChanges } from "../stores/postgres/listenForChanges.ts";
import { redisReady } from "../stores/redis/connect.ts";
import type { Snapshot } from "../targeting/snapshot.ts";
import { composeDiagnosis, type DeliveryDiagnosis } from "./diagnosis.ts";
import { composeForecasts, type Forecasts } from "./forecasts.ts";
import { composeLake, type LakeJob } from "./lake.ts";
import { composeLedger, type LedgerJobs } from "./ledger.ts";
import type { Log } from "./log.ts";
import { composePacing, type Pacing, type PacingIntervals } from "./pacing.ts";
import { measurePacing } from "./pacingShown.ts";
import { composePrediction, type Prediction } from "./prediction.ts";
import { composePrivacy, type Privacy } from "./privacy.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { withScoring } from "./scoring.ts";
import { composeServedScores } from "./servedScores.ts";
import type { ServingState } from "./serving.ts";
import {
  composeRefresh,
  defaultPaidLimits,
  type Known,
  type PaidLimits,
  servingStateOf,
} from "./servingState.ts";
import { indexSites } from "./siteIndex.ts";
import { describe, type Stores } from "./stores.ts";
import { measureTracing } from "./tracing.ts";
import { composeWebhooks, type Webhooks } from "./webhooks.ts";

export interface Jobs {
  readonly state: ServingState;
  readonly refresh: SnapshotRefresh<Snapshot>;
  readonly drainer: LedgerDrainer;
  /** Traffic counts, plans and throttles; its `…Once` functions step it without waiting for its timers. */
  readonly pacing: Pacing;
  /** Sampled decisions, their funnel and what is concluded; stepped in the same way. */
  readonly diagnosis: DeliveryDiagnosis;
  /** The sample that forecasts replay, and who replays it. */
  readonly forecasts: Forecasts;
  /** Consent, erasures, and what ads are shown for. */
  readonly privacy: Privacy;
  /** Click effects, priors of segments, session profiles. */
  readonly prediction: Prediction;
  readonly webhooks: Webhooks;
  /** Null = this process keeps no lake. */
  readonly lake: LakeJob | null;
  readonly isListening: () => boolean;
  /** Resolves after the first load was tried and the money buckets were opened, or could not be. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface JobsOptions {
  /** What this process does; default "all". */
  readonly role?: ServerRole;
  /** How far paid ads may run ahead of Postgres, where the default is not meant. */
  readonly paidLimits?: PaidLimits;
  /** When the timers of pacing run, where somebody else steps it. */
  readonly pacingIntervals?: PacingIntervals;
  /** What re-decided samples may cost, where the default is not meant. */
  readonly samplingLimits?: SamplingLimits;
  /** Whether event files are taken into a lake on this machine. */
  readonly keepsLake?: boolean;
}

const connectMs = 1_000;
const modelPollMs = 5_000;
const clockPollMs = 5_000;
const clickRatesPollMs = 60_000;
const prunePollMs = 600_000;
const keptChangesMs = 3_600_000;

/** Everything that runs beside requests. */
export function composeJobs(
  config: Config,
  stores: Stores,
  options: JobsOptions,
  log: Log,
  metrics: Metrics,
): Jobs {
  const { paidLimits: limits = defaultPaidLimits, pacingIntervals, samplingLimits } = options;
  const { role = "all" } = options;
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  const known: Known = { sites: indexSites([]), ssps: [] };
  const model = createActiveModel({
    read: servesAds(role)
      ? composeServedScores(stores, metrics, stores.clock.nowMs)
      : async () => null,
    everyMs: modelPollMs,
    onError: warn("the active model could not be read"),
  });
  const pacing = composePacing(config, stores, log, role, pacingIntervals);
  if (servesAds(role)) measurePacing(metrics, pacing);
  measureTracing(metrics, stores.tracing, role);
  const diagnosis = composeDiagnosis(config, stores, pacing.forecastOf, log, role, samplingLimits);
  const forecasts = composeForecasts(config, stores, log, metrics, role);
  const privacy = composePrivacy(config, stores, metrics, log, role);
  const prediction = composePrediction(config, stores, metrics, log, role);
  const refresh = composeRefresh(config.databaseUrl, stores, log, known, pacing);
  // What this process does not do has nothing to tell.
  const ofAds = servesAds(role) ? metrics : createMetrics();
  const ofManagement = manages(role) ? metrics : createMetrics();
  const webhooks = composeWebhooks(config, stores, ofManagement, log);
  const money = composeLedger(stores, limits.outbox, ofAds, log);
  const { drainer } = money;
  const state = {
    ...servingStateOf(known, model, refresh, drainer, limits),
    pacing,
    prediction,
    hearActivity: [prediction.hearActivity, privacy.hearActivity],
    sampling: diagnosis.sampler,
    hearDecision: hearBoth(forecasts.hear, privacy.hearDecision),
    hearConsent: privacy.hearConsent,
  };
  const keepsLake = options.keepsLake === true && servesAds(role);
  const lake = keepsLake
    ? withScoring(composeLake(config, metrics, log), config, metrics, log)
    : null;
  const { startComparing } = money;
  const beside = { pacing, diagnosis, forecasts, privacy, prediction, webhooks, lake };
  const running = { refresh, drainer, startComparing, model, role, ...beside };
  return { ...running, state, ...createLife(config.databaseUrl, stores, running, warn) };
}

type Running = Pick<
  Jobs,
  | "refresh"
  | "drainer"
  | "pacing"
  | "diagnosis"
  | "forecasts"
  | "privacy"
  | "prediction"
  | "webhooks"
  | "lake"
> &
  Pick<LedgerJobs, "startComparing"> & { readonly model: ActiveModel; readonly role: ServerRole };

function createLife(
  databaseUrl: string,
  stores: Stores,
  running: Running,
  warn: (what: string) => (error: unknown) => void,
): Pick<Jobs, "isListening" | "start" | "stop"> {
  const { role, pacing, diagnosis, forecasts, privacy } = running;
  const following = createFollowing(databaseUrl, running, warn);
  let repeating: readonly Repeating[] = [];
  return {
    isListening: following.isListening,
    async start() {
      // A server that comes later, or another one after a failover, is asked for its time before anything is held there.
      stores.redis.on("ready", () => void stores.clock.correct().catch(() => undefined));
      await meetRedis(stores).catch(warn("Redis is away"));
      await pacing.start();
      if (servesAds(role)) {
        await following.start();
        await pacing.lookFirst();
      }
      diagnosis.start();
      forecasts.start();
      privacy.start();
      running.prediction.start();
      repeating = [
        repeat(stores.clock.correct, clockPollMs, () => undefined),
        ...(servesAds(role) ? [running.startComparing()] : []),
        ...(manages(role) ? [...startHousekeeping(stores), ...running.webhooks.start()] : []),
      ];
    },
    async stop() {
      await Promise.all([pacing.stop(), diagnosis.stop(), forecasts.stop()]);
      await Promise.all([privacy.stop(), running.prediction.stop()]);
      await Promise.all(repeating.map((one) => one.stop()));
      await following.stop();
    },
  };
}

/** What ads are served by: campaigns as they change, the model of scores, and the way of money to the ledger. */
function createFollowing(
  databaseUrl: string,
  { refresh, drainer, model, lake }: Running,
  warn: (what: string) => (error: unknown) => void,
): Pick<Jobs, "isListening" | "start" | "stop"> {
  let listener: ChangeListener | null = null;
  return {
    isListening: () => listener?.isListening() ?? false,
    async start() {
      await Promise.all([
        refresh.start(),
        drainer.runOnce().catch(warn("the ledger could not be reached")),
        model.refresh(),
      ]);
      drainer.start();
      lake?.start();
      listener = listenForChanges({
        url: databaseUrl,
        onChange: refresh.notify,
        onLost: warn("LISTEN was lost; polling goes on"),
      });
    },
    async stop() {
      model.stop();
      await lake?.stop();
      await listener?.stop();
      await refresh.stop();
      await drainer.stop();
    },
  };
}

function startHousekeeping({ db, jobsDb }: Stores): readonly Repeating[] {
  const ignore = () => undefined;
  return [
    repeat(() => refreshClickRates(db), clickRatesPollMs, ignore),
    repeat(() => pruneChanges(jobsDb, keptChangesMs), prunePollMs, ignore),
    repeat(() => pruneConversions(jobsDb), prunePollMs, ignore),
    repeat(() => pruneAnswers(jobsDb, keptAnswersMs), prunePollMs, ignore),
  ];
}

/** A server that is there connects within milliseconds; one that is away is found later. */
async function meetRedis({ redis, jobsRedis, clock }: Stores): Promise<void> {
  await Promise.all([redisReady(redis, connectMs), redisReady(jobsRedis, connectMs)]);
  await clock.correct();
}

const hearBoth =
  (one: HearDecision, other: HearDecision): HearDecision =>
  (...heard) => {
    one(...heard);
    other(...heard);
  };

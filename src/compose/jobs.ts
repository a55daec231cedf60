import { type ActiveModel, createActiveModel } from "../audience/activeModel.ts";
import { defaultOutboxLimits, type OutboxLimits } from "../budgets/limits.ts";
import { keptAnswersMs } from "../campaigns/idempotency.ts";
import type { StoredSsp } from "../campaigns/repository.ts";
import type { Config } from "../config.ts";
import type { LedgerDrainer } from "../jobs/ledgerDrainer.ts";
import { rebuildBase } from "../jobs/rebuildBase.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { SamplingLimits } from "../jobs/sampleDecisions.ts";
import { createSnapshotRefresh, type SnapshotRefresh } from "../jobs/snapshotRefresh.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { HearDecision } from "../serving/hearDecision.ts";
import { createCampaignFeed, pruneChanges } from "../stores/postgres/campaignFeed.ts";
import { refreshClickRates } from "../stores/postgres/clickRates.ts";
import { pruneConversions } from "../stores/postgres/conversions.ts";
import { pruneAnswers } from "../stores/postgres/idempotency.ts";
import { type ChangeListener, listenForChanges } from "../stores/postgres/listenForChanges.ts";
import { redisReady } from "../stores/redis/connect.ts";
import { applyChanges, buildSnapshot, type Snapshot } from "../targeting/snapshot.ts";
import { composeDiagnosis, type DeliveryDiagnosis } from "./diagnosis.ts";
import { composeForecasts, type Forecasts } from "./forecasts.ts";
import { composeLake, type LakeJob } from "./lake.ts";
import { composeLedger, type LedgerJobs } from "./ledger.ts";
import type { Log } from "./log.ts";
import { composePacing, type Pacing, type PacingIntervals } from "./pacing.ts";
import { measurePacing } from "./pacingShown.ts";
import { composePrivacy, type Privacy } from "./privacy.ts";
import { indexSites, type ServingState, type SiteIndex } from "./serving.ts";
import { describe, type Stores } from "./stores.ts";
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
  readonly webhooks: Webhooks;
  /** Null = this process keeps no lake. */
  readonly lake: LakeJob | null;
  readonly isListening: () => boolean;
  /** Resolves after the first load was tried and the money buckets were opened, or could not be. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** How far paid ads may run ahead of Postgres. */
export interface PaidLimits {
  /** Without news from Postgres for longer than this, paid ads stop: nobody could pause a campaign any more. */
  readonly oldestSnapshotMs: number;
  readonly outbox: OutboxLimits;
}

export const defaultPaidLimits: PaidLimits = {
  oldestSnapshotMs: 600_000,
  outbox: defaultOutboxLimits,
};

export interface JobsOptions {
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
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  const known: Known = { sites: indexSites([]), ssps: [] };
  const model = createActiveModel({
    read: stores.scores.readActiveModelVersion,
    everyMs: modelPollMs,
    onError: warn("the active model could not be read"),
  });
  const pacing = composePacing(config, stores, log, pacingIntervals);
  measurePacing(metrics, pacing);
  const diagnosis = composeDiagnosis(config, stores, pacing.forecastOf, log, samplingLimits);
  const forecasts = composeForecasts(config, stores, log, metrics);
  const privacy = composePrivacy(config, stores, metrics, log);
  const webhooks = composeWebhooks(config, stores, metrics, log);
  const refresh = composeRefresh(config.databaseUrl, stores, log, known, pacing);
  const money = composeLedger(stores, limits.outbox, metrics, log);
  const { drainer } = money;
  const state = {
    ...servingStateOf(known, model, refresh, drainer, limits),
    pacing,
    sampling: diagnosis.sampler,
    hearDecision: hearBoth(forecasts.hear, privacy.hearDecision),
    hearConsent: privacy.hearConsent,
  };
  const lake = options.keepsLake === true ? composeLake(config, metrics, log) : null;
  const { startComparing } = money;
  const beside = { pacing, diagnosis, forecasts, privacy, webhooks, lake };
  const running = { refresh, drainer, startComparing, model, ...beside };
  return { ...running, state, ...createLife(config.databaseUrl, stores, running, warn) };
}

type Running = Pick<
  Jobs,
  "refresh" | "drainer" | "pacing" | "diagnosis" | "forecasts" | "privacy" | "webhooks" | "lake"
> &
  Pick<LedgerJobs, "startComparing"> & { readonly model: ActiveModel };

function createLife(
  databaseUrl: string,
  stores: Stores,
  { refresh, drainer, startComparing, model, ...beside }: Running,
  warn: (what: string) => (error: unknown) => void,
): Pick<Jobs, "isListening" | "start" | "stop"> {
  const { pacing, diagnosis, forecasts, privacy, webhooks, lake } = beside;
  let listener: ChangeListener | null = null;
  let repeating: readonly Repeating[] = [];
  return {
    isListening: () => listener?.isListening() ?? false,
    async start() {
      // A server that comes later, or another one after a failover, is asked for its time before anything is held there.
      stores.redis.on("ready", () => void stores.clock.correct().catch(() => undefined));
      await meetRedis(stores).catch(warn("Redis is away"));
      await pacing.start();
      await Promise.all([
        refresh.start(),
        drainer.runOnce().catch(warn("the ledger could not be reached")),
        model.refresh(),
      ]);
      drainer.start();
      diagnosis.start();
      forecasts.start();
      privacy.start();
      lake?.start();
      listener = listenForChanges({
        url: databaseUrl,
        onChange: refresh.notify,
        onLost: warn("LISTEN was lost; polling goes on"),
      });
      repeating = [...startHousekeeping(stores), ...webhooks.start(), startComparing()];
    },
    async stop() {
      model.stop();
      await Promise.all([pacing.stop(), diagnosis.stop(), forecasts.stop(), lake?.stop()]);
      await privacy.stop();
      await Promise.all(repeating.map((one) => one.stop()));
      await listener?.stop();
      await refresh.stop();
      await drainer.stop();
    },
  };
}

function startHousekeeping({ clock, db, jobsDb }: Stores): readonly Repeating[] {
  const ignore = () => undefined;
  return [
    repeat(clock.correct, clockPollMs, ignore),
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

/** What the jobs have learnt last. */
interface Known {
  sites: SiteIndex;
  ssps: readonly StoredSsp[];
}

function servingStateOf(
  known: Known,
  model: ActiveModel,
  refresh: SnapshotRefresh<Snapshot>,
  drainer: LedgerDrainer,
  limits: PaidLimits,
): ServingState {
  const empty = buildSnapshot([], { revision: "", builtAtMs: 0 });
  return {
    snapshot: () => refresh.current() ?? empty,
    sites: () => known.sites,
    ssps: () => known.ssps,
    activeModelVersion: model.current,
    paidAllowed: () =>
      !drainer.outboxState().pausePaid && (refresh.ageMs() ?? Infinity) < limits.oldestSnapshotMs,
    outboxLimits: limits.outbox,
    onMoneyLost: drainer.wake,
  };
}

function composeRefresh(
  databaseUrl: string,
  stores: Stores,
  log: Log,
  known: Known,
  pacing: Pacing,
): SnapshotRefresh<Snapshot> {
  const feed = createCampaignFeed(stores.db, (campaignIds) =>
    log.error({ campaignIds }, "campaigns are left out: their rows are broken"),
  );
  return createSnapshotRefresh<Snapshot>({
    feed: pacing.overhear(feed),
    buildSnapshot,
    rebuildBase: () =>
      rebuildBase({ databaseUrl, nowMs: stores.clock.nowMs() }, (message) => log.warn(message)),
    applyChanges,
    onSwap: ({ sites, ssps }) => {
      known.sites = indexSites(sites);
      known.ssps = ssps;
    },
    log: (message) => log.warn(message),
    clock: stores.clock.nowMs,
  });
}

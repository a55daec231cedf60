import type { Router } from "express";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { daypartsToHoursOfWeek } from "../campaigns/dayparts.ts";
import { maxForecastDays } from "../campaigns/forecastSchema.ts";
import type { Config } from "../config.ts";
import { createForecastRecorder, type ForecastRecorder } from "../jobs/forecastRecorder.ts";
import { createForecastThread, type ForecastThread } from "../jobs/forecastThread.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Forecast } from "../reports/forecast/forecastTypes.ts";
import type { ForecastCampaign } from "../routes/campaigns.ts";
import { forecastsRouter, toFrequencyCap } from "../routes/forecasts.ts";
import { createForecastPeople, type ForecastPeople } from "../stores/postgres/forecastPeople.ts";
import { createForecastSamples, type ForecastSamples } from "../stores/postgres/forecastSamples.ts";
import { hashText } from "../targeting/hash.ts";
import type { Log } from "./log.ts";
import { type Management, zoneRulesOf } from "./management.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";

/** Forecasts on one node: what happened is sampled beside ads, and replayed in a thread beside management. */
export interface Forecasts {
  /** For serving: hears of each request that a page made. */
  readonly hear: ForecastRecorder["hear"];
  readonly router: (management: Pick<Management, "authenticate" | "store">) => Router;
  /** For dry runs of campaigns; null where nothing can be said (house ads, more than 92 days are cut). */
  readonly forecastCampaign: ForecastCampaign;
  readonly flushOnce: () => Promise<void>;
  /** Thins what is too much and forgets what is too old. */
  readonly housekeepOnce: () => Promise<void>;
  /** Forgets what the sample has of a visitor; answers how many rows went. */
  readonly eraseVisitor: (visitorKey: string) => Promise<number>;
  readonly state: () => ReturnType<ForecastThread["state"]>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

const flushMs = 60_000;
/** Whole sketches are written for a few people each. */
const flushPeopleMs = 600_000;
const housekeepMs = 1_800_000;
const refreshMs = 60_000;
/** By then a start is over, and nobody has found the map of a new campaign yet. */
const prepareAfterMs = 5_000;
const dayMs = 86_400_000;
/** Four weeks are replayed; much less than the 13 months that ids may live. */
const keptDays = 35;
/** What a thread holds in some hundred megabytes. */
const mostRows = 2_000_000;
/** Rows of one bucket (about 250 km²): what more would tell is not worth its memory. */
const mostRowsInBucket = 60_000;

export function composeForecasts(
  config: Config,
  stores: Stores,
  log: Log,
  metrics: Metrics,
  role: ServerRole,
): Forecasts {
  const { clock } = stores;
  const samples = createForecastSamples(stores.jobsDb);
  const people = createForecastPeople(stores.jobsDb);
  const recorder = createForecastRecorder(samples);
  const thread = createForecastThread({
    orderOf: () => ({
      databaseUrl: config.databaseUrl,
      dataDir: config.dataDir,
      nowMs: clock.nowMs(),
      salt: hashText(`forecast ${config.visitorSecret}`),
    }),
    log: (message) => log.warn(message),
    monotonicMs: () => performance.now(),
  });
  if (servesAds(role)) measureRecorder(metrics, recorder);
  if (manages(role)) measureThread(metrics, thread);
  const housekeepOnce = async (): Promise<void> => {
    if (manages(role)) await thin(samples, people, clock.nowMs());
    if (servesAds(role)) await learn(samples, recorder);
  };
  return {
    hear: recorder.hear,
    router: ({ authenticate, store }) =>
      forecastsRouter({
        authenticate,
        validateZone: zoneRulesOf(stores).validateZone,
        readSegments: store.segments.readAll,
        forecast: thread.ask,
        nowMs: clock.nowMs,
      }),
    forecastCampaign: createForecastCampaign(thread.ask, clock.nowMs),
    flushOnce: recorder.flushOnce,
    housekeepOnce,
    eraseVisitor: samples.eraseVisitor,
    state: thread.state,
    ...createLife({ recorder, people, thread, housekeepOnce, role }, (error) =>
      log.warn({ error: describe(error) }, "the sample of forecasts waits for Postgres"),
    ),
  };
}

async function thin(
  samples: ForecastSamples,
  people: ForecastPeople,
  nowMs: number,
): Promise<void> {
  await samples.prune(nowMs - keptDays * dayMs);
  await people.prune(nowMs - keptDays * dayMs);
  await people.forgetFew(nowMs);
  await samples.thin(mostRows, mostRowsInBucket);
}

async function learn(samples: ForecastSamples, recorder: ForecastRecorder): Promise<void> {
  const [levels, segmentIds] = await Promise.all([samples.readLevels(), samples.readSegmentIds()]);
  recorder.learn({ levels, segmentIds });
}

interface Living {
  readonly recorder: ForecastRecorder;
  readonly people: ForecastPeople;
  readonly thread: ForecastThread;
  readonly housekeepOnce: () => Promise<void>;
  readonly role: ServerRole;
}

function createLife(
  { recorder, people, thread, housekeepOnce, role }: Living,
  onError: (error: unknown) => void,
): Pick<Forecasts, "start" | "stop"> {
  const flushPeople = () => recorder.flushPeople(people);
  let repeating: readonly Repeating[] = [];
  let preparing: NodeJS.Timeout | undefined;
  return {
    start() {
      // A process that does nothing but manage has time for it, whoever asks.
      if (role === "management") preparing = setTimeout(thread.prepare, prepareAfterMs).unref();
      repeating = [
        repeat(housekeepOnce, housekeepMs, () => undefined),
        ...(servesAds(role)
          ? [
              repeat(recorder.flushOnce, flushMs, onError),
              repeat(flushPeople, flushPeopleMs, onError),
            ]
          : []),
        ...(manages(role) ? [repeat(thread.refreshIfOld, refreshMs, onError)] : []),
      ];
    },
    async stop() {
      clearTimeout(preparing);
      await Promise.all(repeating.map((one) => one.stop()));
      await thread.stop();
      await recorder.flushOnce().catch(() => undefined);
      await flushPeople().catch(() => undefined);
    },
  };
}

/** A campaign as it would be stored, over its period or the first 92 days of it that are not past. */
function createForecastCampaign(ask: ForecastThread["ask"], nowMs: () => number): ForecastCampaign {
  return async (campaign): Promise<Forecast | null> => {
    if (campaign.priority === "house") return null;
    const today = budgetDayOf(nowMs());
    const isRunning = campaign.startsOn < today;
    const startsOn = isRunning ? today : campaign.startsOn;
    const longest = addDays(startsOn, maxForecastDays - 1);
    const wanted = campaign.endsOn ?? addDays(startsOn, 6);
    if (wanted < startsOn) return null;
    const isTooLong = wanted > longest;
    return ask({
      zone: campaign.zone,
      placeIntention: campaign.placeIntention,
      formats: ["native"],
      wantedCategories: campaign.categories.include,
      avoidedCategories: campaign.categories.exclude,
      devices: campaign.devices,
      hoursOfWeek: daypartsToHoursOfWeek(campaign.dayparts),
      audience: campaign.audience,
      frequencyCaps: campaign.frequencyCaps.map(toFrequencyCap),
      pricing: campaign.pricing,
      bidMicros: campaign.bidMicros,
      dailyBudgetMicros: campaign.dailyBudgetMicros,
      totalBudgetMicros: campaign.totalBudgetMicros,
      startsOn,
      endsOn: isTooLong ? longest : wanted,
    });
  };
}

function measureThread(metrics: Metrics, thread: ForecastThread): void {
  metrics.gauge(
    "atelier_forecast_sample_rows",
    "Opportunities in the sample that forecasts replay; 0 until there is one",
    () => thread.state()?.rows ?? 0,
  );
}

function measureRecorder(metrics: Metrics, recorder: ForecastRecorder): void {
  metrics.gauge(
    "atelier_forecast_rows_dropped",
    "Sampled opportunities that found no room while Postgres was away, since this node began",
    () => recorder.state().dropped,
  );
}

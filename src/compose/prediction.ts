import { createHoldout } from "../audience/holdout.ts";
import { noPriors, type SegmentPriors } from "../audience/segmentPriors.ts";
import type { Config } from "../config.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { HearActivity } from "../serving/collectActivity.ts";
import { createHearSession } from "../serving/hearSession.ts";
import { readClickEffects, refreshClickEffects } from "../stores/postgres/clickEffects.ts";
import { readSegmentPriors, refreshCategoryShares } from "../stores/postgres/segmentPriors.ts";
import { addToSessionProfile } from "../stores/redis/sessionProfiles.ts";
import type { ClickEffects } from "../targeting/clickEffects.ts";
import type { Log } from "./log.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { describe, type Stores } from "./stores.ts";

/** What is predicted of visitors and clicks on one node. The `…Once` functions are what the timers call; tests call them. */
export interface Prediction {
  readonly clickEffects: () => ClickEffects | null;
  readonly segmentPriors: () => SegmentPriors;
  readonly isHeldOut: (visitorKey: string) => boolean;
  /** Makes session profiles of what visitors do. */
  readonly hearActivity: HearActivity;
  /** Learns from what has been counted, for all nodes. */
  readonly learnOnce: () => Promise<void>;
  /** Takes over what was learnt last. */
  readonly readOnce: () => Promise<void>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

const learnClicksMs = 180_000;
const learnSharesMs = 1_800_000;
const readMs = 30_000;

export function composePrediction(
  config: Pick<Config, "audienceHoldoutPercent">,
  { db, jobsDb, redis, clock }: Stores,
  metrics: Metrics,
  log: Log,
  role: ServerRole,
): Prediction {
  let effects: ClickEffects | null = null;
  let priors = noPriors;
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  const sessions = createHearSession({
    remember: (visitorKey, events, nowMs) => addToSessionProfile(redis, visitorKey, events, nowMs),
    nowMs: clock.nowMs,
    onError: (error) => log.debug({ error: describe(error) }, "a session was not written"),
  });
  const readOnce = async (): Promise<void> => {
    [effects, priors] = await Promise.all([readClickEffects(db), readSegmentPriors(db)]);
  };
  const learnOnce = async (): Promise<void> => {
    await refreshClickEffects(jobsDb);
    await refreshCategoryShares(jobsDb);
  };
  if (servesAds(role)) measure(metrics, sessions.state, () => effects);
  let repeating: readonly Repeating[] = [];
  return {
    clickEffects: () => effects,
    segmentPriors: () => priors,
    isHeldOut: createHoldout(config.audienceHoldoutPercent),
    hearActivity: sessions.hear,
    learnOnce,
    readOnce,
    start() {
      const away = warn("predictions wait for Postgres");
      const learning = () => [
        repeat(() => refreshClickEffects(jobsDb), learnClicksMs, away),
        repeat(() => refreshCategoryShares(jobsDb), learnSharesMs, away),
      ];
      repeating = [
        ...(servesAds(role) ? [repeat(readOnce, readMs, away)] : []),
        ...(manages(role) ? learning() : []),
      ];
    },
    async stop() {
      await Promise.all(repeating.map((one) => one.stop()));
      await sessions.settle();
    },
  };
}

function measure(
  metrics: Metrics,
  sessions: () => { readonly waiting: number; readonly dropped: number },
  effects: () => ClickEffects | null,
): void {
  metrics.gauge(
    "atelier_sessions_waiting",
    "Session profiles on this node that Redis has not taken yet",
    () => sessions().waiting,
  );
  metrics.gauge(
    "atelier_sessions_dropped",
    "Session profiles that found no room while Redis was away, since this node began",
    () => sessions().dropped,
  );
  metrics.gauge(
    "atelier_click_effects",
    "Learnt factors of clicks (placements, categories, hours, distances) that this node predicts with",
    () => {
      const known = effects();
      return known === null
        ? 0
        : known.placements.size + known.categories.size + known.hours.length;
    },
  );
}

import type { Config } from "../config.ts";
import { createScoreHandler } from "../jobs/handlers/scoreAudiences.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import { readLastRun } from "../jobs/scoring/runScores.ts";
import { runScoring, type ScoreRunSummary } from "../jobs/scoring/scoreRun.ts";
import { startOfDay } from "../jobs/scoring/scoringOrder.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { emulatorCredentials } from "../stores/dynamodb/client.ts";
import { type LakePlace, openLakeStorage } from "../stores/lake/openStorage.ts";
import { lakeVersion } from "../stores/lake/scoring/stageActivity.ts";
import { type LakeJob, lakePlaces } from "./lake.ts";
import type { Log } from "./log.ts";
import { describe } from "./stores.ts";

/** The nightly job that scores audiences from the lake beside a server. */
export interface ScoringJob {
  /** Looks whether a day has begun that is not scored yet, and the lake has activity; then it is. Rejects when that fails. */
  readonly runOnce: () => Promise<void>;
  readonly start: () => void;
  /** Ends a run that is under way: the next one goes on where it was. */
  readonly stop: () => Promise<void>;
}

const lookEveryMs = 15 * 60_000;
/** A server that has just started has better things to do. */
const firstLookMs = 60_000;
const activitySchema = "page_activity.v1";

/** Where a server keeps what runs have made. */
export function scoringFolderOf({ dataDir }: Pick<Config, "dataDir">): string {
  return `${dataDir}/scoring`;
}

/** A lake whose audiences are scored nightly: by the same machine, with the stores that `npm start` runs. */
export function withScoring(
  lake: LakeJob,
  config: Config,
  metrics: Metrics,
  log: Log,
): LakeJob & { readonly scoring: ScoringJob } {
  const scoring = composeScoring(config, metrics, log);
  return {
    ...lake,
    scoring,
    start() {
      lake.start();
      scoring.start();
    },
    async stop() {
      await Promise.all([lake.stop(), scoring.stop()]);
    },
  };
}

function composeScoring(config: Config, metrics: Metrics, log: Log): ScoringJob {
  const aborting = new AbortController();
  const { eventsFolder: _events, ...place } = lakePlaces(config);
  const scoringFolder = scoringFolderOf(config);
  const { databaseUrl, redisUrl, dynamodbEndpoint, awsRegion, scoresTable, visitorSecret } = config;
  // An emulator checks that requests are signed, not by whom.
  const dynamodbCredentials = dynamodbEndpoint === null ? null : emulatorCredentials;
  const stores = { databaseUrl, redisUrl, dynamodbEndpoint, awsRegion, scoresTable, visitorSecret };
  const handle = createScoreHandler({
    order: { ...stores, dynamodbCredentials, ...place, scoringFolder },
    run: (order) => runScoring(order, aborting.signal),
    nowMs: Date.now,
  });
  const count = runCounter(metrics);
  let repeating: Repeating | null = null;
  let first: NodeJS.Timeout | null = null;
  const runOnce = async (): Promise<void> => {
    if (!(await isDue(place, scoringFolder))) return;
    const run = await handle({});
    count(run);
    log.info({ ...run }, "audiences are scored");
  };
  const report = (error: unknown): void => {
    if (!aborting.signal.aborted) log.warn({ error: describe(error) }, "audiences were not scored");
  };
  return {
    runOnce,
    start() {
      first ??= setTimeout(() => {
        repeating = repeat(runOnce, lookEveryMs, report);
      }, firstLookMs);
    },
    async stop() {
      if (first !== null) clearTimeout(first);
      aborting.abort();
      await repeating?.stop();
    },
  };
}

async function isDue(place: LakePlace, scoringFolder: string): Promise<boolean> {
  const today = startOfDay(Date.now());
  const last = await readLastRun(scoringFolder);
  if (last !== null && last.asOfMs >= today) return false;
  const lake = openLakeStorage(place, { nowMs: Date.now });
  try {
    return (await lakeVersion(lake.storage, activitySchema, today)) !== "";
  } finally {
    lake.close();
  }
}

function runCounter(metrics: Metrics): (run: ScoreRunSummary) => void {
  const visitors = metrics.counter(
    "atelier_scored_visitors_total",
    "Visitors whose scores the nightly runs of this process have published",
  );
  return ({ published }) => visitors.add(published?.visitors ?? 0);
}

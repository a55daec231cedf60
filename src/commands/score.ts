import { lakePlaces } from "../compose/lake.ts";
import { scoringFolderOf } from "../compose/scoring.ts";
import { type Config, type ConfigOf, type Environment, parseConfig } from "../config.ts";
import { obeyOrder } from "../jobs/scoring/obeyOrder.ts";
import { readLastRun, type ScoreRun } from "../jobs/scoring/runScores.ts";
import { parseDay, type ScoringOrder, startOfDay } from "../jobs/scoring/scoringOrder.ts";
import { SetupError } from "../setupError.ts";
import { createDynamoDbClient, emulatorCredentials } from "../stores/dynamodb/client.ts";
import { createScoresTable } from "../stores/dynamodb/scores.ts";

type Say = (line: string) => void;

const usage =
  "Usage: npm run score -- [--as-of YYYY-MM-DD] [--segments a,b] [--publish]   |   npm run score -- --rollback   |   npm run score -- --status";

export type ScoreRequest =
  | { readonly kind: "rollback" | "status" }
  | {
      readonly kind: "score";
      readonly asOfMs: number | null;
      readonly only: readonly string[] | null;
      readonly publishes: boolean;
    };

/** Throws SetupError with the usage for anything else. */
export function parseScoreRequest(args: readonly string[]): ScoreRequest {
  const [first] = args;
  if (args.length === 1 && (first === "--rollback" || first === "--status"))
    return { kind: first === "--rollback" ? "rollback" : "status" };
  let request: Extract<ScoreRequest, { kind: "score" }> = {
    kind: "score",
    asOfMs: null,
    only: null,
    publishes: false,
  };
  for (let index = 0; index < args.length; index++) {
    const [name, value = ""] = [args[index], args[index + 1]];
    if (name === "--publish") {
      request = { ...request, publishes: true };
      continue;
    }
    index += 1;
    if (name === "--as-of" && parseDay(value) !== null)
      request = { ...request, asOfMs: parseDay(value) };
    else if (name === "--segments" && value !== "" && !value.startsWith("-"))
      request = { ...request, only: value.split(",") };
    else throw new SetupError(usage);
  }
  return request;
}

/**
 * `score`: learns the segments from the lake as of a date (today, 0:00 UTC) and, with `--publish`, puts the scores of those that
 * pass their gate into service. The stores are those of the environment, or of the `npm start` that runs on the data folder.
 */
export async function score(
  environment: Environment,
  args: readonly string[],
  say: Say,
): Promise<void> {
  const request = parseScoreRequest(args);
  const config = parseConfig(environment, "score");
  const reached = await reachedBy(config);
  if (request.kind === "score") {
    const { eventsFolder: _events, ...place } = lakePlaces(config);
    const order: ScoringOrder = {
      ...reached,
      ...place,
      scoringFolder: scoringFolderOf(config),
      asOfMs: request.asOfMs ?? startOfDay(Date.now()),
      only: request.only,
      publishes: request.publishes,
    };
    for (const line of conclusion(await obeyOrder(order, say))) say(line);
    return;
  }
  const client = createDynamoDbClient({
    endpoint: reached.dynamodbEndpoint,
    region: reached.awsRegion,
    credentials: reached.dynamodbCredentials,
    use: "batch",
  });
  try {
    const table = createScoresTable(client, reached.scoresTable);
    if (request.kind === "rollback") say(rolledBack(await table.rollBackModel()));
    else for (const line of await statusOf(config, table)) say(line);
  } finally {
    client.destroy();
  }
}

type Reached = Pick<
  ScoringOrder,
  | "databaseUrl"
  | "redisUrl"
  | "dynamodbEndpoint"
  | "dynamodbCredentials"
  | "awsRegion"
  | "scoresTable"
  | "visitorSecret"
>;

async function reachedBy(config: ConfigOf<"score">): Promise<Reached> {
  const { databaseUrl, redisUrl, dynamodbEndpoint, visitorSecret, scoresTable } = config;
  const awsRegion = config.awsRegion ?? "eu-west-3";
  if (databaseUrl !== null) {
    if (visitorSecret === null || config.awsRegion === null)
      throw new SetupError("With DATABASE_URL, VISITOR_SECRET and AWS_REGION are needed too.");
    const stores = { databaseUrl, redisUrl, dynamodbEndpoint, visitorSecret };
    return { ...stores, dynamodbCredentials: null, awsRegion, scoresTable };
  }
  const { findRunningStores } = await import("../embedded/runningStores.ts");
  const running = await findRunningStores(config.dataDir);
  if (running === null)
    throw new SetupError(
      `The stores are not found: name them with DATABASE_URL and the others, or run \`npm start\` on ${config.dataDir} meanwhile.`,
    );
  return { ...running, dynamodbCredentials: emulatorCredentials, awsRegion, scoresTable };
}

function rolledBack(version: number | null): string {
  return version === null
    ? "There is no model to go back to."
    : `Model ${version} serves again. The same command goes forwards again.`;
}

async function statusOf(
  config: Pick<Config, "dataDir">,
  table: Pick<ReturnType<typeof createScoresTable>, "readActiveModel">,
): Promise<readonly string[]> {
  const [active, last] = await Promise.all([
    table.readActiveModel(),
    readLastRun(scoringFolderOf(config)),
  ]);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return [
    active === null
      ? "No model serves."
      : `Model ${active.modelVersion} serves, ${active.asOfMs === null ? "loaded from a file" : `of ${day(active.asOfMs)}`}; before it ${active.previousVersion ?? "none"}.`,
    last === null
      ? "No run has come to its end here."
      : `The last run was as of ${day(last.asOfMs)}: ${last.events} events, ${last.visitors} visitors, ${last.modelVersion === null ? "nothing published" : `model ${last.modelVersion}`}.`,
  ];
}

/** What a run has come to, segment by segment. */
function conclusion({
  cards,
  published,
  visitors,
  events,
  elapsedMs,
}: ScoreRun): readonly string[] {
  const used = cards.filter(({ gate }) => gate.isActivated);
  return [
    ...cards.map(({ slug, evaluation, gate, audience }) => {
      const figures = evaluation?.all;
      const quality =
        figures === undefined
          ? ""
          : `  AUC ${figures.auc?.toFixed(3)} ± ${figures.aucStandardError?.toFixed(3)}, calibration ${figures.calibration?.toFixed(3)}`;
      const verdict = gate.isActivated
        ? `used, ${audience.visitors} people`
        : gate.reasons.join("; ");
      return `  ${slug.padEnd(24)}${quality}  ${verdict}`;
    }),
    `${events} events, ${visitors} visitors, ${used.length} of ${cards.length} segments may be used, ${(elapsedMs / 1_000).toFixed(1)} s`,
    published === null
      ? "Nothing was published."
      : `Model ${published.modelVersion} serves: ${published.visitors} visitors (${published.suppressed} asked to be forgotten), ${published.warmed} in the cache.`,
  ];
}

import type { KnownSegments } from "../audience/scoreRow.ts";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import type { StoredSegment } from "../campaigns/repository.ts";
import { type Environment, parseConfig } from "../config.ts";
import { loadScores } from "../jobs/loadScores.ts";
import { SetupError } from "../setupError.ts";
import { createDynamoDbClient } from "../stores/dynamodb/client.ts";
import { createScoresTable } from "../stores/dynamodb/scores.ts";
import { createCampaignStore } from "../stores/postgres/campaignStore.ts";
import { createSuppressedOf } from "../stores/postgres/erasures.ts";
import { createDatabase } from "../stores/postgres/pool.ts";

const daySeconds = 86_400;

/** `scores:load FILE [--add]`: loads visitors' scores as a new model, or with `--add` into the one that serves. */
export async function loadScoresCommand(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [file, ...options] = args;
  if (file === undefined || options.some((option) => option !== "--add"))
    throw new SetupError("Usage: npm run scores:load -- FILE.ndjson|FILE.parquet [--add]");
  const config = parseConfig(environment, "scores:load");
  const db = createDatabase({ url: config.databaseUrl, maxConnections: 1, statementTimeoutMs: 0 });
  const client = createDynamoDbClient({
    endpoint: config.dynamodbEndpoint,
    region: config.awsRegion,
    credentials: null,
    use: "batch",
  });
  try {
    const summary = await loadScores({
      file,
      table: createScoresTable(client, config.scoresTable),
      segments: knownSegments(await createCampaignStore(db).segments.readAll()),
      visitorKeyOf: createVisitorKeyOf(config.visitorSecret),
      suppressedOf: createSuppressedOf(db, config.visitorSecret, Date.now),
      into: options.includes("--add") ? "active_model" : "new_model",
      lifeSeconds: 35 * daySeconds,
      clockMs: Date.now,
      log: say,
    });
    say(
      `${summary.rows - summary.rejected} rows loaded into model ${summary.modelVersion}, ${summary.rejected} refused${summary.rejected > 0 ? ` (see ${summary.rejectsFile})` : ""}`,
    );
  } finally {
    client.destroy();
    await db.destroy();
  }
}

function knownSegments(segments: readonly StoredSegment[]): KnownSegments {
  return {
    idBySlug: new Map(segments.map(({ slug, segmentId }) => [slug, segmentId])),
    ids: new Set(segments.map(({ segmentId }) => segmentId)),
  };
}

import type { ModelCard } from "../../audience/scoring/modelCard.ts";
import { createDynamoDbClient } from "../../stores/dynamodb/client.ts";
import { createScoreWriter } from "../../stores/dynamodb/publishScores.ts";
import { createScoresTable } from "../../stores/dynamodb/scores.ts";
import { standardSegments } from "../../stores/files/standardSegments.ts";
import { readEventSchemas } from "../../stores/lake/eventSchemas.ts";
import type { EventSchema } from "../../stores/lake/lakeTable.ts";
import { openLakeStorage } from "../../stores/lake/openStorage.ts";
import { createSuppressedOf } from "../../stores/postgres/erasures.ts";
import { createModelCards } from "../../stores/postgres/modelCards.ts";
import { createDatabase } from "../../stores/postgres/pool.ts";
import { createSegmentDefinitions } from "../../stores/postgres/segmentDefinitions.ts";
import { createSegmentSeeds } from "../../stores/postgres/segmentSeeds.ts";
import { connectRedis, type RedisClient, redisReady } from "../../stores/redis/connect.ts";
import { warmScores } from "../../stores/redis/warmScores.ts";
import { runFolderOf } from "./runFolder.ts";
import { runScores, type ScoreRun } from "./runScores.ts";
import type { ScoringOrder } from "./scoringOrder.ts";

const daySeconds = 86_400;
/** Longer than a run may fail before somebody looks; what is older is not used any more. */
const lifeSeconds = 35 * daySeconds;
/** What a node keeps in its cache by itself. */
const warmSeconds = 3_600;
const seedsMs = 400 * daySeconds * 1_000;
const actor = { apiKeyId: null, label: "scores" };

/** One run with the stores of an order. Throws when the segments named in it are not there. */
export async function obeyOrder(
  order: ScoringOrder,
  say: (line: string) => void,
): Promise<ScoreRun> {
  const db = createDatabase({
    url: order.databaseUrl,
    maxConnections: 2,
    statementTimeoutMs: 60_000,
  });
  const dynamodb = createDynamoDbClient({
    endpoint: order.dynamodbEndpoint,
    region: order.awsRegion,
    credentials: order.dynamodbCredentials,
    use: "batch",
  });
  const redis = order.redisUrl === null ? null : connect(order.redisUrl);
  try {
    return await runWith(order, { db, dynamodb, redis }, say);
  } finally {
    redis?.disconnect();
    dynamodb.destroy();
    await db.destroy();
  }
}

interface OrderedStores {
  readonly db: ReturnType<typeof createDatabase>;
  readonly dynamodb: ReturnType<typeof createDynamoDbClient>;
  readonly redis: RedisClient | null;
}

async function runWith(
  order: ScoringOrder,
  { db, dynamodb, redis }: OrderedStores,
  say: (line: string) => void,
): Promise<ScoreRun> {
  const definitions = createSegmentDefinitions(db);
  await definitions.addMissing(standardSegments(), actor);
  const segments = await definitions.readAll();
  const schemas = await readEventSchemas();
  const seeds = createSegmentSeeds(db);
  const cards = createModelCards(db);
  return await runScores({
    scoring: {
      asOfMs: order.asOfMs,
      segments,
      only: idsOf(order.only, segments),
      seeds: await seeds.read(order.asOfMs - seedsMs),
      storage: openLakeStorage(order, { nowMs: Date.now }).storage,
      schema: schemaOf(schemas, "page_activity.v1"),
      linkSchema: schemaOf(schemas, "identity_link.v1"),
      folder: runFolderOf(order.scoringFolder),
      clockMs: Date.now,
      say,
    },
    publishing: order.publishes
      ? {
          table: createScoresTable(dynamodb, order.scoresTable),
          writer: createScoreWriter(dynamodb, order.scoresTable),
          suppressedOf: createSuppressedOf(db, order.visitorSecret, Date.now),
          warm: redis === null ? null : (visitors) => warmScores(redis, visitors, warmSeconds),
          lifeSeconds,
        }
      : null,
    saveCards: (made: readonly ModelCard[]) => cards.save(made),
  });
}

function schemaOf(schemas: readonly EventSchema[], name: string): EventSchema {
  const schema = schemas.find(({ $id }) => $id === name);
  if (schema === undefined) throw new Error(`${name} is not published`);
  return schema;
}

function idsOf(
  slugs: readonly string[] | null,
  segments: readonly { readonly segmentId: number; readonly slug: string }[],
): readonly number[] | null {
  if (slugs === null) return null;
  return slugs.map((slug) => {
    const known = segments.find((one) => one.slug === slug);
    if (known === undefined) throw new Error(`There is no segment "${slug}" with a definition`);
    return known.segmentId;
  });
}

function connect(url: string): RedisClient {
  const redis = connectRedis({
    url,
    connectionName: "atelier-scores",
    commandTimeoutMs: 5_000,
    onError: () => undefined,
  });
  void redisReady(redis, 2_000);
  return redis;
}

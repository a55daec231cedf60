import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { ReadVisitor } from "../../src/serving/ports.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import { createReadVisitor, type ReadVisitorOptions } from "../../src/stores/redis/readVisitor.ts";
import { visitorScoresKey } from "../../src/stores/redis/readVisitorScores.ts";
import { type FaultProxy, startFaultProxy } from "../support/proxy.ts";
import { dynamodbEndpoint, freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

export const nowMs = Date.now();
export const expiresAtSeconds = Math.floor(nowMs / 1_000) + 86_400;
/** Shared machines pause: the deadlines are the tests' own, generous where a test is not about time. */
const patientMs = 5_000;

/** A Redis and a score table of the test's own, each behind a proxy that can play faults. */
export interface VisitorStores {
  readonly server: TestRedis;
  readonly redisProxy: FaultProxy;
  readonly dynamoProxy: FaultProxy;
  /** What the reader uses, through the proxy. */
  readonly redis: RedisClient;
  /** What the test looks with, past the proxy. */
  readonly observer: RedisClient;
  /** Visitors that the score table was asked about. */
  readonly asked: readonly string[];
  readonly reader: (options?: Partial<ReadVisitorOptions>) => ReadVisitor;
  readonly store: (
    visitorKey: string,
    scores: ReadonlyMap<number, number>,
    modelVersion?: number,
  ) => Promise<void>;
  /** Waits for the cache entry of a visitor. */
  readonly cachedAfterFill: (visitorKey: string) => Promise<Buffer>;
}

/** Registers the hooks that start and stop the stores; call it once, at the top of a test file. */
export function useVisitorStores(): () => VisitorStores {
  const tableName = `read-visitor-${crypto.randomUUID()}`;
  const shared = { region: "eu-west-3", credentials: emulatorCredentials };
  let dynamoProxy: FaultProxy;
  let direct: ReturnType<typeof createDynamoDbClient>;
  let serving: ReturnType<typeof createDynamoDbClient>;
  let stores: VisitorStores;
  beforeAll(async () => {
    dynamoProxy = await startFaultProxy(dynamodbEndpoint());
    direct = createDynamoDbClient({ ...shared, endpoint: dynamodbEndpoint(), use: "batch" });
    const endpoint = dynamoProxy.through(dynamodbEndpoint());
    serving = createDynamoDbClient({ ...shared, endpoint, use: "serving" });
    await ensureScoresTable(direct, tableName);
  });
  afterAll(async () => {
    direct.destroy();
    serving.destroy();
    await dynamoProxy.close();
  });
  beforeEach(async () => {
    dynamoProxy.heal();
    const tables = [createScoresTable(direct, tableName), createScoresTable(serving, tableName)];
    stores = await openStores(dynamoProxy, tables as [ScoresTable, ScoresTable]);
  });
  afterEach(async () => {
    stores.redis.disconnect();
    stores.observer.disconnect();
    await stores.redisProxy.close();
    await stores.server.close();
  });
  return () => stores;
}

async function openStores(
  dynamoProxy: FaultProxy,
  [direct, behindProxy]: readonly [ScoresTable, ScoresTable],
): Promise<VisitorStores> {
  const server = await freshRedis();
  const redisProxy = await startFaultProxy(server.url);
  const redis = connectRedis({ url: redisProxy.through(server.url), commandTimeoutMs: 500 });
  const observer = connectRedis({ url: server.url, commandTimeoutMs: patientMs });
  await Promise.all([redisReady(redis), redisReady(observer)]);
  const asked: string[] = [];
  return {
    server,
    redisProxy,
    dynamoProxy,
    redis,
    observer,
    asked,
    reader: (options) =>
      withAllScores({
        redis,
        scoresOf: (visitorKey, modelVersion, atMs) => {
          asked.push(visitorKey);
          return behindProxy.getPackedScores(visitorKey, modelVersion, atMs);
        },
        activeModelVersion: () => 1,
        deadlineMs: patientMs,
        ...options,
      }),
    store: (visitorKey, scores, modelVersion = 1) =>
      direct.putScores([{ visitorKey, modelVersion, expiresAtSeconds, scores }]),
    async cachedAfterFill(visitorKey) {
      await until(async () => (await observer.exists(visitorScoresKey(visitorKey))) === 1);
      return (await observer.getBuffer(visitorScoresKey(visitorKey)))!;
    },
  };
}

/** A reader whose scores are maps, which can be compared: of the segments 1 to 1,000. */
function withAllScores(options: ReadVisitorOptions): ReadVisitor {
  const read = createReadVisitor(options);
  return async (visitorKey, wants, atMs) => {
    const outcome = await read(visitorKey, wants, atMs);
    if (!outcome.ok || outcome.visitor.scores === null) return outcome;
    const all = new Map<number, number>();
    for (let segmentId = 1; segmentId <= 1_000; segmentId++) {
      const score = outcome.visitor.scores.get(segmentId);
      if (score !== undefined) all.set(segmentId, score);
    }
    return { ok: true, visitor: { ...outcome.visitor, scores: all } };
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { z } from "zod";
import { unpackScores } from "../../../src/audience/packedScores.ts";
import { type PublishOptions, publishScores } from "../../../src/jobs/scoring/publishScores.ts";
import { readJson } from "../../../src/jobs/scoring/runFolder.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoreWriter } from "../../../src/stores/dynamodb/publishScores.ts";
import { createScoresTable, type ScoresTable } from "../../../src/stores/dynamodb/scores.ts";
import { createScoredFile } from "../../../src/stores/files/scoredFile.ts";
import { connectRedis } from "../../../src/stores/redis/connect.ts";
import { warmScores } from "../../../src/stores/redis/warmScores.ts";
import { startFaultProxy } from "../../support/proxy.ts";
import { dynamodbEndpoint, freshRedis } from "../../support/servers.ts";
import { until } from "../../support/until.ts";

const asOfMs = Date.UTC(2026, 5, 1);
let client: DynamoDBClient;
let table: ScoresTable;
let tableName: string;
let folder: string;

beforeAll(() => {
  client = createDynamoDbClient({
    endpoint: dynamodbEndpoint(),
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
});
afterAll(() => client.destroy());
beforeEach(async ({ task }) => {
  tableName = `publish-${process.pid}-${task.id.replaceAll(/\W/g, "")}`;
  await ensureScoresTable(client, tableName);
  table = createScoresTable(client, tableName);
  folder = await mkdtemp(join(inject("testDir"), "publish-"));
});

const keyOf = (index: number) => `k${String(index).padStart(21, "0")}`;

/** A file of visitors, of whom one in ten was seen in the last day. */
function fileOf(visitors: number): string {
  const name = join(folder, "scores.bin");
  const file = createScoredFile(name);
  for (let index = 0; index < visitors; index++)
    file.write({
      visitorKey: keyOf(index),
      isActive: index % 10 === 0,
      scores: new Map([
        [3, 0.5],
        [9, index / visitors],
      ]),
    });
  file.finish();
  return name;
}

function optionsOf(scores: string, visitors: number, changes: Partial<PublishOptions> = {}) {
  return {
    scores,
    visitors,
    asOfMs,
    table,
    writer: createScoreWriter(client, tableName),
    suppressedOf: async () => new Set<string>(),
    warm: null,
    lifeSeconds: 3_600,
    clockMs: Date.now,
    say: () => undefined,
    batchVisitors: 100,
    ...changes,
  };
}

test("everybody is published under a version of its own, which serves from the moment it is whole, and is rolled back in one write", async () => {
  await table.activateModelVersion(6);
  const scores = fileOf(230);
  let servedMeanwhile: (number | null)[] = [];
  const writer = createScoreWriter(client, tableName);
  const put: typeof writer.put = async (visitors) => {
    await writer.put(visitors);
    servedMeanwhile = [...servedMeanwhile, await table.readActiveModelVersion()];
  };
  const done = await publishScores(optionsOf(scores, 230, { writer: { ...writer, put } }));
  expect(done).toEqual({ modelVersion: 7, visitors: 230, suppressed: 0, warmed: 0 });
  expect(servedMeanwhile).toEqual([6, 6, 6]);
  expect(await table.readActiveModel()).toEqual({ modelVersion: 7, asOfMs, previousVersion: 6 });
  const stored = await table.getManyScores([keyOf(0), keyOf(229)], 7, Date.now());
  expect(stored.get(keyOf(229))?.scores.get(9)).toBeCloseTo(229 / 230, 4);
  expect(await table.rollBackModel()).toBe(6);
  expect(await table.readActiveModel()).toEqual({
    modelVersion: 6,
    asOfMs: null,
    previousVersion: 7,
  });
  expect(await table.rollBackModel()).toBe(7);
});

test("what the table sends back is sent again, at a slower pace, until it is there", async () => {
  let asked = 0;
  const stingy: DynamoDBClient = Object.assign(Object.create(client), {
    async send(command: { input: { RequestItems: Record<string, unknown[]> } }) {
      const batch = command.input.RequestItems[tableName] ?? [];
      asked += 1;
      if (asked % 3 !== 1) return { UnprocessedItems: { [tableName]: batch } };
      const taken = batch.slice(0, 20);
      await client.send(
        Object.assign(Object.create(command), { input: { RequestItems: { [tableName]: taken } } }),
      );
      return { UnprocessedItems: { [tableName]: batch.slice(20) } };
    },
  });
  const waits: number[] = [];
  const writer = createScoreWriter(stingy, tableName, async (delayMs) => waits.push(delayMs));
  const done = await publishScores(optionsOf(fileOf(120), 120, { writer }));
  expect(done.visitors).toBe(120);
  expect(writer.refused()).toBeGreaterThan(100);
  expect(Math.max(...waits)).toBeGreaterThan(Math.min(...waits));
  const keys = Array.from({ length: 120 }, (_, index) => keyOf(index));
  expect((await table.getManyScores(keys, done.modelVersion, Date.now())).size).toBe(120);
});

test("whoever asked to be forgotten is not published, and who asks while it runs is taken out again", async () => {
  let looks = 0;
  const suppressedOf = async (keys: readonly string[]) => {
    looks += 1;
    const asked = looks === 1 ? [keyOf(4)] : [keyOf(4), keyOf(5)];
    return new Set(asked.filter((key) => keys.includes(key)));
  };
  const done = await publishScores(optionsOf(fileOf(50), 50, { suppressedOf }));
  expect(done).toMatchObject({ visitors: 48, suppressed: 2 });
  const stored = await table.getManyScores(
    [keyOf(3), keyOf(4), keyOf(5)],
    done.modelVersion,
    Date.now(),
  );
  expect([...stored.keys()]).toEqual([keyOf(3)]);
});

test("who was there in the last day finds the scores in the cache; a cache that is away stops nothing", async () => {
  const server = await freshRedis();
  const redis = connectRedis({
    url: server.url,
    connectionName: "test",
    commandTimeoutMs: 2_000,
    onError: () => undefined,
  });
  try {
    await until(() => redis.status === "ready");
    const warm: PublishOptions["warm"] = (visitors) => warmScores(redis, visitors, 600);
    const done = await publishScores(optionsOf(fileOf(50), 50, { warm }));
    expect(done.warmed).toBe(5);
    const packed = await redis.getBuffer(`{v:${keyOf(10)}}:s`);
    expect(unpackScores(packed!, Date.now(), done.modelVersion)?.get(3)).toBeCloseTo(0.5, 4);
    expect(await redis.exists(`{v:${keyOf(11)}}:s`)).toBe(0);
    const away: PublishOptions["warm"] = () => Promise.reject(new Error("away"));
    const again = await publishScores(optionsOf(fileOf(20), 20, { warm: away }));
    expect(again).toMatchObject({ visitors: 20, warmed: 0 });
    expect(await table.readActiveModelVersion()).toBe(again.modelVersion);
  } finally {
    redis.disconnect();
    await server.close();
  }
});

test("a publication that is killed serves nothing; started again it goes on where it was and repeats a batch at most", async () => {
  await table.activateModelVersion(1);
  const scores = fileOf(600);
  const proxy = await startFaultProxy(dynamodbEndpoint());
  proxy.delay(3);
  const script = join(import.meta.dirname, "../../support/audience/publishChild.ts");
  const endpoint = proxy.through(dynamodbEndpoint());
  const child = spawn(process.execPath, [script, scores, endpoint, tableName, "600", "50"], {
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  const checkpoint = () =>
    readJson(`${scores}.checkpoint.json`, z.object({ visitors: z.number() }));
  await until(
    async () => child.exitCode !== null || ((await checkpoint())?.visitors ?? 0) >= 200,
    15_000,
  );
  child.kill("SIGKILL");
  expect(await exited).toEqual([null, "SIGKILL"]);
  await proxy.close();
  expect(await table.readActiveModelVersion()).toBe(1);
  let written = 0;
  const writer = createScoreWriter(client, tableName);
  const counting = {
    ...writer,
    put(visitors: Parameters<typeof writer.put>[0]) {
      written += visitors.length;
      return writer.put(visitors);
    },
  };
  // As a run does that goes on: the same scores, in a new file.
  const again = fileOf(600);
  const done = await publishScores(optionsOf(again, 600, { writer: counting }));
  expect(done).toMatchObject({ modelVersion: 2, visitors: 600 });
  expect(written).toBeLessThanOrEqual(400);
  const keys = Array.from({ length: 600 }, (_, index) => keyOf(index));
  expect((await table.getManyScores(keys, 2, Date.now())).size).toBe(600);
  expect(await table.readActiveModelVersion()).toBe(2);
});

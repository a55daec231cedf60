import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { maxScoresPerVisitor } from "../../src/audience/packedScores.ts";
import { encodeImpressions, visitorCapsKey } from "../../src/budgets/impressionLog.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import { createReadVisitor, type ReadVisitorOptions } from "../../src/stores/redis/readVisitor.ts";
import { visitorScoresKey } from "../../src/stores/redis/readVisitorScores.ts";
import { type FaultProxy, startFaultProxy } from "../support/proxy.ts";
import { dynamodbEndpoint, freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

const tableName = `read-visitor-${process.pid}`;
const nowMs = Date.now();
const expiresAtSeconds = Math.floor(nowMs / 1_000) + 86_400;
const both = { scores: true, caps: true };
/** Shared machines pause: the deadline is the tests' own, generous where a test is not about time. */
const patientMs = 5_000;

let dynamoProxy: FaultProxy;
let redisProxy: FaultProxy;
let server: TestRedis;
let redis: RedisClient;
let observer: RedisClient;
let direct: ReturnType<typeof createDynamoDbClient>;
let serving: ReturnType<typeof createDynamoDbClient>;
let table: ScoresTable;
let asked: string[] = [];

beforeAll(async () => {
  dynamoProxy = await startFaultProxy(dynamodbEndpoint());
  const shared = { region: "eu-west-3", credentials: emulatorCredentials };
  direct = createDynamoDbClient({ ...shared, endpoint: dynamodbEndpoint(), use: "batch" });
  const endpoint = dynamoProxy.through(dynamodbEndpoint());
  serving = createDynamoDbClient({ ...shared, endpoint, use: "serving" });
  await ensureScoresTable(direct, tableName);
  table = createScoresTable(direct, tableName);
});
afterAll(async () => {
  direct.destroy();
  serving.destroy();
  await dynamoProxy.close();
});

beforeEach(async () => {
  asked = [];
  dynamoProxy.heal();
  server = await freshRedis();
  redisProxy = await startFaultProxy(server.url);
  redis = connectRedis({ url: redisProxy.through(server.url), commandTimeoutMs: 500 });
  observer = connectRedis({ url: server.url, commandTimeoutMs: patientMs });
  await Promise.all([redisReady(redis), redisReady(observer)]);
});
afterEach(async () => {
  redis.disconnect();
  observer.disconnect();
  await redisProxy.close();
  await server.close();
});

function reader(options: Partial<ReadVisitorOptions> = {}) {
  const behindProxy = createScoresTable(serving, tableName);
  return createReadVisitor({
    redis,
    scoresOf: (visitorKey, modelVersion, atMs) => {
      asked.push(visitorKey);
      return behindProxy.getPackedScores(visitorKey, modelVersion, atMs);
    },
    activeModelVersion: () => 1,
    deadlineMs: patientMs,
    ...options,
  });
}

async function store(
  visitorKey: string,
  scores: ReadonlyMap<number, number>,
  modelVersion = 1,
): Promise<void> {
  await table.putScores([{ visitorKey, modelVersion, expiresAtSeconds, scores }]);
}

/** Commands that Redis has run since it started, by name. */
async function commandCounts(): Promise<Readonly<Record<string, number>>> {
  const info = await observer.info("commandstats");
  return Object.fromEntries(
    [...info.matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)].map(([, name, calls]) => [
      name,
      Number(calls),
    ]),
  );
}

async function cachedAfterFill(visitorKey: string): Promise<Buffer> {
  await until(async () => (await observer.exists(visitorScoresKey(visitorKey))) === 1);
  return (await observer.getBuffer(visitorScoresKey(visitorKey)))!;
}

describe("reading a visitor", () => {
  test("a score miss is answered by DynamoDB and cached for the next page, which takes one MGET and nothing else", async () => {
    await store(
      "ada",
      new Map([
        [3, 1],
        [4, 0],
      ]),
    );
    const readVisitor = reader();
    const first = await readVisitor("ada", both, nowMs);
    expect(first).toEqual({
      ok: true,
      visitor: {
        scores: new Map([
          [3, 1],
          [4, 0],
        ]),
        impressions: new Map(),
      },
    });
    await cachedAfterFill("ada");
    const before = await commandCounts();
    expect(await readVisitor("ada", both, nowMs)).toEqual(first);
    const after = await commandCounts();
    expect(after.mget! - before.mget!).toBe(1);
    const others = ["get", "set", "eval", "evalsha", "hgetall", "expire"];
    expect(others.filter((name) => after[name] !== before[name])).toEqual([]);
    expect(asked).toEqual(["ada"]);
  });

  test("caps come with the scores in the same MGET, and a fill never touches them", async () => {
    const log = encodeImpressions([
      {
        campaignId: 12,
        advertiserId: 7,
        timeMs: nowMs - 1_000,
        pendingSeconds: 0,
        neededMinutes: 60,
      },
    ]);
    await observer.set(visitorCapsKey("grace"), log, "EX", 900);
    await store("grace", new Map([[3, 1]]));
    const outcome = await reader()("grace", both, nowMs);
    expect(outcome).toEqual({
      ok: true,
      visitor: {
        scores: new Map([[3, 1]]),
        impressions: new Map([
          ["c12", [nowMs - 1_000]],
          ["a7", [nowMs - 1_000]],
        ]),
      },
    });
    await cachedAfterFill("grace");
    expect(await observer.getBuffer(visitorCapsKey("grace"))).toEqual(log);
    expect(await observer.ttl(visitorCapsKey("grace"))).toBeGreaterThan(800);
  });

  test("only what is wanted is read: neither scores nor caps without leave", async () => {
    await store("alan", new Map([[3, 1]]));
    const readVisitor = reader();
    const before = await commandCounts();
    expect(await readVisitor("alan", { scores: false, caps: false }, nowMs)).toEqual({
      ok: true,
      visitor: { scores: null, impressions: new Map() },
    });
    expect((await commandCounts()).mget).toBe(before.mget);
    const capsOnly = await readVisitor("alan", { scores: false, caps: true }, nowMs);
    expect(capsOnly).toEqual({ ok: true, visitor: { scores: null, impressions: new Map() } });
    expect(asked).toEqual([]);
    const scoresOnly = await readVisitor("alan", { scores: true, caps: false }, nowMs);
    expect(scoresOnly).toMatchObject({ ok: true, visitor: { scores: new Map([[3, 1]]) } });
  });

  test("without an active model nobody is scored and nobody is asked", async () => {
    const outcome = await reader({ activeModelVersion: () => null })("ada", both, nowMs);
    expect(outcome).toEqual({ ok: true, visitor: { scores: null, impressions: new Map() } });
    expect(asked).toEqual([]);
  });

  test("cached scores of the previous model are not used after a flip, nor after their expiry", async () => {
    await store("linus", new Map([[3, 0]]), 1);
    await store("linus", new Map([[3, 1]]), 2);
    let active = 1;
    const readVisitor = reader({ activeModelVersion: () => active });
    await readVisitor("linus", both, nowMs);
    await cachedAfterFill("linus");
    active = 2;
    expect(await readVisitor("linus", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    expect(await readVisitor("linus", both, expiresAtSeconds * 1_000)).toMatchObject({
      visitor: { scores: null },
    });
  });

  test("the cache keeps scores for its own time and never beyond theirs", async () => {
    await store("tim", new Map([[3, 1]]));
    await reader({ cacheTtlSeconds: 600 })("tim", both, nowMs);
    await cachedAfterFill("tim");
    expect(await observer.ttl(visitorScoresKey("tim"))).toBeLessThanOrEqual(600);
    await observer.del(visitorScoresKey("tim"));
    await reader()("tim", both, (expiresAtSeconds - 60) * 1_000);
    await cachedAfterFill("tim");
    expect(await observer.ttl(visitorScoresKey("tim"))).toBeLessThanOrEqual(60);
  });

  test("a visitor without scores is remembered as such, for a while", async () => {
    const readVisitor = reader({ absenceTtlSeconds: 30 });
    for (let page = 0; page < 3; page++) {
      expect(await readVisitor("stranger", both, nowMs)).toMatchObject({
        ok: true,
        visitor: { scores: null },
      });
      await cachedAfterFill("stranger");
    }
    expect(asked).toEqual(["stranger"]);
    expect(await observer.ttl(visitorScoresKey("stranger"))).toBeLessThanOrEqual(30);
  });

  test("twenty pages of one visitor at once ask DynamoDB once and are all scored", async () => {
    await store("busy", new Map([[3, 1]]));
    const readVisitor = reader();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => readVisitor("busy", both, nowMs)),
    );
    expect(asked).toEqual(["busy"]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ visitor: { scores: new Map([[3, 1]]) } });
  });

  test("junk in the cache is passed over, and replaced by what DynamoDB says", async () => {
    await store("junk", new Map([[3, 1]]));
    await observer.set(visitorScoresKey("junk"), "not packed");
    expect(await reader()("junk", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    await until(async () => (await observer.strlen(visitorScoresKey("junk"))) === 17);
  });

  test("the largest visitor fits", async () => {
    const scores = new Map(
      Array.from({ length: maxScoresPerVisitor }, (_, index) => [index + 1, 1]),
    );
    await store("rich", scores);
    expect(await reader()("rich", both, nowMs)).toMatchObject({ visitor: { scores } });
  });
});

describe("when DynamoDB is slow or gone", () => {
  test("a late answer leaves this page unscored in time, and the next page is scored", async () => {
    await store("late", new Map([[3, 1]]));
    const readVisitor = reader({ deadlineMs: 30 });
    dynamoProxy.delay(150);
    const startedMs = performance.now();
    expect(await readVisitor("late", both, nowMs)).toMatchObject({
      ok: true,
      visitor: { scores: null },
    });
    // Far from the 300 ms that the answer takes; the deadline is 30.
    expect(performance.now() - startedMs).toBeLessThan(200);
    await cachedAfterFill("late");
    expect(await readVisitor("late", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    expect(asked).toEqual(["late"]);
  });

  test("pages go on unscored while it is gone, are not made to wait for long, and are scored again when it is back", async () => {
    await store("patient", new Map([[3, 1]]));
    let clock = 0;
    const troubles: string[] = [];
    const readVisitor = reader({ clockMs: () => clock, onTrouble: (what) => troubles.push(what) });
    dynamoProxy.cut();
    for (let page = 0; page < 30; page++)
      expect(await readVisitor("patient", both, nowMs)).toMatchObject({
        ok: true,
        visitor: { scores: null },
      });
    // Five questions in a row failed, and the rest were not asked.
    expect(asked.length).toBe(5);
    expect(troubles).toHaveLength(5);
    dynamoProxy.heal();
    expect(await readVisitor("patient", both, nowMs)).toMatchObject({ visitor: { scores: null } });
    clock = 1_000;
    expect(await readVisitor("patient", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
  });

  test("a silent table is given up after five deadlines, without waiting further", async () => {
    const readVisitor = reader({ deadlineMs: 10 });
    dynamoProxy.freeze();
    for (let page = 0; page < 20; page++) await readVisitor(`silent-${page}`, both, nowMs);
    expect(asked.length).toBe(5);
  });
});

describe("when Redis is gone", () => {
  test("the answer is no, at once, and yes again when it is back", async () => {
    await store("ada", new Map([[3, 1]]));
    const readVisitor = reader();
    expect(await readVisitor("ada", both, nowMs)).toMatchObject({ ok: true });
    redisProxy.cut();
    await until(() => redis.status !== "ready");
    const startedMs = performance.now();
    for (let page = 0; page < 200; page++)
      expect(await readVisitor("ada", both, nowMs)).toEqual({ ok: false });
    expect((performance.now() - startedMs) / 200).toBeLessThan(5);
    redisProxy.heal();
    await until(async () => (await readVisitor("ada", both, nowMs)).ok);
  });

  test("a Redis that swallows everything costs a few pages their timeout, then nobody waits", async () => {
    const impatient = connectRedis({ url: redisProxy.through(server.url), commandTimeoutMs: 50 });
    await redisReady(impatient);
    const readVisitor = reader({ redis: impatient, clockMs: () => 0 });
    redisProxy.freeze();
    const refused = await Promise.all(
      Array.from({ length: 5 }, () => readVisitor("ada", both, nowMs)),
    );
    expect(refused.every((outcome) => !outcome.ok)).toBe(true);
    const startedMs = performance.now();
    for (let page = 0; page < 200; page++)
      expect(await readVisitor("ada", both, nowMs)).toEqual({ ok: false });
    expect(performance.now() - startedMs).toBeLessThan(500);
    impatient.disconnect();
  });
});

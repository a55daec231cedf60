import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { generateLake } from "../../../bench/audience/generateLake.ts";
import { obeyOrder } from "../../../src/jobs/scoring/obeyOrder.ts";
import { runScoring } from "../../../src/jobs/scoring/scoreRun.ts";
import type { ScoringOrder } from "../../../src/jobs/scoring/scoringOrder.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable } from "../../../src/stores/dynamodb/scores.ts";
import { standardSegments } from "../../../src/stores/files/standardSegments.ts";
import { readEventSchemas } from "../../../src/stores/lake/eventSchemas.ts";
import { createModelCards } from "../../../src/stores/postgres/modelCards.ts";
import { createDatabase } from "../../../src/stores/postgres/pool.ts";
import { dynamodbEndpoint, freshDatabase, type TestDatabase } from "../../support/servers.ts";
import { until } from "../../support/until.ts";

const untilMs = Date.UTC(2026, 5, 1);
const tableName = `score-lake-${process.pid}`;
let database: TestDatabase;
let client: DynamoDBClient;
let folder: string;
let order: ScoringOrder;

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(inject("testDir"), "score-lake-"));
  client = createDynamoDbClient({
    endpoint: dynamodbEndpoint(),
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  await ensureScoresTable(client, tableName);
  const categories = standardSegments().flatMap(({ definition }) =>
    definition.kind === "in_market" ? definition.categories : [],
  );
  const schema = (await readEventSchemas()).find(({ $id }) => $id === "page_activity.v1");
  await generateLake({
    folder: join(folder, "lake"),
    schema: schema!,
    events: 150_000,
    visitors: 5_000,
    days: 45,
    untilMs,
    categories: [...new Set(categories)].sort().slice(0, 6),
    seed: 3,
  });
  order = {
    databaseUrl: database.url,
    redisUrl: null,
    dynamodbEndpoint: dynamodbEndpoint(),
    dynamodbCredentials: emulatorCredentials,
    awsRegion: "eu-west-3",
    scoresTable: tableName,
    visitorSecret: "a secret of sixteen characters",
    lakeFolder: join(folder, "lake"),
    scoringFolder: join(folder, "scoring"),
    asOfMs: untilMs,
    only: null,
    publishes: true,
  };
}, 240_000);
afterAll(async () => {
  client.destroy();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test("a run that is killed goes on where it was; what passes its gate serves, what does not says why, and who is scored was scored by it", async () => {
  const aborting = new AbortController();
  const killed = runScoring(order, aborting.signal);
  const failed: unknown[] = [];
  killed.catch((error: unknown) => void failed.push(error));
  const isOnItsWay = () => existsSync(join(order.scoringFolder, "run", "slice-0.json"));
  await until(() => failed.length > 0 || isOnItsWay(), 600_000);
  expect(failed).toEqual([]);
  aborting.abort();
  await expect(killed).rejects.toThrow("SIGKILL");
  const said: string[] = [];
  const run = await obeyOrder(order, (line) => said.push(line));
  expect(said[0]).toContain("going on with the run as of 2026-06-01");
  expect(said.some((line) => line.startsWith("features: slice 1"))).toBe(false);

  const used = run.cards.filter(({ gate }) => gate.isActivated);
  expect(used.length).toBeGreaterThanOrEqual(3);
  for (const { evaluation, gate } of run.cards)
    if (evaluation !== null && gate.isActivated) {
      expect(evaluation.all.auc).toBeGreaterThan(evaluation.baselines[1]!.metrics.auc!);
      expect(Math.abs(evaluation.all.calibration! - 1)).toBeLessThanOrEqual(0.05);
    } else if (!gate.isActivated) expect(gate.reasons.length).toBeGreaterThan(0);

  const table = createScoresTable(client, tableName);
  const active = await table.readActiveModel();
  expect(active).toMatchObject({ modelVersion: run.published!.modelVersion, asOfMs: untilMs });
  expect(run.published!.visitors).toBe(run.visitors);
  expect(existsSync(join(order.scoringFolder, "run"))).toBe(false);

  const db = createDatabase({ url: database.url, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    const card = await createModelCards(db).latest(used[0]!.segmentId);
    expect(card?.modelVersion).toBe(run.published!.modelVersion);
  } finally {
    await db.destroy();
  }
}, 900_000);

test("segments that are not learnt anew keep the model that they had, and the version before serves again in one write", async () => {
  const table = createScoresTable(client, tableName);
  const before = await table.readActiveModel();
  expect(before).not.toBeNull();
  const [first] = standardSegments();
  const run = await obeyOrder({ ...order, only: [first!.slug] }, () => undefined);
  const learnt = run.cards.filter(({ kind }) => kind === "in_market" || kind === "behaviour");
  expect(learnt.map(({ slug }) => slug)).toEqual([first!.slug]);
  expect(run.published?.visitors).toBeGreaterThan(1_000);
  const active = await table.readActiveModel();
  expect(active?.previousVersion).toBe(before!.modelVersion);
  expect(await table.rollBackModel()).toBe(before!.modelVersion);
  await expect(obeyOrder({ ...order, only: ["nobody"] }, () => undefined)).rejects.toThrow(
    'There is no segment "nobody"',
  );
}, 900_000);

test("a run that is not to publish leaves its cards, and nothing on the disk that names visitors", async () => {
  const scoringFolder = join(folder, "unpublished");
  const { published, cards } = await obeyOrder(
    { ...order, scoringFolder, publishes: false },
    () => undefined,
  );
  expect(published).toBe(null);
  expect(cards.length).toBeGreaterThan(0);
  expect(existsSync(join(scoringFolder, "models"))).toBe(true);
  expect(existsSync(join(scoringFolder, "run"))).toBe(false);
});

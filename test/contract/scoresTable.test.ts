import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packScores, readPackedScores } from "../../src/audience/packedScores.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { dynamodbEndpoint } from "../support/servers.ts";

const tableName = `scores-table-${process.pid}`;
const nowMs = Date.UTC(2026, 5, 15);
const expiresAtSeconds = nowMs / 1_000 + 3_600;
let client: ReturnType<typeof createDynamoDbClient>;
let table: ScoresTable;

beforeAll(async () => {
  client = createDynamoDbClient({
    endpoint: dynamodbEndpoint(),
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  await Promise.all([ensureScoresTable(client, tableName), ensureScoresTable(client, tableName)]);
  table = createScoresTable(client, tableName);
});
afterAll(() => client.destroy());

function scoresOf(visitorKey: string, modelVersion: number, score: number) {
  return { visitorKey, modelVersion, expiresAtSeconds, scores: new Map([[12, score]]) };
}

test("scores are read back as they were written, under their own model", async () => {
  await table.putScores([scoresOf("written", 1, 1), scoresOf("written", 2, 0)]);
  const packed = await table.getPackedScores("written", 1, nowMs);
  expect(readPackedScores(packed!)).toEqual({
    modelVersion: 1,
    expiresAtSeconds,
    scores: new Map([[12, 1]]),
  });
  expect(
    readPackedScores((await table.getPackedScores("written", 2, nowMs))!)?.scores.get(12),
  ).toBe(0);
  expect(await table.getPackedScores("written", 3, nowMs)).toBeNull();
  expect(await table.getPackedScores("stranger", 1, nowMs)).toBeNull();
});

test("an item that outlived its expiry is not read, though DynamoDB still has it", async () => {
  await table.putScores([scoresOf("expiring", 1, 1)]);
  expect(await table.getPackedScores("expiring", 1, expiresAtSeconds * 1_000 - 1)).not.toBeNull();
  expect(await table.getPackedScores("expiring", 1, expiresAtSeconds * 1_000)).toBeNull();
  expect((await table.getManyScores(["expiring"], 1, expiresAtSeconds * 1_000)).size).toBe(0);
});

test("hundreds of visitors are written and read in one call each, a visitor named twice counts once", async () => {
  const batch = Array.from({ length: 330 }, (_, index) =>
    scoresOf(`many-${index}`, 4, index / 1_000),
  );
  await table.putScores([...batch, scoresOf("many-7", 4, 1)]);
  const found = await table.getManyScores(
    [...batch.map((one) => one.visitorKey), "many-7", "nobody"],
    4,
    nowMs,
  );
  expect(found.size).toBe(330);
  expect(found.get("many-7")?.scores.get(12)).toBe(1);
  expect(found.get("many-300")?.scores.get(12)).toBeCloseTo(0.3, 4);
});

test("forgetting a visitor removes every model's scores and nobody else's", async () => {
  await table.putScores([
    scoresOf("forgotten", 1, 1),
    scoresOf("forgotten", 2, 1),
    scoresOf("kept", 1, 1),
  ]);
  await table.deleteScores("forgotten");
  await table.deleteScores("never known");
  expect(await table.getPackedScores("forgotten", 1, nowMs)).toBeNull();
  expect(await table.getPackedScores("forgotten", 2, nowMs)).toBeNull();
  expect(await table.getPackedScores("kept", 1, nowMs)).not.toBeNull();
});

test("the active model is none at first, then what was flipped to, forwards and back", async () => {
  expect(await table.readActiveModelVersion()).toBeNull();
  for (const modelVersion of [1, 2, 1]) {
    await table.activateModelVersion(modelVersion);
    expect(await table.readActiveModelVersion()).toBe(modelVersion);
  }
});

test("a new model gets a version that none has had, even after a roll-back and when two ask at once", async () => {
  await table.activateModelVersion(40);
  await table.activateModelVersion(2);
  const reserved = await Promise.all([table.reserveModelVersion(), table.reserveModelVersion()]);
  expect([...reserved].sort()).toEqual([41, 42]);
  expect(await table.readActiveModelVersion()).toBe(2);
});

test("an item holds a hash, packed scores and an expiry: nothing else of the visitor", async () => {
  await table.putScores([scoresOf("shape", 9, 0.5)]);
  const items = (await client.send(new ScanCommand({ TableName: tableName }))).Items ?? [];
  expect(items.find((item) => item.visitorKey?.S === "shape")).toEqual({
    visitorKey: { S: "shape" },
    modelVersion: { N: "9" },
    expiresAt: { N: String(expiresAtSeconds) },
    scores: { B: new Uint8Array(packScores(scoresOf("shape", 9, 0.5))) },
  });
});

test("an item that is not packed scores reads as none", async () => {
  const Item = {
    visitorKey: { S: "junk" },
    modelVersion: { N: "1" },
    scores: { B: Buffer.from("junk") },
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
  expect(await table.getPackedScores("junk", 1, nowMs)).toBeNull();
  expect((await table.getManyScores(["junk"], 1, nowMs)).size).toBe(0);
});

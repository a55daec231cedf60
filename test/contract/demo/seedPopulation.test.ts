import { expect, test } from "vitest";
import { seedPopulation } from "../../../src/demo/seedPopulation.ts";
import { demoSegments } from "../../../src/demo/segments.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable } from "../../../src/stores/dynamodb/scores.ts";
import { demoNowMs, demoPlaces } from "../../support/demoShops.ts";
import { dynamodbEndpoint } from "../../support/servers.ts";

const segmentIdBySlug = new Map(demoSegments.map((segment, index) => [segment.slug, index + 10]));

test("the visitors' scores are there under the active model, and a second seed writes nothing", async () => {
  const tableName = `demo-population-${process.pid}`;
  const client = createDynamoDbClient({
    endpoint: dynamodbEndpoint(),
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  try {
    await ensureScoresTable(client, tableName);
    const scores = createScoresTable(client, tableName);
    const visitorKeyOf = (visitorId: string) => `key-${visitorId}`;
    const deps = { scores, visitorKeyOf, places: demoPlaces, segmentIdBySlug, nowMs: demoNowMs };
    expect(await seedPopulation({ ...deps, count: 600 })).toBe(605);
    expect(await scores.readActiveModel()).toMatchObject({ modelVersion: 1, asOfMs: demoNowMs });
    const found = await scores.getManyScores(
      ["key-v-123", "key-v-600", "key-v-anonyme"],
      1,
      demoNowMs,
    );
    expect(
      found.get("key-v-123")?.scores.get(segmentIdBySlug.get("auto-acheteur")!),
    ).toBeGreaterThan(0.8);
    expect(found.has("key-v-600")).toBe(true);
    expect(found.has("key-v-anonyme")).toBe(false);
    expect(await seedPopulation({ ...deps, count: 600 })).toBe(0);
  } finally {
    client.destroy();
  }
});

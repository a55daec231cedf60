import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { packLines } from "../../src/stores/kinesis/packedRecord.ts";
import { readEventSchemas } from "../../src/stores/lake/eventSchemas.ts";
import { tableOf } from "../../src/stores/lake/lakeTable.ts";
import { createEventReader } from "../../src/stores/lake/readEvent.ts";
import { createFeed, feedLimits } from "../lambda/feed.ts";
import { nextToken, type RotationDeps, rotate, type SecretFields } from "../lambda/rotation.ts";
import { stageFunction } from "../lib/stageFunction.ts";

const lambdas = join(import.meta.dirname, "../lambda");
const eventLine = (eventId: string, over: object = {}): string =>
  JSON.stringify({
    schema: "ad_event.v1",
    eventId,
    occurredAt: "2026-06-01T10:30:00.000Z",
    payload: {
      kind: "click",
      decisionId: "d",
      slot: 0,
      campaignId: 1,
      creativeId: 2,
      advertiserId: 3,
      placementId: "p",
      pricing: "cpc",
      budgetDay: "2026-06-01",
      chargedMicros: 250_000,
      unchargedReason: null,
      invalidTraffic: null,
      ...over,
    },
  });

const batchOf = async (...records: readonly (readonly string[])[]) => ({
  Records: await Promise.all(
    records.map(async (lines, index) => ({
      kinesis: {
        sequenceNumber: String(index + 1),
        partitionKey: "p",
        data: (await packLines(lines)).toString("base64"),
      },
    })),
  ),
});

async function openFeed(outcome: (text: string) => string | null = () => null) {
  const put: { readonly schema: string; readonly rows: readonly Record<string, unknown>[] }[] = [];
  const aside: string[] = [];
  const told: string[] = [];
  const schemas = await readEventSchemas();
  const feed = createFeed({
    readers: new Map(
      schemas.map((schema) => [schema.$id, createEventReader(schema, tableOf(schema))]),
    ),
    async put(schema, texts) {
      const given = texts.map((text) => Buffer.from(text).toString());
      const rows = given.flatMap((text) =>
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
      put.push({ schema, rows });
      return given.map(outcome);
    },
    setAside: async (rejected) => {
      aside.push(...rejected.map(({ why }) => why));
    },
    clock: () => Date.parse("2026-06-01T10:30:05.000Z"),
    tell: (line) => told.push(line),
  });
  return { feed, put, aside, told };
}

describe("the function that feeds the lake", () => {
  test("hands the rows of the embedded lake to the delivery of their schema, many in a text", async () => {
    const { feed, put, aside } = await openFeed();
    const outcome = await feed(
      await batchOf([eventLine("event.a"), eventLine("event.b")], [eventLine("event.c")]),
    );
    assert.deepEqual(outcome, { batchItemFailures: [] });
    assert.equal(put.length, 1);
    assert.equal(put[0]?.schema, "ad_event.v1");
    assert.deepEqual(
      put[0]?.rows.map((row) => row.event_id),
      ["event.a", "event.b", "event.c"],
    );
    assert.equal(put[0]?.rows[0]?.occurred_at, "2026-06-01 10:30:00.000");
    assert.equal(put[0]?.rows[0]?.charged_micros, 250_000);
    assert.deepEqual(aside, []);
  });

  test("sets aside what is no event of ours, with the reason, and does the rest", async () => {
    const { feed, put, aside } = await openFeed();
    const outcome = await feed(
      await batchOf([eventLine("event.a"), "no JSON", eventLine("event.b", { kind: "wave" })]),
    );
    assert.deepEqual(outcome, { batchItemFailures: [] });
    assert.deepEqual(
      put.flatMap(({ rows }) => rows.map((row) => row.event_id)),
      ["event.a"],
    );
    assert.equal(aside.length, 2);
  });

  test("has the batch come again from where Firehose did not take it", async () => {
    const { feed } = await openFeed(() => "ServiceUnavailableException");
    const outcome = await feed(await batchOf([eventLine("event.a")], [eventLine("event.b")]));
    assert.deepEqual(outcome, { batchItemFailures: [{ itemIdentifier: "1" }] });
  });

  test("keeps to what a request of Firehose may hold", async () => {
    const { feed, put } = await openFeed();
    const long = "x".repeat(200);
    const lines = Array.from({ length: 1_900 }, (_, index) =>
      eventLine(`event.${index}`, { decisionId: long }),
    );
    await feed(await batchOf(lines));
    assert.equal(put.flatMap(({ rows }) => rows).length, 1_900);
    assert.ok(feedLimits.bytesOfText < 1_000 * 1_024 && feedLimits.textsOfRequest <= 500);
  });

  test("tells how late events are, in CloudWatch's own format", async () => {
    const { feed, told } = await openFeed();
    await feed(await batchOf([eventLine("event.a")]));
    const lag = told.map((line) => JSON.parse(line)).find((line) => line.Schema === "ad_event.v1");
    assert.equal(lag.LagMost, 5_000);
    assert.equal(lag._aws.CloudWatchMetrics[0].Namespace, "Atelier/Stream");
  });
});

describe("a function as it is laid out", () => {
  test("has no types left, brings its packages and schemas, and imports nothing that is not there", () => {
    const folder = stageFunction(join(lambdas, "feedLake.ts"), ["warehouse/events"]);
    const source = readFileSync(join(folder, "src/stores/lake/readEvent.mjs"), "utf8");
    assert.doesNotMatch(source, /\binterface\b|: LakeTable/);
    for (const path of [
      "index.mjs",
      "node_modules/ajv/package.json",
      "warehouse/events/ad_event.v1.json",
    ])
      assert.ok(existsSync(join(folder, path)), path);
    assert.ok(!existsSync(join(folder, "node_modules/@aws-sdk")), "Lambda has the SDK itself");
  });

  test("runs on Node as it is", async () => {
    const folder = stageFunction(join(lambdas, "feed.ts"));
    const laid = await import(pathToFileURL(join(folder, "infra/lambda/feed.mjs")).href);
    const feed = laid.createFeed({
      readers: new Map(),
      put: async () => [],
      setAside: async () => {},
      clock: () => 0,
      tell: () => {},
    });
    assert.deepEqual(await feed({ Records: [] }), { batchItemFailures: [] });
  });
});

describe("renewing a secret", () => {
  const world = (fails: { apply?: boolean } = {}) => {
    const versions = new Map<string, SecretFields>([["v1", { current: "old", previous: "" }]]);
    const state = { current: "v1", restarts: 0, applied: [] as string[] };
    const deps: RotationDeps = {
      read: async (_id, version) => ({
        current: versions.get(state.current) ?? {},
        currentVersion: state.current,
        pending: versions.get(version) ?? null,
      }),
      putPending: async (_id, version, fields) => void versions.set(version, fields),
      makeCurrent: async (_id, version) => {
        state.current = version;
      },
      next: (current) => nextToken(current, `fresh${versions.size}`),
      apply: async ({ current }) => {
        if (fails.apply) throw new Error("not taken");
        state.applied.push(current ?? "");
      },
      restart: async () => {
        state.restarts += 1;
      },
    };
    const step = (Step: "createSecret" | "setSecret" | "testSecret" | "finishSecret") =>
      rotate({ Step, SecretId: "s", ClientRequestToken: "v2" }, deps);
    return { versions, state, step };
  };
  const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

  test("keeps the one before beside the new one, and starts the services anew once", async () => {
    const { versions, state, step } = world();
    for (const one of steps) await step(one);
    assert.deepEqual(versions.get(state.current), { current: "fresh1", previous: "old" });
    assert.deepEqual(state.applied, ["fresh1"]);
    assert.equal(state.restarts, 1);
  });

  test("makes no second value when a step comes again", async () => {
    const { versions, state, step } = world();
    for (const one of [
      "createSecret",
      "createSecret",
      "setSecret",
      "testSecret",
      "finishSecret",
      "createSecret",
    ] as const)
      await step(one);
    assert.deepEqual(versions.get(state.current), { current: "fresh1", previous: "old" });
    assert.equal(versions.size, 2);
  });

  test("takes the step that is tried alone as its schedule is made, and no other without a value", async () => {
    const { versions, state, step } = world();
    await step("testSecret");
    await assert.rejects(step("setSecret"), /no new value/);
    await assert.rejects(step("finishSecret"), /no new value/);
    assert.deepEqual([versions.size, state.current, state.restarts], [1, "v1", 0]);
  });

  test("leaves the secret as it is where the new one is not taken", async () => {
    const { state, step } = world({ apply: true });
    await step("createSecret");
    await assert.rejects(step("setSecret"), /not taken/);
    assert.equal(state.current, "v1");
    assert.equal(state.restarts, 0);
  });
});

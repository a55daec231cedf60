import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { loadScores } from "../../src/jobs/loadScores.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { readCheckpoint } from "../../src/stores/files/loadCheckpoint.ts";
import { maxLineBytes } from "../../src/stores/files/ndjsonBatches.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { dynamodbEndpoint } from "../support/servers.ts";
import { until } from "../support/until.ts";
import { loadOptions, visitorKeyOf } from "./loadScoresOptions.ts";

let client: ReturnType<typeof createDynamoDbClient>;
let tableName: string;
let table: ScoresTable;
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
beforeEach(async () => {
  tableName = `load-${randomUUID()}`;
  await ensureScoresTable(client, tableName);
  table = createScoresTable(client, tableName);
  folder = await mkdtemp(join(inject("testDir"), "scores-"));
});

async function fileOf(
  lines: readonly (string | object)[],
  name = "scores.ndjson",
): Promise<string> {
  const file = join(folder, name);
  const text = lines
    .map((line) => (typeof line === "string" ? line : JSON.stringify(line)))
    .join("\n");
  await writeFile(file, text);
  return file;
}

async function storedScores(visitorIds: readonly string[], modelVersion: number) {
  const found = await table.getManyScores(visitorIds.map(visitorKeyOf), modelVersion, Date.now());
  return new Map(visitorIds.map((id) => [id, found.get(visitorKeyOf(id))?.scores ?? null]));
}

async function rejectsOf(file: string): Promise<readonly unknown[]> {
  const text = await readFile(`${file}.rejects.ndjson`, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe("loading a file of scores", () => {
  test("stores every good row under a new active model, and says of each bad one the line, the field and the rule", async () => {
    const file = await fileOf([
      `\uFEFF${JSON.stringify({ visitor: "ada", segmentId: 3, score: 1 })}`,
      { visitor: "bob", segment: "s4", score: 0 },
      "",
      { visitor: "bob", segment: "unheard-of", score: 1 },
      `${JSON.stringify({ visitor: "ada", scores: { s3: 0, s5: 1 } })}\r`,
      "{ not json",
      { visitor: "v".repeat(maxLineBytes), segmentId: 3, score: 1 },
      { visitor: "carl", segmentId: 3, score: 7 },
      { visitor: "last", segmentId: 3, score: 1 },
    ]);
    await appendFile(file, Buffer.from([10, 0x22, 0xff, 0x22]));
    const summary = await loadScores({ ...loadOptions(file, table), batchRows: 2 });
    expect(summary).toEqual({
      modelVersion: 1,
      rows: 9,
      rejected: 5,
      rejectsFile: `${file}.rejects.ndjson`,
      firstLine: 1,
    });
    expect(await storedScores(["ada", "bob", "carl", "last"], 1)).toEqual(
      new Map([
        [
          "ada",
          new Map([
            [3, 0],
            [5, 1],
          ]),
        ],
        ["bob", new Map([[4, 0]])],
        ["carl", null],
        ["last", new Map([[3, 1]])],
      ]),
    );
    expect(await rejectsOf(file)).toEqual([
      { line: 4, field: "segment", rule: "must be a known segment" },
      { line: 6, field: "", rule: "must be valid JSON" },
      { line: 7, field: "", rule: `must be at most ${maxLineBytes} bytes` },
      { line: 8, field: "score", rule: "must be a number from 0 to 1" },
      { line: 10, field: "", rule: "must be valid UTF-8" },
    ]);
    expect(await table.readActiveModelVersion()).toBe(1);
    expect(existsSync(`${file}.checkpoint.json`)).toBe(false);
  });

  test("reads Parquet in its three forms: rows by id, rows by slug, and a map of scores", async () => {
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    const rows =
      "select 'v' || i as visitor, 1 + i % 3 as segmentId, (i % 5) / 5.0 as score from range(5000) r(i)";
    const bySlug =
      "select 'v' || i as visitor, 's7' as segment, 1::float as score from range(20) r(i)";
    const maps =
      "select 'v' || i as visitor, map {'s8': 0.2::double, 's9': if(i = 4, 9, 1)} as scores from range(20) r(i)";
    const files = { ids: rows, slugs: bySlug, maps };
    for (const [name, query] of Object.entries(files))
      await duckdb.run(`copy (${query}) to '${folder}/it''s ${name}.parquet' (format parquet)`);
    const load = (name: string, into: "new_model" | "active_model") =>
      loadScores({ ...loadOptions(join(folder, `it's ${name}.parquet`), table), into });
    expect(await load("ids", "new_model")).toMatchObject({
      modelVersion: 1,
      rows: 5_000,
      rejected: 0,
    });
    expect(await load("slugs", "active_model")).toMatchObject({
      modelVersion: 1,
      rows: 20,
      rejected: 0,
    });
    expect(await load("maps", "active_model")).toMatchObject({
      modelVersion: 1,
      rows: 20,
      rejected: 1,
    });
    expect(await rejectsOf(join(folder, "it's maps.parquet"))).toEqual([
      { line: 5, field: "scores.s9", rule: "must be a number from 0 to 1" },
    ]);
    const stored = await storedScores(["v0", "v4", "v19", "v4999"], 1);
    expect([...stored.get("v0")!.keys()].sort()).toEqual([1, 7, 8, 9]);
    expect([...stored.get("v4")!.keys()].sort()).toEqual([2, 7]);
    expect(stored.get("v4")?.get(2)).toBeCloseTo(0.8, 4);
    expect(stored.get("v19")?.get(8)).toBeCloseTo(0.2, 4);
    expect(stored.get("v4999")?.get(2)).toBeCloseTo(0.8, 4);
    expect(await readCheckpoint(join(folder, "it's ids.parquet.checkpoint.json"))).toBeNull();
  });

  test("a new model starts empty and leaves the old one as it was, to go back to", async () => {
    await loadScores(
      loadOptions(await fileOf([{ visitor: "ada", segmentId: 1, score: 1 }], "one.ndjson"), table),
    );
    await loadScores(
      loadOptions(await fileOf([{ visitor: "ada", segmentId: 2, score: 1 }], "two.ndjson"), table),
    );
    expect(await table.readActiveModelVersion()).toBe(2);
    expect((await storedScores(["ada"], 2)).get("ada")).toEqual(new Map([[2, 1]]));
    expect((await storedScores(["ada"], 1)).get("ada")).toEqual(new Map([[1, 1]]));
  });

  test("a wrong file is given up: too many rejects, nothing activated", async () => {
    const file = await fileOf(Array.from({ length: 50 }, () => "junk"));
    const load = loadScores({ ...loadOptions(file, table), batchRows: 5, maxRejects: 10 });
    await expect(load).rejects.toThrow("15 rows were refused, more than 10");
    expect(await table.readActiveModelVersion()).toBeNull();
  });

  test.each([
    ["nowhere.ndjson", /ENOENT/],
    ["nowhere.parquet", /ENOENT/],
    ["", /is not a file/],
    ["text.parquet", /text\.parquet/],
  ])("the file %j fails with its reason", async (name, reason) => {
    await fileOf(["not parquet at all"], "text.parquet");
    await expect(loadScores(loadOptions(join(folder, name), table))).rejects.toThrow(reason);
    expect(await table.readActiveModelVersion()).toBeNull();
  });

  test("an empty file makes an empty model", async () => {
    expect(await loadScores(loadOptions(await fileOf([]), table))).toMatchObject({
      rows: 0,
      rejected: 0,
    });
  });
});

describe("a load that is killed", () => {
  const rowCount = 1_500;
  /** Visitors come back in rows far apart; every 50th row is wrong. */
  const rowAt = (index: number) =>
    index % 50 === 49
      ? { visitor: `v${index}`, segmentId: 999, score: 1 }
      : {
          visitor: `v${index % 500}`,
          segmentId: 1 + Math.floor(index / 500),
          score: (index % 11) / 10,
        };
  const rows = Array.from({ length: rowCount }, (_, index) => rowAt(index));

  /** Starts a load in a process of its own and kills it without warning once it has stored `untilRows` rows. */
  async function loadAndKill(file: string, endpoint: string, untilRows: number): Promise<void> {
    const script = join(import.meta.dirname, "loadScoresChild.ts");
    const child = spawn(process.execPath, [script, file, endpoint, tableName, "40"], {
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    const stored = async () =>
      ((await readCheckpoint(`${file}.checkpoint.json`))?.rows ?? 0) >= untilRows;
    await until(async () => child.exitCode !== null || (await stored()), 15_000);
    child.kill("SIGKILL");
    expect(await exited).toEqual([null, "SIGKILL"]);
  }

  test("goes on where it was, loses no row, repeats no reject, and serves the old model until the end", async () => {
    const file = await fileOf(rows);
    const proxy = await startFaultProxy(dynamodbEndpoint());
    proxy.delay(5);
    for (const untilRows of [80, 400, 900]) {
      await loadAndKill(file, proxy.through(dynamodbEndpoint()), untilRows);
      expect(await table.readActiveModelVersion()).toBeNull();
    }
    await proxy.close();
    // What a killed process wrote after its last checkpoint must not stay.
    await appendFile(`${file}.rejects.ndjson`, '{"line":1,"field":"torn');
    let putVisitors = 0;
    const counting: ScoresTable = {
      ...table,
      putScores(batch) {
        putVisitors += batch.length;
        return table.putScores(batch);
      },
    };
    const summary = await loadScores({ ...loadOptions(file, counting), batchRows: 40 });
    expect(summary).toMatchObject({ modelVersion: 1, rows: rowCount, rejected: rowCount / 50 });
    expect(summary.firstLine).toBeGreaterThan(900);
    expect(putVisitors).toBeLessThanOrEqual(rowCount - 900);
    expect(await table.readActiveModelVersion()).toBe(1);

    const expected = new Map<string, Map<number, number>>();
    for (const { visitor, segmentId, score } of rows.filter((row) => row.segmentId !== 999)) {
      const scores = expected.get(visitor) ?? new Map<number, number>();
      expected.set(visitor, scores.set(segmentId, Math.round(score * 65_535) / 65_535));
    }
    expect(await storedScores([...expected.keys()], 1)).toEqual(expected);
    expect((await rejectsOf(file)).map((reject) => (reject as { line: number }).line)).toEqual(
      Array.from({ length: rowCount / 50 }, (_, index) => 50 * (index + 1)),
    );
  });

  test("starts over in another model when its file has changed since", async () => {
    const file = await fileOf(rows);
    const failing: ScoresTable = {
      ...table,
      putScores: (batch) =>
        batch.some((one) => one.visitorKey === visitorKeyOf("v100"))
          ? Promise.reject(new Error("gone"))
          : table.putScores(batch),
    };
    await expect(loadScores({ ...loadOptions(file, failing), batchRows: 40 })).rejects.toThrow(
      "gone",
    );
    expect((await readCheckpoint(`${file}.checkpoint.json`))?.rows).toBe(80);
    await fileOf(rows.slice(0, 30));
    const said: string[] = [];
    const summary = await loadScores({
      ...loadOptions(file, table),
      log: (line) => said.push(line),
    });
    expect(summary).toMatchObject({ modelVersion: 2, rows: 30, rejected: 0, firstLine: 1 });
    expect(said[0]).toContain("starting over");
  });
});

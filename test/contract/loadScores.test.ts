import { existsSync } from "node:fs";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { loadScores } from "../../src/jobs/loadScores.ts";
import { readCheckpoint } from "../../src/stores/files/loadCheckpoint.ts";
import { maxLineBytes } from "../../src/stores/files/ndjsonBatches.ts";
import { loadOptions, visitorKeyOf } from "./loadScoresOptions.ts";
import { rejectsOf, useScoreLoading } from "./scoreLoading.ts";

const loading = useScoreLoading();

describe("loading a file of scores", () => {
  test("stores every good row under a new active model, and says of each bad one the line, the field and the rule", async () => {
    const { fileOf, storedScores, table } = loading();
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
    const { storedScores, table, folder } = loading();
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
    const { fileOf, storedScores, table } = loading();
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
    const { fileOf, table } = loading();
    const file = await fileOf(Array.from({ length: 50 }, () => "junk"));
    const load = loadScores({ ...loadOptions(file, table), batchRows: 5, maxRejects: 10 });
    await expect(load).rejects.toThrow("15 rows were refused, more than 10");
    expect(await table.readActiveModelVersion()).toBeNull();
  });

  test("a wrong file stays given up however often it is tried, until its checkpoint is removed", async () => {
    const { fileOf, table } = loading();
    await loadScores(
      loadOptions(await fileOf([{ visitor: "ada", segmentId: 1, score: 1 }], "good.ndjson"), table),
    );
    const file = await fileOf(Array.from({ length: 14 }, () => "junk"));
    const options = { ...loadOptions(file, table), batchRows: 5, maxRejects: 10 };
    const refusal = "14 rows were refused, more than 10";
    await expect(loadScores(options)).rejects.toThrow(refusal);
    // Every row is read by now: only the count in the checkpoint stands between this file and the visitors.
    for (const into of ["new_model", "active_model"] as const)
      await expect(loadScores({ ...options, into })).rejects.toThrow(refusal);
    expect(await table.readActiveModelVersion()).toBe(1);
    await rm(`${file}.checkpoint.json`);
    await expect(loadScores(options)).rejects.toThrow(refusal);
    expect(await table.readActiveModelVersion()).toBe(1);
    expect(await loadScores({ ...options, maxRejects: 14 })).toMatchObject({
      rows: 14,
      rejected: 14,
      firstLine: 15,
    });
  });

  test.each([
    ["nowhere.ndjson", /ENOENT/],
    ["nowhere.parquet", /ENOENT/],
    ["", /is not a file/],
    ["text.parquet", /text\.parquet/],
  ])("the file %j fails with its reason", async (name, reason) => {
    const { fileOf, table, folder } = loading();
    await fileOf(["not parquet at all"], "text.parquet");
    await expect(loadScores(loadOptions(join(folder, name), table))).rejects.toThrow(reason);
    expect(await table.readActiveModelVersion()).toBeNull();
  });

  test("who asked to be forgotten is not stored, nor put back by a load that was under way", async () => {
    const { fileOf, storedScores, table } = loading();
    const file = await fileOf([
      { visitor: "ada", segmentId: 3, score: 1 },
      { visitor: "bob", segmentId: 3, score: 1 },
      { visitor: "carl", segmentId: 3, score: 1 },
    ]);
    const forgotten = new Set([visitorKeyOf("ada")]);
    const suppressedOf = async (keys: readonly string[]) => {
      const found = new Set(keys.filter((key) => forgotten.has(key)));
      // Asks while the first batch is being stored.
      forgotten.add(visitorKeyOf("bob"));
      return found;
    };
    await loadScores({ ...loadOptions(file, table), suppressedOf });
    const stored = await storedScores(["ada", "bob", "carl"], 1);
    expect([...stored].filter(([, scores]) => scores !== null).map(([id]) => id)).toEqual(["carl"]);
  });

  test("an empty file makes an empty model", async () => {
    const { fileOf, table } = loading();
    expect(await loadScores(loadOptions(await fileOf([]), table))).toMatchObject({
      rows: 0,
      rejected: 0,
    });
  });
});

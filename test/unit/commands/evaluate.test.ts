import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import type { Evaluation } from "../../../src/audience/evaluation/evaluateTrials.ts";
import { evaluateCommand } from "../../../src/commands/evaluate.ts";
import { openEngine, quoted } from "../../../src/stores/lake/duckdb.ts";
import { readTrials } from "../../../src/stores/trials/readTrials.ts";
import { csvOf, ndjsonOf } from "../../support/trialFiles.ts";
import { drawTrials, type Trial } from "../../support/trialWorlds.ts";

const folder = mkdtempSync(join(tmpdir(), "atelier-evaluate-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function run(args: readonly string[]): Promise<readonly string[]> {
  const said: string[] = [];
  await evaluateCommand(
    args,
    (line) => said.push(line),
    () => undefined,
  );
  return said;
}

async function readAll(file: string): Promise<readonly unknown[]> {
  const trials: unknown[] = [];
  for await (const batch of readTrials(file)) trials.push(...batch);
  return trials;
}

const trials: readonly Trial[] = [...drawTrials("heavyTail", 5_000, 3)];

it("prints one JSON object with the figures of both splits and of the baselines beside them", async () => {
  const said = await run([write("trials.csv", csvOf(trials)), "--json"]);
  expect(said).toHaveLength(1);
  const { warm, cold }: Evaluation = JSON.parse(said[0] ?? "");
  expect(cold.rows).toBe(1_000);
  expect(cold.trainingRows + cold.rows).toBe(trials.length);
  for (const split of [warm, cold])
    for (const metrics of [split, split.baselines.popularity, split.baselines.empiricalBayes]) {
      expect(metrics.rows).toBe(split.rows);
      expect(metrics.positives).toBe(split.positives);
      for (const figure of [
        metrics.auc,
        metrics.aucStandardError,
        metrics.logLoss,
        metrics.normalizedEntropy,
        metrics.calibration,
      ])
        expect(Number.isFinite(figure)).toBe(true);
      expect(metrics.calibrationByDecile.reduce((sum, { rows }) => sum + rows, 0)).toBe(split.rows);
    }
});

it("reads the same trials of CSV with semicolons, quotes, a byte order mark and CRLF, and of NDJSON", async () => {
  const some = trials
    .slice(0, 500)
    .map((trial, at) => ({ ...trial, category: at % 2 ? 'a "b"; c\nd' : "é" }));
  const quoted = csvOf([])
    .concat(
      ...some.map((of) =>
        [
          `"${of.visitor}"`,
          of.item,
          `"${of.category.replaceAll('"', '""')}"`,
          of.kind,
          of.value,
          of.timestampMs,
          of.place,
        ]
          .join(";")
          .concat("\r\n"),
      ),
    )
    .replace(
      "visitor,item,category,kind,value,timestamp,place\n",
      "visitor;item;category;kind;value;timestamp;place\r\n",
    );
  const expected = await readAll(write("some.ndjson", ndjsonOf(some)));
  expect(expected).toHaveLength(500);
  expect(await readAll(write("some.csv", `\ufeff${quoted}`))).toEqual(expected);
});

it("reads files with bars, names of columns in capitals, and without what may be empty", async () => {
  const bare = { category: "", kind: "", place: "" };
  const rows = [0, 1].map((at) => `v${at}|i|${at}|${at}`).join("\n");
  const expected = [0, 1].map((at) => {
    return { visitor: `v${at}`, item: "i", ...bare, outcome: at, timestampMs: at * 1_000 };
  });
  expect(await readAll(write("bars.csv", `visitor|item|value|timestamp\n${rows}`))).toEqual(
    expected,
  );
  const capitals = [0, 1].map((at) =>
    JSON.stringify({ Visitor: `v${at}`, ITEM: "i", Value: String(at), Timestamp: at }),
  );
  expect(await readAll(write("capitals.ndjson", capitals.join("\n")))).toEqual(expected);
});

it("reads the same trials of Parquet, with timestamps and numbers as such", async () => {
  const some = trials.slice(0, 200);
  const csv = write("for-parquet.csv", csvOf(some));
  const parquet = join(folder, "some.parquet");
  const engine = await openEngine({ file: ":memory:", memoryMegabytes: 256, spillFolder: folder });
  await engine.run(
    `copy (select * replace (epoch_ms(timestamp) as timestamp, value::tinyint as value, nullif(place, '') as place) from read_csv(${quoted(csv)}, types = {'place': 'varchar'})) to ${quoted(parquet)}`,
  );
  engine.close();
  expect(await readAll(parquet)).toEqual(await readAll(csv));
});

it("names the line, the column and the rule of what is wrong, and evaluates nothing", async () => {
  const lines = csvOf(trials.slice(0, 5)).split("\n");
  lines[2] = "v,i,c,k,7,1,";
  lines[4] = ",i,c,k,1,1,";
  lines[5] = "v,i,c";
  const file = write("bad.csv", lines.join("\n"));
  await expect(run([file])).rejects.toThrow(
    `${file} is not a file of trials:\nline 3, column "value": must be 0 or 1\nline 5, column "visitor": must not be empty\nline 6: must have 7 columns, as the first line has; it has 3`,
  );
  await expect(run([write("headless.csv", "visitor,item\na,b\n")])).rejects.toThrow(
    /column "timestamp": must be a column of the file\nits columns are: visitor, item$/,
  );
  await expect(
    run([write("long.csv", `${csvOf(trials.slice(0, 1))}${"x".repeat(70_000)}\n`)]),
  ).rejects.toThrow("line 3: must be at most 65536 characters");
  await expect(run([write("empty.csv", "")])).rejects.toThrow("must be a column of the file");
  await expect(run([write("none.csv", csvOf([]))])).rejects.toThrow("has no trials");
  await expect(run([join(folder, "missing.csv")])).rejects.toThrow("is not a file");
  await expect(run(["--json"])).rejects.toThrow("Usage");
});

it("reads files packed by gzip or zstd, of UTF-16, with quotes within names and lines of blanks", async () => {
  const head = "visitor,item,category,kind,value,timestamp,place\n";
  const text = `${head}v1,5" pipe,c,k,1,10,\nv2,"two\nlines",c,k,0,11,\n   \n`;
  const expected = [
    { visitor: "v1", item: '5" pipe', outcome: 1 },
    { visitor: "v2", item: "two\nlines", outcome: 0 },
  ];
  const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
  for (const bytes of [text, gzipSync(text), zstdCompressSync(text), utf16])
    expect(await readAll(write("odd.csv", bytes))).toMatchObject(expected);
  expect(await readAll(write("odd.ndjson.gz", gzipSync(ndjsonOf(trials.slice(0, 3)))))).toEqual(
    await readAll(write("odd.ndjson", ndjsonOf(trials.slice(0, 3)))),
  );
});

it("says of a file that is damaged, or not what its name says, that it is", async () => {
  const packed = gzipSync(csvOf(trials.slice(0, 100)));
  for (const [name, bytes, rule] of [
    ["cut.csv.gz", packed.subarray(0, 200), "it cannot be read: unexpected end of file"],
    ["named.parquet", "visitor,item", "it does not begin as Parquet does"],
    ["damaged.parquet", "PAR1 and no more PAR1", "it cannot be read: Invalid Input Error"],
    ["list.json", "[{}]", "line 1: must be a JSON object, whole on its line"],
  ] as const)
    await expect(run([write(name, bytes)])).rejects.toThrow(`is not a file of trials:\n${rule}`);
});

it("takes a handful of trials for what they are: no figure is made up, and no model may score by them", async () => {
  const report = join(folder, "report.html");
  const said = await run([write("few.csv", csvOf(trials.slice(0, 12))), "--out", report]);
  expect(said.join("\n")).toContain("may not score visitors");
  expect(said.join("\n")).toContain("100 and a negative are needed");
  expect(readFileSync(report, "utf8")).toContain("<svg");
  const [one] = await run([write("one.csv", csvOf(trials.slice(0, 1))), "--json"]);
  expect(JSON.parse(one ?? "")).toMatchObject({
    warm: { rows: 0, auc: null },
    cold: { rows: 0, logLoss: null },
  });
});

it("evaluates one category, kind or place alone when asked", async () => {
  const category = "c3";
  const file = write("segment.csv", csvOf(trials));
  const [said] = await run([file, "--json", "--segment", `category=${category}`]);
  const { cold }: Evaluation = JSON.parse(said ?? "");
  expect(cold.rows + cold.trainingRows).toBe(
    trials.filter((of) => of.category === category).length,
  );
});

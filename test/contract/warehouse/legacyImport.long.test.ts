import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { legacyImport } from "../../../src/commands/legacyImport.ts";
import { openEngine } from "../../../src/stores/lake/duckdb.ts";
import { createFolderStorage } from "../../../src/stores/lake/folderStorage.ts";
import { openLakeReader } from "../../../src/stores/lake/readLake.ts";
import { publishedSchemas } from "../../support/lake.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-legacy-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const mapping = {
  schema: "page_activity.v1",
  format: "csv",
  encoding: "latin1",
  separator: ";",
  occurredAt: { column: "date", format: "dd/MM/yyyy HH:mm:ss" },
  eventId: { hashOf: ["date", "type", "visiteur", "annonce"] },
  consent: { column: "accord", values: ["oui"] },
  payload: {
    kind: { column: "type", values: { Vue: "listing_view", Contact: "contact", Dépôt: "deposit" } },
    category: {
      column: "rubrique",
      values: { Véhicules: "vehicules/voitures", Jardin: "maison/jardin" },
    },
    inseeCode: { column: "insee" },
    itemId: { column: "annonce" },
    priceMicros: { column: "prix", as: "euros" },
    visitorKey: { column: "visiteur", as: "visitor" },
  },
};
const head = "date;type;rubrique;insee;annonce;prix;visiteur;accord";

/** Lines of a year; of each ten the last is wrong in its own way. */
const lineOf = (index: number): string => {
  const day = String(1 + (index % 28)).padStart(2, "0");
  const month = String(1 + (Math.floor(index / 40) % 10)).padStart(2, "0");
  const date = `${day}/${month}/2026 1${index % 10}:05:${String(index % 60).padStart(2, "0")}`;
  const kind = ["Vue", "Contact", "Dépôt"][index % 3];
  const good = `${date};${kind};"${index % 2 === 0 ? "Véhicules" : "Jardin"}";87085;a${index};"1 ${String(index).padStart(3, "0")},50";v${index % 9};${index % 4 === 0 ? "non" : "oui"}`;
  const wrong = [
    good.replace(date, "31/02/2026 10:00:00"),
    good.replace(String(kind), "Autre"),
    `${good};plus`,
    good.replace(",50", ",5O"),
    good.replace('"V', '"V"x').replace('"J', '"J"x'),
  ];
  return index % 10 === 9 ? wrong[Math.floor(index / 10) % 5]! : good;
};
const lines = Array.from({ length: 200 }, (_, index) => lineOf(index));
const write = (name: string, texts: readonly string[]) =>
  writeFile(join(folder, name), Buffer.from(`${texts.join("\r\n")}\r\n`, "latin1"));

async function run(...from: readonly string[]) {
  const said: string[] = [];
  const report = join(folder, "report.json");
  await writeFile(join(folder, "mapping.json"), JSON.stringify(mapping));
  const environment = {
    ATELIER_DATA_DIR: folder,
    VISITOR_SECRET: "legacy-secret-legacy-secret-1234",
  };
  const paths = from.map((name) => join(folder, name));
  await legacyImport(
    environment,
    ["--from", ...paths, "--mapping", join(folder, "mapping.json"), "--report", report],
    (line) => said.push(line),
  );
  return { said, report: JSON.parse(await readFile(report, "utf8")) };
}

async function lakeRows() {
  const reader = await openLakeReader(
    createFolderStorage(join(folder, "lake")),
    await publishedSchemas("page_activity.v1"),
  );
  try {
    return await reader.rows("page_activity.v1");
  } finally {
    reader.close();
  }
}

interface ReportRow {
  readonly [name: string]: number | string;
}
const sumOf = (rows: readonly ReportRow[], name: string) =>
  rows.reduce((sum, row) => sum + Number(row[name]), 0);

test("a file of latin1, semicolons, decimal commas and French times is imported, its bad lines are named, and every line is accounted for", async () => {
  await write("2026.csv", [head, ...lines, lines[0]!]);
  const { report, said } = await run("2026.csv");
  expect(report.isEqual).toBe(true);
  const { rows } = report;
  expect([
    sumOf(rows, "read"),
    sumOf(rows, "imported"),
    sumOf(rows, "duplicates"),
    sumOf(rows, "rejected"),
    sumOf(rows, "unexplained"),
  ]).toEqual([201, 180, 1, 20, 0]);
  const good = lines.map((_, index) => index).filter((index) => index % 10 !== 9);
  expect(sumOf(rows, "imported_euros")).toBe(good.reduce((sum, index) => sum + 1_000.5 + index, 0));
  expect(sumOf(rows, "duplicate_euros")).toBe(1_000.5);
  expect(report.reasons).toEqual({
    "date: is no time (dd/MM/yyyy HH:mm:ss)": 4,
    'kind: "…" is not among the values': 4,
    "has 9 fields of 8": 4,
    'priceMicros: "…" is no number': 4,
    "its quotes do not close": 4,
  });
  expect(said.at(-1)).toBe("Every line is accounted for, and the lake has what was imported.");
  const stored = await lakeRows();
  expect(stored).toHaveLength(180);
  const first = stored.find(({ item_id }) => item_id === "a1")!;
  // 11:05:01 in Paris, in winter.
  expect(first).toMatchObject({
    kind: "contact",
    category: "maison/jardin",
    price_micros: 1_001_500_000n,
    told_by: "legacy",
  });
  expect((first.occurred_at as Date).toISOString()).toBe("2026-01-02T10:05:01.000Z");
  expect(first.visitor_key).toMatch(/^[\w-]{22}$/);
  // Who did not allow it has no name.
  expect(stored.find(({ item_id }) => item_id === "a0")!.visitor_key).toBeNull();
});

test("a second run reads nothing, the same lines in another file are duplicates, and what a file has grown by is taken", async () => {
  await write("a.csv", [head, ...lines.slice(0, 100)]);
  const first = (await run("a.csv")).report;
  expect((await run("a.csv")).report).toEqual(first);
  await write("copy.csv", [head, ...lines.slice(50, 100)]);
  const copy = (await run("copy.csv")).report;
  expect([sumOf(copy.rows, "imported"), sumOf(copy.rows, "duplicates"), copy.isEqual]).toEqual([
    0,
    45,
    true,
  ]);
  await appendFile(
    join(folder, "a.csv"),
    Buffer.from(`${lines.slice(100, 110).join("\r\n")}\r\n`, "latin1"),
  );
  const grown = (await run("a.csv")).report;
  expect([sumOf(grown.rows, "read"), sumOf(grown.rows, "imported"), grown.isEqual]).toEqual([
    110,
    99,
    true,
  ]);
  // Another file under the same name is begun with, and what is known counts once.
  await write("a.csv", [head, ...lines.slice(20, 120)]);
  const other = (await run("a.csv")).report;
  expect([sumOf(other.rows, "read"), sumOf(other.rows, "imported"), other.isEqual]).toEqual([
    100,
    9,
    true,
  ]);
  expect(await lakeRows()).toHaveLength(108);
});

test("Parquet is imported as CSV is, and again is not", async () => {
  const engine = await openEngine({
    file: ":memory:",
    memoryMegabytes: 256,
    spillFolder: join(folder, "spill"),
  });
  await write("source.csv", [head, ...lines.filter((_, index) => index % 10 !== 9)]);
  const file = join(folder, "old.parquet");
  await engine.run(
    `copy (select * from read_csv('${join(folder, "source.csv")}', delim = ';', header = true, all_varchar = true, encoding = 'latin-1')) to '${file}' (format parquet)`,
  );
  engine.close();
  const csvMapping = { ...mapping };
  Object.assign(mapping, { format: "parquet" });
  try {
    const { report } = await run("old.parquet");
    expect([sumOf(report.rows, "imported"), report.isEqual]).toEqual([180, true]);
    expect((await run("old.parquet")).report).toEqual(report);
    expect(await lakeRows()).toHaveLength(180);
  } finally {
    Object.assign(mapping, csvMapping);
  }
});

test("an import that is killed at any of its steps loses nothing, doubles nothing and accounts for every line", async () => {
  await write("2026.csv", [head, ...lines, lines[3]!]);
  const script = join(import.meta.dirname, "..", "..", "support", "warehouse", "importAndDie.ts");
  let killed = 0;
  const every = process.env.TEST_LONG === "1" ? 1 : 3;
  for (let code: number | null = null; code !== 0; killed++) {
    const args = [
      script,
      join(folder, "lake"),
      join(folder, "2026.csv"),
      JSON.stringify(mapping),
      String(1 + every * (killed % 3)),
    ];
    const child = spawn(process.execPath, killed > 6 ? args.slice(0, -1) : args, {
      stdio: "inherit",
    });
    code = (await once(child, "exit"))[0] as number | null;
  }
  expect(killed).toBeGreaterThan(3);
  const { report } = await run("2026.csv");
  expect([
    sumOf(report.rows, "read"),
    sumOf(report.rows, "imported"),
    sumOf(report.rows, "duplicates"),
    sumOf(report.rows, "rejected"),
    report.isEqual,
  ]).toEqual([201, 180, 1, 20, true]);
  expect(await lakeRows()).toHaveLength(180);
}, 60_000);

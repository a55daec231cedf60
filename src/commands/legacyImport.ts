import { glob, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { retentionOf } from "../audience/retention.ts";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import { lakePlaces } from "../compose/lake.ts";
import { type Environment, parseConfig } from "../config.ts";
import { renderTable } from "../reports/analysis/renderTable.ts";
import { SetupError } from "../setupError.ts";
import { EngineBusyError } from "../stores/lake/duckdb.ts";
import { readEventSchemas } from "../stores/lake/eventSchemas.ts";
import { type EventSchema, tableOf } from "../stores/lake/lakeTable.ts";
import { openLakeWarehouse } from "../stores/lake/lakeWarehouse.ts";
import { type ImportOptions, importFile } from "../stores/lake/legacy/importFile.ts";
import { type LegacyMapping, parseMapping } from "../stores/lake/legacy/mapping.ts";
import { type Progress, readProgress } from "../stores/lake/legacy/progress.ts";
import { type InLake, type Reconciliation, reconcile } from "../stores/lake/legacy/reconcile.ts";
import { createToEvent } from "../stores/lake/legacy/toEvent.ts";
import { openLakeStorage } from "../stores/lake/openStorage.ts";

type Say = (line: string) => void;

const usage =
  "Usage: npm run legacy:import -- --from FOLDER|FILE [FILE …] --mapping mapping.json [--report report.json]";

/**
 * `legacy:import --from PATH … --mapping FILE [--report FILE]`: takes old CSV and Parquet files of activity or of ads into the
 * lake, once, and says what became of every line. Ends with an error where a line is not accounted for.
 */
export async function legacyImport(
  environment: Environment,
  args: readonly string[],
  say: Say,
): Promise<void> {
  const asked = parseImport(args);
  const config = parseConfig(environment, "legacy:import");
  const mapping = await readMapping(asked.mapping);
  const schemas = await readEventSchemas();
  const schema = schemas.find(({ $id }) => $id === mapping.schema);
  if (schema === undefined) throw new SetupError(`${mapping.schema} is not published here`);
  const { storage, folder, close } = openLakeStorage(lakePlaces(config), { nowMs: Date.now });
  try {
    const files = await filesOf(asked.from, mapping.format);
    const toEvent = createToEvent(mapping, visitorKeyOf(mapping, config.visitorSecret));
    const done: Progress[] = [];
    for (const file of files) {
      const options = { file, mapping, toEvent, schema, storage, folder, nowMs: Date.now() };
      done.push(await importPatiently(options, say));
      say(`${file}: ${done.at(-1)?.line ?? 0} lines read`);
    }
    const all = await allProgress(join(folder, "imports", mapping.schema));
    const lake = await openLakeWarehouse(storage, schemas);
    const inLake = await countInLake(lake, mapping).finally(lake.close);
    const report = reconcile(done, all, inLake, agedBefore(schema, Date.now()));
    await tell(report, asked.report, say);
  } finally {
    close();
  }
}

function visitorKeyOf(mapping: LegacyMapping, secret: string | null) {
  const names = Object.values(mapping.payload).some(
    (field) => "as" in field && field.as === "visitor",
  );
  if (!names) return null;
  if (secret === null)
    throw new SetupError(
      "The mapping has visitors: VISITOR_SECRET is needed, the same as the servers'.",
    );
  return createVisitorKeyOf(secret);
}

interface ImportArguments {
  readonly from: readonly string[];
  readonly mapping: string;
  readonly report: string | null;
}

/** Throws SetupError with the usage for anything else. */
export function parseImport(args: readonly string[]): ImportArguments {
  const from: string[] = [];
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--from")
      while (at + 1 < args.length && !args[at + 1]?.startsWith("--")) from.push(args[++at] ?? "");
    else if (arg === "--mapping" || arg === "--report") given.set(arg, args[++at] ?? "");
    else throw new SetupError(usage);
  }
  const mapping = given.get("--mapping") ?? "";
  if (from.length === 0 || mapping === "") throw new SetupError(usage);
  return { from, mapping, report: given.get("--report") ?? null };
}

async function readMapping(file: string): Promise<LegacyMapping> {
  try {
    return parseMapping(await readFile(file, "utf8"));
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

/** Files of a folder by the ending of their format, in the order of their names; files that are named as they are. */
async function filesOf(
  from: readonly string[],
  format: LegacyMapping["format"],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of from) {
    const stats = await stat(path).catch(() => null);
    if (stats === null) throw new SetupError(`${path} is not there`);
    if (!stats.isDirectory()) found.push(resolve(path));
    else
      for await (const name of glob(`**/*.${format}`, { cwd: path }))
        found.push(resolve(path, name));
  }
  if (found.length === 0) throw new SetupError(`There is no .${format} file in ${from.join(", ")}`);
  return [...new Set(found)].sort();
}

const patienceMs = 600_000;
const pauseMs = 500;

/** The server beside it takes the lake for half a second a minute. */
async function importPatiently(options: ImportOptions, say: Say): Promise<Progress> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      return await importFile(options);
    } catch (error) {
      if (!(error instanceof EngineBusyError) || waitedMs >= patienceMs) throw error;
      if (waitedMs === 0) say("Another process is at the lake: waiting");
      await wait(pauseMs);
    }
  }
}

async function allProgress(folder: string): Promise<readonly Progress[]> {
  const all: Progress[] = [];
  for await (const name of glob("*/{progress,replaced-*}.json", { cwd: folder })) {
    const progress = await readProgress(join(folder, name));
    if (progress !== null) all.push(progress);
  }
  return all;
}

async function countInLake(
  { runStatement }: Pick<Awaited<ReturnType<typeof openLakeWarehouse>>, "runStatement">,
  { schema }: LegacyMapping,
): Promise<InLake> {
  const name = schema === "ad_event.v1" ? "ad_months" : "activity_months";
  const rows = await runStatement(name, { from: "1970-01-01", to: "2200-01-01" });
  const legacy = rows.filter(({ told_by }) => told_by === "legacy");
  return new Map(
    legacy.map(({ month, kind, events, value_micros }) => [
      `${String(month).slice(0, 7)} ${kind}`,
      { events: Number(events), micros: Number(value_micros) },
    ]),
  );
}

/** Rows of months before are aggregates by now, or will be; null = rows of this table stay. */
function agedBefore(schema: EventSchema, nowMs: number): string | null {
  const rule = retentionOf(schema.$id, tableOf(schema).columns);
  if (rule === null) return null;
  const now = new Date(nowMs);
  const month = now.getUTCMonth() - rule.dropAfterMonths;
  return new Date(Date.UTC(now.getUTCFullYear(), month, 1)).toISOString().slice(0, 7);
}

async function tell(report: Reconciliation, file: string | null, say: Say): Promise<void> {
  for (const line of renderTable(report.rows)) say(line);
  say("");
  for (const line of renderTable(report.sums)) say(line);
  for (const [reason, count] of Object.entries(report.reasons)) say(`${count} rejected: ${reason}`);
  if (file !== null) await writeFile(file, JSON.stringify(report, null, 1));
  if (!report.isEqual)
    throw new SetupError(
      "What was imported is not what the lake has: see `missing`, and docs/analysis.md.",
    );
  say("Every line is accounted for, and the lake has what was imported.");
}

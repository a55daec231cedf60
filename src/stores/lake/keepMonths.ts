import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  identifierMonths,
  identifiersAmong,
  isMonthOver,
  type LakeMonth,
  monthOf,
  type RetentionRule,
  retentionOf,
} from "../../audience/retention.ts";
import { quoted, relationOf } from "./duckdb.ts";
import { historyColumns } from "./historyTable.ts";
import { historyKey, type LakeHour, newStateName } from "./hours.ts";
import type { Keeper } from "./keepLake.ts";
import type { Manifest } from "./manifest.ts";
import { type PartChanges, replaceParts } from "./replaceParts.ts";

const statement = fileURLToPath(
  new URL("../../../warehouse/sql/activity_history.sql", import.meta.url),
);

export interface KeptMonths {
  readonly manifest: Manifest;
  readonly blankedMonths: readonly string[];
  readonly aggregatedMonths: readonly string[];
  readonly droppedMonths: readonly string[];
  readonly untoldEvents: number;
  readonly droppedRows: number;
}

/** Blanks and drops the months of a table that have reached their limits, each by one replacement of the manifest. */
export async function keepMonths(keeper: Keeper, before: Manifest): Promise<KeptMonths> {
  const { table, nowMs } = keeper;
  const rule = retentionOf(table.schema, table.columns);
  let kept: KeptMonths = {
    manifest: before,
    blankedMonths: [],
    aggregatedMonths: [],
    droppedMonths: [],
    untoldEvents: 0,
    droppedRows: 0,
  };
  if (rule === null) return kept;
  const byMonth = Map.groupBy(Object.keys(before.partitions).sort(), monthOf);
  for (const [month, hours] of [...byMonth].sort()) {
    const isDropped = isMonthOver(month, rule.dropAfterMonths, nowMs);
    const isBlanked =
      rule.blankAfterMonths !== null && isMonthOver(month, rule.blankAfterMonths, nowMs);
    const named = hours.filter(
      (hour) => kept.manifest.blanked[hour] !== kept.manifest.partitions[hour]?.key,
    );
    if (isDropped) kept = await retire(keeper, kept, rule, { month, hours, named, isDropped });
    else if (isBlanked && named.length > 0)
      kept = await retire(keeper, kept, rule, { month, hours, named, isDropped });
  }
  return kept;
}

interface DueMonth {
  readonly month: LakeMonth;
  readonly hours: readonly LakeHour[];
  /** Those of them that may name somebody. */
  readonly named: readonly LakeHour[];
  readonly isDropped: boolean;
}

async function retire(
  keeper: Keeper,
  kept: KeptMonths,
  { isAggregated }: RetentionRule,
  due: DueMonth,
): Promise<KeptMonths> {
  const { table, storage } = keeper;
  const { month, hours, named, isDropped } = due;
  const { manifest } = kept;
  const keysOf = (some: readonly LakeHour[]) =>
    some.flatMap((hour) => manifest.partitions[hour]?.key ?? []);
  // Once a month has its aggregates, what comes later is not added to them: its people could not be told from theirs.
  const isNew = isAggregated && manifest.history[month] === undefined;
  await storage.fetch(keysOf(isNew ? hours : named));
  const told = isNew ? await aggregate(keeper, manifest, month, hours) : null;
  const parts: PartChanges = isDropped
    ? { hours: new Map(hours.map((hour) => [hour, null])) }
    : { hours: await blank(keeper, manifest, named), areBlank: true };
  const history = told === null ? {} : { history: { [month]: told.history } };
  const name = `${table.schema} ${month}`;
  const rows = hours.reduce((sum, hour) => sum + (manifest.partitions[hour]?.rows ?? 0), 0);
  return {
    manifest: await replaceParts(keeper, manifest, { ...parts, ...history }),
    blankedMonths: isDropped ? kept.blankedMonths : [...kept.blankedMonths, name],
    aggregatedMonths: told === null ? kept.aggregatedMonths : [...kept.aggregatedMonths, name],
    droppedMonths: isDropped ? [...kept.droppedMonths, name] : kept.droppedMonths,
    untoldEvents: kept.untoldEvents + (told?.untold ?? 0),
    droppedRows: kept.droppedRows + (isDropped ? rows : 0),
  };
}

/** Writes the aggregates of a month, beside what counts. */
async function aggregate(
  { engine, storage, table, workFolder }: Keeper,
  manifest: Manifest,
  month: LakeMonth,
  hours: readonly LakeHour[],
): Promise<{
  readonly history: Manifest["history"][string];
  readonly untold: number;
}> {
  const addresses = hours.flatMap((hour) => {
    const part = manifest.partitions[hour];
    return part === undefined ? [] : [storage.addressOf(part.key)];
  });
  await engine.run(
    `create or replace temp view ${table.viewName} as select * from ${relationOf(table.columns, addresses)} as parts`,
  );
  const range = { $1: `${month}-01`, $2: `${nextMonth(month)}-01` };
  let sql = await readFile(statement, "utf8");
  for (const [name, day] of Object.entries(range)) sql = sql.replaceAll(name, quoted(day));
  const file = join(workFolder, `history-${month}.parquet`);
  const types = historyColumns.map(({ name, type }) => `cast(${name} as ${type}) as ${name}`);
  const [copied] = await engine.rows(
    `copy (select ${types.join(", ")} from (${sql}) as history) to ${quoted(file)} (format parquet, compression zstd)`,
  );
  const [counts] = await engine.rows(
    `select (select count(*) from ${table.viewName}) - coalesce(sum(events), 0) as untold from read_parquet(${quoted(file)})`,
  );
  const key = historyKey(table.schema, month, newStateName(manifest.version + 1));
  await storage.put(key, file);
  return { history: { key, rows: Number(copied?.Count) }, untold: Number(counts?.untold) };
}

async function blank(
  { engine, storage, table, workFolder }: Keeper,
  { partitions }: Manifest,
  hours: readonly LakeHour[],
): Promise<NonNullable<PartChanges["hours"]>> {
  // What newer writers told beside the columns may name somebody as well.
  const emptied = new Set([...identifiersAmong(table.columns), "extra"]);
  const columns = table.columns.map(({ name, type }) =>
    emptied.has(name) ? `cast(null as ${type}) as ${name}` : name,
  );
  const made = new Map<LakeHour, { readonly file: string; readonly rows: number }>();
  for (const hour of hours) {
    const address = storage.addressOf(partitions[hour]?.key ?? "");
    const file = join(workFolder, `${hour}.parquet`);
    const [copied] = await engine.rows(
      `copy (select ${columns.join(", ")} from ${relationOf(table.columns, [address])} as part
        order by occurred_at, event_id) to ${quoted(file)} (format parquet, compression zstd)`,
    );
    made.set(hour, { file, rows: Number(copied?.Count) });
  }
  return made;
}

function nextMonth(month: LakeMonth): LakeMonth {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number)).toISOString().slice(0, 7);
}

const monthMs = 30 * 86_400_000;

/** The rejects that may stay; null = all of them. Lines that were no event may name somebody as well. */
export async function agedRejects(
  { storage, table, nowMs }: Keeper,
  { rejects }: Manifest,
): Promise<Manifest["rejects"] | null> {
  if (rejects.length === 0) return null;
  const objects = await storage.list(`${table.schema}/rejects`);
  const aged = new Set(
    objects
      .filter(({ modifiedMs }) => nowMs - modifiedMs >= identifierMonths * monthMs)
      .map(({ key }) => key),
  );
  const kept = rejects.filter(({ key }) => !aged.has(key));
  return kept.length === rejects.length ? null : kept;
}

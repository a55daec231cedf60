import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identifiersAmong } from "../../audience/retention.ts";
import { quoted, relationOf } from "./duckdb.ts";
import { keysInLine } from "./erasedKeys.ts";
import { type LakeHour, newStateName } from "./hours.ts";
import type { Keeper } from "./keepLake.ts";
import type { Manifest } from "./manifest.ts";
import { replaceParts } from "./replaceParts.ts";

/** Hours that are written again before a manifest makes them count: what a killed run has to do again, at most. */
const hoursAtOnce = 200;

interface Erased {
  readonly manifest: Manifest;
  readonly rows: number;
  readonly parts: number;
}

/** Takes the rows of some visitors and accounts out of all parts that may name somebody. */
export async function eraseFromParts(
  keeper: Keeper,
  before: Manifest,
  keys: readonly string[],
): Promise<Erased> {
  const { engine, storage, table } = keeper;
  await engine.run("create or replace temp table erased (key varchar)");
  await engine.run(`insert into erased values ${keys.map((key) => `(${quoted(key)})`).join(", ")}`);
  const named = Object.entries(before.partitions).filter(
    ([hour, { key }]) => before.blanked[hour] !== key,
  );
  await storage.fetch(named.map(([, { key }]) => key));
  const relation = relationOf(
    table.columns,
    named.map(([, { key }]) => storage.addressOf(key)),
  );
  const found = await engine.rows(
    `select strftime(occurred_at, '%Y-%m-%dT%H') as hour, count(*) as amount from ${relation} as parts
      where ${tellsOfErased(table.columns)} group by 1 order by 1`,
  );
  const hours = found.map(({ hour }) => String(hour));
  let manifest = before;
  for (let start = 0; start < hours.length; start += hoursAtOnce)
    manifest = await rewriteHours(keeper, manifest, hours.slice(start, start + hoursAtOnce));
  const rows = found.reduce((sum, { amount }) => sum + Number(amount), 0);
  return { manifest, rows, parts: hours.length };
}

async function rewriteHours(
  keeper: Keeper,
  manifest: Manifest,
  hours: readonly LakeHour[],
): Promise<Manifest> {
  const { engine, storage, table, workFolder } = keeper;
  const names = table.columns.map(({ name }) => name).join(", ");
  const made = new Map<LakeHour, { readonly file: string; readonly rows: number } | null>();
  for (const hour of hours) {
    const address = storage.addressOf(manifest.partitions[hour]?.key ?? "");
    const file = join(workFolder, `${hour}.parquet`);
    const [copied] = await engine.rows(
      `copy (select ${names} from ${relationOf(table.columns, [address])} as part
        where not ${tellsOfErased(table.columns)} order by occurred_at, event_id
      ) to ${quoted(file)} (format parquet, compression zstd)`,
    );
    const rows = Number(copied?.Count);
    made.set(hour, rows === 0 ? null : { file, rows });
  }
  return replaceParts(keeper, manifest, { hours: made });
}

/** A condition that is never null. What newer writers told beside the columns is looked through as well. */
function tellsOfErased(columns: Keeper["table"]["columns"]): string {
  const named = identifiersAmong(columns).map(
    (name) => `coalesce(${name} in (select key from erased), false)`,
  );
  const hasExtra = columns.some(({ name }) => name === "extra");
  const inExtra =
    "(extra is not null and exists (select 1 from erased where contains(extra, erased.key)))";
  return `(${[...named, ...(hasExtra ? [inExtra] : [])].join(" or ")})`;
}

/** Takes lines that name some visitors or accounts out of what was kept aside as no event. */
export async function eraseFromRejects(
  keeper: Keeper,
  before: Manifest,
  keys: ReadonlySet<string>,
): Promise<{ readonly manifest: Manifest; readonly lines: number }> {
  const { storage, table, workFolder } = keeper;
  await storage.fetch(before.rejects.map(({ key }) => key));
  const state = newStateName(before.version + 1);
  const rejects: Manifest["rejects"][number][] = [];
  let lines = 0;
  for (const [index, reject] of before.rejects.entries()) {
    const all = (await readFile(storage.addressOf(reject.key), "utf8")).split("\n");
    const told = all.filter((line) => line !== "");
    const kept = told.filter((line) => !keysInLine(line).some((key) => keys.has(key)));
    lines += told.length - kept.length;
    if (kept.length === told.length) rejects.push(reject);
    if (kept.length === told.length || kept.length === 0) continue;
    const file = join(workFolder, `rejects-${index}.ndjson`);
    await writeFile(file, `${kept.join("\n")}\n`);
    const key = `${table.schema}/rejects/pass-${state}-${index}.ndjson`;
    await storage.put(key, file);
    rejects.push({ key, lines: kept.length });
  }
  if (lines === 0) return { manifest: before, lines };
  return { manifest: await replaceParts(keeper, before, { rejects }), lines };
}

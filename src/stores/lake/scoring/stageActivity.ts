import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LakeStorage } from "../../../jobs/lakePorts.ts";
import { type LakeEngine, quoted, relationOf } from "../duckdb.ts";
import { hourEndMs, hourStartMs } from "../hours.ts";
import { type EventSchema, tableOf } from "../lakeTable.ts";
import { parseManifest, partKeys } from "../manifest.ts";
import { linkPeople } from "./linkPeople.ts";

export interface StageOptions {
  readonly engine: LakeEngine;
  readonly storage: LakeStorage;
  readonly schema: EventSchema;
  /** `identity_link.v1`. */
  readonly linkSchema: EventSchema;
  /** What happened from then on, and before the last of the dates, is staged. */
  readonly fromMs: number;
  /** As of which dates the run looks at visitors, oldest first. */
  readonly datesMs: readonly number[];
  /** Where slices are put: a folder of this machine. */
  readonly folder: string;
}

/** Visitors in slices that a machine's memory holds: all that a visitor did, and whoever belongs to the same person, is in one of them. */
export interface StagedActivity {
  readonly slices: number;
  readonly events: number;
}

/** A slice of this many events takes some 200 MB while its features are made. */
const eventsOfSlice = 1_200_000;
const mostSlices = 512;

/** Which rows of a schema the lake has of the time before `toMs`: another text = another state of it, "" = none at all. */
export async function lakeVersion(
  storage: LakeStorage,
  schema: string,
  toMs: number,
): Promise<string> {
  const text = await storage.readManifest(schema);
  if (text === null) return "";
  const { partitions } = parseManifest(text);
  const keys = Object.keys(partitions)
    .filter((hour) => hourStartMs(hour) < toMs)
    .sort()
    .map((hour) => partitions[hour]?.key);
  if (keys.length === 0) return "";
  return createHash("sha256").update(keys.join("\n")).digest("hex").slice(0, 16);
}

/**
 * Cuts the lake's activity of known visitors into slices by visitor, those who belong together into the same. Only parts of the
 * hours in question are opened; memory grows with who is linked to accounts, not with what there is.
 */
export async function stageActivity(options: StageOptions): Promise<StagedActivity> {
  const { storage, schema, folder } = options;
  const toMs = options.datesMs.at(-1) ?? 0;
  const text = await storage.readManifest(schema.$id);
  const manifest = text === null ? null : parseManifest(text);
  const hours = Object.keys(manifest?.partitions ?? {}).filter(
    (hour) => hourEndMs(hour) > options.fromMs && hourStartMs(hour) < toMs,
  );
  const events = hours.reduce((sum, hour) => sum + (manifest?.partitions[hour]?.rows ?? 0), 0);
  const slices = Math.min(mostSlices, Math.max(1, Math.ceil(events / eventsOfSlice)));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (manifest === null || events === 0) return { slices: 0, events: 0 };
  const keys = partKeys(manifest, hours);
  await storage.fetch(keys);
  const relation = relationOf(tableOf(schema).columns, keys.map(storage.addressOf));
  const between = `occurred_at >= ${timestamp(options.fromMs)} and occurred_at < ${timestamp(toMs)}`;
  const activity = `(select * from ${relation} as told where visitor_key is not null and ${between})`;
  await writeSlices(options, activity, slices);
  return { slices, events };
}

const packed =
  "format parquet, compression zstd, compression_level 1, partition_by (slice), overwrite_or_ignore";

async function writeSlices(
  { engine, storage, linkSchema, datesMs, folder }: StageOptions,
  activity: string,
  slices: number,
): Promise<void> {
  const told = "events.visitor_key, occurred_at, kind, category, item_id, price_micros, insee_code";
  const sliceOf = (key: string) => `cast(hash(${key}) % ${slices} as integer) as slice`;
  const isLinked = await linkPeople({ engine, storage, schema: linkSchema, activity, datesMs });
  if (!isLinked) {
    await engine.run(`copy (
        select ${told}, cast(null as varchar) as account_key, ${sliceOf("events.visitor_key")}
        from ${activity} as events
      ) to ${quoted(folder)} (${packed})`);
    return;
  }
  const label = "coalesce(visitor_labels.label, events.visitor_key)";
  await engine.run(`copy (
      select ${told}, account_pairs.account_key, ${sliceOf(label)}
      from ${activity} as events
      left join visitor_labels on visitor_labels.visitor_key = events.visitor_key
      left join account_pairs on account_pairs.visitor_key = events.visitor_key
        and account_pairs.account_key = events.account_key
    ) to ${quoted(folder)} (${packed})`);
  await engine.run(`copy (
      select identity.*, ${sliceOf("visitor_labels.label")}
      from identity join visitor_labels using (visitor_key)
    ) to ${quoted(join(folder, identityFolder))} (${packed})`);
  for (const table of ["identity", "visitor_labels", "account_pairs"])
    await engine.run(`drop table ${table}`);
}

const identityFolder = "identity";

function timestamp(atMs: number): string {
  return `timestamp ${quoted(new Date(atMs).toISOString().slice(0, 23).replace("T", " "))}`;
}

/**
 * Takes a slice. Where nobody in it has an account, as the table `visitor_activity`; else (answers true) as `slice_activity` and
 * `slice_identity`, of which `takeAsOf` makes it for a date. `segment_seeds` is made from `visitor_seeds` anew.
 */
export async function loadSlice(
  engine: LakeEngine,
  folder: string,
  slice: number,
): Promise<boolean> {
  const activity = await filesOf(join(folder, `slice=${slice}`));
  const identity = await filesOf(join(folder, identityFolder, `slice=${slice}`));
  const relation = relationOf(activityColumns, activity);
  const [named] = await engine.rows(
    `select count(*) > 0 as found from ${relation} as told where account_key is not null`,
  );
  const isLinked = identity.length > 0 || named?.found === true;
  const columns = "occurred_at, kind, category, item_id, price_micros, insee_code";
  await engine.run("create or replace temp table segment_seeds as from visitor_seeds");
  if (!isLinked) {
    await engine.run(`create or replace temp table visitor_activity as
      select visitor_key, ${columns} from ${relation} as told`);
    return false;
  }
  await engine.run(`create or replace temp table slice_activity as
    select visitor_key, account_key, ${columns} from ${relation} as told`);
  await engine.run(`create or replace temp table slice_identity as
    select dated, visitor_key, person_key, valid_from, valid_until
    from ${relationOf(identityColumns, identity)} as told`);
  return true;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.map((file) => join(folder, file));
}

const columnsOf = (names: readonly string[], type: string) => names.map((name) => ({ name, type }));

const activityColumns = [
  ...columnsOf(
    ["visitor_key", "account_key", "kind", "category", "item_id", "insee_code"],
    "varchar",
  ),
  ...columnsOf(["occurred_at"], "timestamp"),
  ...columnsOf(["price_micros"], "bigint"),
];

const identityColumns = [
  ...columnsOf(["visitor_key", "person_key"], "varchar"),
  ...columnsOf(["dated", "valid_from", "valid_until"], "timestamp"),
];

import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LakeStorage } from "../../../jobs/lakePorts.ts";
import { type LakeEngine, quoted, relationOf } from "../duckdb.ts";
import { hourEndMs, hourStartMs } from "../hours.ts";
import { type EventSchema, tableOf } from "../lakeTable.ts";
import { parseManifest, partKeys } from "../manifest.ts";

export interface StageOptions {
  readonly engine: LakeEngine;
  readonly storage: LakeStorage;
  readonly schema: EventSchema;
  /** What happened from then on, and before `toMs`, is staged. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where slices are put: a folder of this machine. */
  readonly folder: string;
}

/** Visitors in slices that a machine's memory holds: all that a visitor did is in one of them. */
export interface StagedActivity {
  readonly slices: number;
  readonly events: number;
}

/** A slice of this many events takes some 200 MB while its features are made. */
const eventsOfSlice = 1_200_000;
const mostSlices = 512;

/** Which activity the lake has of the time before `toMs`: another text = another state of it, "" = none at all. */
export async function activityVersion(
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
 * Cuts the lake's activity of known visitors into slices by visitor. Only parts of the hours in question are opened; memory
 * does not grow with what there is.
 */
export async function stageActivity(options: StageOptions): Promise<StagedActivity> {
  const { engine, storage, schema, folder } = options;
  const text = await storage.readManifest(schema.$id);
  const manifest = text === null ? null : parseManifest(text);
  const hours = Object.keys(manifest?.partitions ?? {}).filter(
    (hour) => hourEndMs(hour) > options.fromMs && hourStartMs(hour) < options.toMs,
  );
  const events = hours.reduce((sum, hour) => sum + (manifest?.partitions[hour]?.rows ?? 0), 0);
  const slices = Math.min(mostSlices, Math.max(1, Math.ceil(events / eventsOfSlice)));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (manifest === null || events === 0) return { slices: 0, events: 0 };
  const keys = partKeys(manifest, hours);
  await storage.fetch(keys);
  const addresses = keys.map(storage.addressOf);
  const { columns } = tableOf(schema);
  const between = `occurred_at >= ${timestamp(options.fromMs)} and occurred_at < ${timestamp(options.toMs)}`;
  await engine.run(`copy (
      select visitor_key, occurred_at, kind, category, item_id, price_micros, insee_code,
        cast(hash(visitor_key) % ${slices} as integer) as slice
      from ${relationOf(columns, addresses)} as events
      where visitor_key is not null and ${between}
    ) to ${quoted(folder)} (format parquet, compression zstd, compression_level 1, partition_by (slice), overwrite_or_ignore)`);
  return { slices, events };
}

function timestamp(atMs: number): string {
  return `timestamp ${quoted(new Date(atMs).toISOString().slice(0, 23).replace("T", " "))}`;
}

/** Takes a slice as the table `visitor_activity`. */
export async function loadSlice(engine: LakeEngine, folder: string, slice: number): Promise<void> {
  const files = await readdir(join(folder, `slice=${slice}`)).catch(() => []);
  if (files.length === 0) {
    await engine.run("delete from visitor_activity");
    return;
  }
  const addresses = files.map((file) => quoted(join(folder, `slice=${slice}`, file)));
  await engine.run(`create or replace temp table visitor_activity as
    select visitor_key, occurred_at, kind, category, item_id, price_micros, insee_code
    from read_parquet([${addresses.join(", ")}], hive_partitioning = false)`);
}

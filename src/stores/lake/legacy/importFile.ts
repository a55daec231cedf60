import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LakeStorage } from "../../../jobs/lakePorts.ts";
import { defaultCompactionLimits } from "../compactLake.ts";
import { manifestOf } from "../compactSchema.ts";
import type { LakeEngine } from "../duckdb.ts";
import { underLakeLock } from "../lakeLock.ts";
import { type EventSchema, type LakeTable, tableOf } from "../lakeTable.ts";
import { partKeys } from "../manifest.ts";
import { mergeStaged } from "../mergeStaged.ts";
import { replaceParts } from "../replaceParts.ts";
import type { LegacyMapping } from "./mapping.ts";
import {
  createChecksum,
  type PendingChunk,
  type Progress,
  progressFolder,
  readPending,
  readProgress,
  writeWhole,
} from "./progress.ts";
import { csvRecords, parquetRecords } from "./records.ts";
import { type StagedChunk, stageChunk } from "./stageChunk.ts";
import { addReasons, addTallies, noTally, type Tallies } from "./tally.ts";
import type { LegacyEvent, LegacyLine } from "./toEvent.ts";

export type ImportStep = "staged" | "pending" | "committed" | "progress";

export interface ImportOptions {
  readonly file: string;
  readonly mapping: LegacyMapping;
  readonly toEvent: (line: LegacyLine) => LegacyEvent;
  readonly schema: EventSchema;
  readonly storage: LakeStorage;
  /** Of this machine; holds the lake's lock and what is known of the file. */
  readonly folder: string;
  readonly nowMs: number;
  /** Lines that are taken at once: what a killed import does again. Default 50,000. */
  readonly mostLines?: number;
  readonly onStep?: (step: ImportStep) => void;
}

const usualLines = 50_000;
type ChecksumOf = ReturnType<typeof createChecksum>;

/**
 * Takes a legacy file into a table of the lake, chunk by chunk: a chunk's parts count by one replacement of the manifest, and
 * what the chunk comes to is written before. Killed anywhere, the next run goes on where it was; repeated it reads nothing. A
 * file that has grown is gone on with, another one under its name is begun with. Rejects with EngineBusyError while
 * another process is at the lake.
 */
export async function importFile(options: ImportOptions): Promise<Progress> {
  const { file, schema, folder } = options;
  const state = progressFolder(folder, schema.$id, file);
  const checksumOf = createChecksum(file);
  let progress = (await goOn(options, state, checksumOf)) ?? freshProgress(options);
  for (let isLast = false; !isLast; ) {
    if ((await sizeOf(options)) <= progress.offset && options.mapping.format === "csv") break;
    const memoryMegabytes = defaultCompactionLimits.memoryMegabytes;
    const before = progress;
    [progress, isLast] = await underLakeLock({ folder, memoryMegabytes }, (engine, workFolder) =>
      importChunk({ ...options, checksumOf }, before, state, engine, workFolder),
    );
  }
  return progress;
}

function freshProgress({ file, schema }: ImportOptions): Progress {
  const nothing = { checksum: "", checkedBytes: 0, offset: 0, line: 1, chunks: 0 };
  return { file, schema: schema.$id, ...nothing, tallies: {}, reasons: {} };
}

async function sizeOf({ file }: ImportOptions): Promise<number> {
  return (await stat(file)).size;
}

/** Null = the file is not the one that was begun with; what that one came to is put aside. */
async function goOn(
  options: ImportOptions,
  state: string,
  checksumOf: ChecksumOf,
): Promise<Progress | null> {
  const known = join(state, "progress.json");
  const progress = await readProgress(known);
  if (progress === null) return null;
  if ((await sizeOf(options)) >= progress.checkedBytes) {
    const checksum = await checksumOf(progress.checkedBytes);
    if (checksum === progress.checksum) return progress;
  }
  await rename(known, join(state, `replaced-${progress.checksum}.json`));
  await rm(join(state, "pending.json"), { force: true });
  return null;
}

async function importChunk(
  options: ImportOptions & { readonly checksumOf: ChecksumOf },
  progress: Progress,
  state: string,
  engine: LakeEngine,
  workFolder: string,
): Promise<[Progress, boolean]> {
  const { file, mapping, schema, mostLines = usualLines } = options;
  const table = tableOf(schema);
  const records =
    mapping.format === "csv"
      ? csvRecords(file, mapping, progress)
      : parquetRecords(engine, file, progress, mostLines);
  const chunk = await stageChunk({
    ...{ schema, table, records, workFolder, file, mostLines, toEvent: options.toEvent },
    startOffset: progress.offset,
    startLine: progress.line,
  });
  options.onStep?.("staged");
  if (chunk.endOffset === progress.offset) return [progress, true];
  const pending = await putChunk(options, progress, chunk, table, state, engine, workFolder);
  const checkedBytes = mapping.format === "csv" ? chunk.endOffset : await sizeOf(options);
  const next: Progress = {
    ...progress,
    checkedBytes,
    checksum: await options.checksumOf(checkedBytes),
    offset: chunk.endOffset,
    line: chunk.endLine,
    chunks: progress.chunks + 1,
    tallies: addTallies(progress.tallies, pending.tallies),
    reasons: addReasons(progress.reasons, pending.reasons),
  };
  await writeWhole(join(state, "progress.json"), JSON.stringify(next));
  await rm(join(state, "pending.json"), { force: true });
  options.onStep?.("progress");
  return [next, chunk.isLast];
}

async function putChunk(
  options: ImportOptions,
  progress: Progress,
  chunk: StagedChunk,
  table: LakeTable,
  state: string,
  engine: LakeEngine,
  workFolder: string,
): Promise<PendingChunk> {
  const { storage, nowMs, onStep } = options;
  const before = await manifestOf(storage, table);
  const hours = Object.entries(before.partitions);
  const merged = await mergeStaged({
    ...{ engine, table, rowsFile: chunk.rowsFile, workFolder },
    stored: new Map(hours.map(([hour, { key }]) => [hour, storage.addressOf(key)])),
    fetch: (needed) => storage.fetch(partKeys(before, needed)),
    duplicatesWithinHours: defaultCompactionLimits.duplicatesWithinHours,
    onHour: () => undefined,
  });
  const told = await readPending(state);
  // A killed try may have put the chunk there already: what it came to then is what it comes to.
  const isRepeated =
    told !== null && told.startOffset === progress.offset && told.endOffset === chunk.endOffset;
  const pending = isRepeated ? told : await pendingOf(progress, chunk, table, engine);
  if (!isRepeated) {
    const name = `rejects-${String(progress.chunks).padStart(6, "0")}.ndjson`;
    if (chunk.rejects.length > 0)
      await writeWhole(join(state, name), `${chunk.rejects.join("\n")}\n`);
    await writeWhole(join(state, "pending.json"), JSON.stringify(pending));
  }
  onStep?.("pending");
  if (merged.hours.size > 0)
    await replaceParts(
      { engine, storage, table, workFolder, nowMs, onStep: () => undefined },
      before,
      { hours: merged.hours },
    );
  onStep?.("committed");
  return pending;
}

/** What of the chunk is new to the lake, by month and kind: `mergeStaged` leaves it in its tables. */
async function pendingOf(
  progress: Progress,
  { endOffset, endLine, tallies, reasons }: StagedChunk,
  { columns }: LakeTable,
  engine: LakeEngine,
): Promise<PendingChunk> {
  const value =
    ["price_micros", "charged_micros"].find((name) => columns.some((one) => one.name === name)) ??
    "0";
  const rows = await engine.rows(
    `select strftime(occurred_at, '%Y-%m') || ' ' || coalesce(kind, '') as key, count(*) as events, sum(coalesce(${value}, 0)) as micros
      from fresh where event_id not in (select event_id from superseded) group by 1`,
  );
  const fresh = new Map(rows.map((row) => [String(row.key), row]));
  const counted: Tallies = Object.fromEntries(
    Object.entries(tallies).map(([key, tally]) => {
      const imported = Number(fresh.get(key)?.events ?? 0);
      const importedMicros = Number(fresh.get(key)?.micros ?? 0);
      const duplicates = tally.read - tally.rejected - imported;
      return [
        key,
        {
          ...noTally,
          ...tally,
          imported,
          importedMicros,
          duplicates,
          duplicateMicros: tally.readMicros - importedMicros,
        },
      ];
    }),
  );
  return { startOffset: progress.offset, endOffset, endLine, tallies: counted, reasons };
}

import type { LakePass, LakeStorage } from "../../jobs/lakePorts.ts";
import type { CompactionLimits, CompactionOptions, CompactionStep } from "./compactLake.ts";
import type { LakeEngine } from "./duckdb.ts";
import { listSourceFiles, markOf, retire, type SourceFile } from "./eventSources.ts";
import { type LakeHour, newStateName, partKey } from "./hours.ts";
import { type EventSchema, evolutionProblem, type LakeTable, tableOf } from "./lakeTable.ts";
import { type Landed, stageLanded } from "./landedParts.ts";
import {
  emptyManifest,
  type Manifest,
  parseManifest,
  partKeys,
  readableKeys,
  type SourceMark,
} from "./manifest.ts";
import { type Merged, mergeStaged } from "./mergeStaged.ts";
import { type Staged, stageEvents, stageLedgerEvents } from "./stageEvents.ts";
import { sweepParts } from "./sweepParts.ts";

type Options = CompactionOptions & {
  readonly limits: CompactionLimits;
  readonly engine: LakeEngine;
  /** Empty, and this schema's own. */
  readonly workFolder: string;
};

/** A pass over the events of one schema: see `compactLake`. */
export async function compactSchema(schema: EventSchema, options: Options): Promise<LakePass> {
  const { storage, limits, nowMs, workFolder, onStep } = options;
  const table = tableOf(schema);
  const stepped = (step: CompactionStep): void => onStep?.(step, table.schema);
  const before = await manifestOf(storage, table);
  const files = await listSourceFiles(options.sources, table.schema, before.sources);
  const staged = await stageEvents({
    ...limits,
    ...{ schema, table, files, workFolder, nowMs },
    ...(options.erased === undefined ? {} : { erased: options.erased }),
  });
  const ledger = await stageLedger(options, table, before, staged);
  const landed = await stageLanded({
    ...options,
    ...{ table, landing: options.landing, marks: before.sources, maxBytes: limits.maxBytes },
    rowsFile: staged.rowsFile,
  });
  stepped("staged");
  const rows = staged.rows + ledger.rows + landed.rows;
  const merged =
    rows === 0 ? nothingMerged : await mergeRows(options, table, before, staged, stepped);
  stepped("merged");
  const version = before.version + 1;
  const state = newStateName(version);
  const told = {
    columns: [...table.columns],
    partitions: await putParts(options, before, merged, table, state),
    rejects: await putRejects(storage, before, staged, table, state),
    sources: { ...(await marksOf(files, staged.offsets)), ...landed.marks },
    ledgerId: ledger.lastId,
  };
  stepped("parts_put");
  const after = { ...before, ...told };
  // A quiet lake is not written to.
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    const next = { ...after, version, retired: retiredParts(before, after, options) };
    await storage.replaceManifest(table.schema, JSON.stringify({ ...next, writtenAtMs: nowMs }));
    stepped("committed");
    await sweepParts(storage, next, { schema: table.schema, nowMs, readersMs: limits.readersMs });
    await storage.forgetOthers(table.schema, readableKeys(next));
  }
  const deletedFiles = await retireFiles(files, staged.offsets, options, stepped);
  stepped("swept");
  const { added, restored } = merged;
  const taken = { added, duplicates: rows - added, restored, rejected: staged.rejected };
  return { ...taken, ...inAll(staged, landed), deletedFiles };
}

function inAll(
  staged: Staged,
  landed: Landed,
): Pick<LakePass, "lines" | "erased" | "waitingBytes"> {
  return {
    lines: staged.lines + landed.rows + landed.erased,
    erased: staged.erased + landed.erased,
    waitingBytes: staged.waitingBytes + landed.waitingBytes,
  };
}

const nothingMerged: Merged = { hours: new Map(), added: 0, restored: 0 };

function mergeRows(
  { storage, engine, limits, workFolder }: Options,
  table: LakeTable,
  before: Manifest,
  { rowsFile }: Staged,
  stepped: (step: CompactionStep) => void,
): Promise<Merged> {
  return mergeStaged({
    engine,
    table,
    rowsFile,
    stored: addressesOf(storage, before),
    fetch: (hours) => storage.fetch(partKeys(before, hours)),
    duplicatesWithinHours: limits.duplicatesWithinHours,
    workFolder,
    onHour: () => stepped("merging"),
  });
}

/** What a table's manifest says; an empty one where there is none. Throws when the table cannot go on with what is stored. */
export async function manifestOf(storage: LakeStorage, table: LakeTable): Promise<Manifest> {
  const text = await storage.readManifest(table.schema);
  if (text === null) return emptyManifest(table);
  const manifest = parseManifest(text);
  const problem = evolutionProblem(manifest.columns as LakeTable["columns"], table);
  if (problem !== null) throw new Error(problem);
  return manifest;
}

async function stageLedger(
  { readLedgerEvents }: Options,
  table: LakeTable,
  { ledgerId }: Manifest,
  { rowsFile }: Staged,
): Promise<{ readonly rows: number; readonly lastId: number }> {
  if (readLedgerEvents === undefined) return { rows: 0, lastId: ledgerId };
  return stageLedgerEvents(readLedgerEvents, table, ledgerId, rowsFile);
}

function addressesOf(
  storage: LakeStorage,
  { partitions }: Manifest,
): ReadonlyMap<LakeHour, string> {
  return new Map(
    Object.entries(partitions).map(([hour, { key }]) => [hour, storage.addressOf(key)]),
  );
}

async function putParts(
  { storage, onStep }: Options,
  before: Manifest,
  { hours }: Merged,
  { schema }: LakeTable,
  state: string,
): Promise<Manifest["partitions"]> {
  const partitions = { ...before.partitions };
  for (const [hour, part] of hours) {
    if (part === null) {
      delete partitions[hour];
      continue;
    }
    const key = partKey(schema, hour, state);
    await storage.put(key, part.file);
    partitions[hour] = { key, rows: part.rows };
    onStep?.("part_put", schema);
  }
  return partitions;
}

async function putRejects(
  storage: LakeStorage,
  { rejects }: Manifest,
  { rejected, rejectsFile }: Staged,
  { schema }: LakeTable,
  state: string,
): Promise<Manifest["rejects"]> {
  if (rejected === 0) return rejects;
  const key = `${schema}/rejects/pass-${state}.ndjson`;
  await storage.put(key, rejectsFile);
  return [...rejects, { key, lines: rejected }];
}

/** Files that are gone are forgotten. */
async function marksOf(
  files: readonly SourceFile[],
  offsets: ReadonlyMap<string, number>,
): Promise<Record<string, SourceMark>> {
  const marks = files.map(async (file) => {
    return [file.key, await markOf(file, offsets.get(file.key) ?? file.offset)] as const;
  });
  return Object.fromEntries(await Promise.all(marks));
}

/** What this state replaces, and what earlier ones did not long ago. */
function retiredParts(
  before: Manifest,
  after: Manifest,
  { nowMs, limits }: Options,
): Manifest["retired"] {
  const replaced = Object.entries(before.partitions)
    .filter(([hour, { key }]) => after.partitions[hour]?.key !== key)
    .map(([, { key }]) => ({ key, atMs: nowMs }));
  const stillRead = before.retired.filter(({ atMs }) => nowMs - atMs < limits.readersMs);
  return [...stillRead, ...replaced];
}

async function retireFiles(
  files: readonly SourceFile[],
  offsets: ReadonlyMap<string, number>,
  { nowMs, limits }: Options,
  stepped: (step: CompactionStep) => void,
): Promise<number> {
  let deleted = 0;
  for (const file of files) {
    const offset = offsets.get(file.key) ?? file.offset;
    if (await retire({ ...file, offset }, nowMs, limits)) deleted += 1;
    stepped("file_retired");
  }
  return deleted;
}

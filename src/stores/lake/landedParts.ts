import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ErasedKeys, LakeStorage, StoredObject } from "../../jobs/lakePorts.ts";
import { type LakeEngine, quoted, relationOf } from "./duckdb.ts";
import { isErasedRow } from "./erasedKeys.ts";
import { readEventLines } from "./eventLines.ts";
import type { LakeTable } from "./lakeTable.ts";
import type { Manifest, SourceMark } from "./manifest.ts";

/** Where somebody else (Firehose) puts Parquet with the columns of our tables: whole objects, an event perhaps more than once. */
export type Landing = Pick<LakeStorage, "list" | "fetch" | "addressOf" | "forgetOthers">;

/** What of it a pass has read. */
export interface Landed {
  readonly rows: number;
  /** Not taken: of visitors who were erased since. */
  readonly erased: number;
  /** For the manifest: what has been read. */
  readonly marks: Readonly<Record<string, SourceMark>>;
  /** What is left for the next pass. */
  readonly waitingBytes: number;
}

export interface LandedOptions {
  readonly landing: Landing | undefined;
  readonly engine: LakeEngine;
  readonly table: LakeTable;
  readonly marks: Manifest["sources"];
  /** Rows are added to it, one JSON object a line. */
  readonly rowsFile: string;
  readonly workFolder: string;
  /** The most bytes of objects in one pass; an object more at most. */
  readonly maxBytes: number;
  readonly erased?: ErasedKeys;
}

/** The newest object that was read: its time stands where offsets of files do. */
const newestMark = "landed";
/** Large objects bear the time at which their sending began: for as long each is remembered by name. */
const overlapMs = 3_600_000;
const linesAtOnce = 2_000;

/**
 * Reads what landed since the last pass, oldest first, into the rows of this one. Objects are left where they are: which were
 * read is remembered by their time, and by name for an hour, so that the manifest does not grow with them. One that is read
 * again does no harm: an event is in the lake once.
 */
export async function stageLanded(options: LandedOptions): Promise<Landed> {
  const { landing, table, marks, maxBytes } = options;
  if (landing === undefined) return { rows: 0, erased: 0, marks: {}, waitingBytes: 0 };
  const newestMs = marks[newestMark]?.offset ?? 0;
  const fresh = (await landing.list(table.schema))
    .filter(({ key, modifiedMs }) => key.endsWith(".parquet") && modifiedMs >= newestMs - overlapMs)
    .filter(({ key }) => marks[markOf(key)] === undefined)
    .sort((a, b) => a.modifiedMs - b.modifiedMs || (a.key < b.key ? -1 : 1));
  const taken = firstOf(fresh, maxBytes);
  const counts =
    taken.length === 0 ? { rows: 0, erased: 0 } : await takeRows(options, landing, taken);
  const waiting = fresh.slice(taken.length);
  return {
    ...counts,
    marks: marksAfter(marks, taken, newestMs),
    waitingBytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

const markOf = (key: string): string => `landed/${key}`;

function firstOf(objects: readonly StoredObject[], maxBytes: number): readonly StoredObject[] {
  let bytes = 0;
  const end = objects.findIndex((object) => {
    bytes += object.bytes;
    return bytes >= maxBytes;
  });
  return end === -1 ? objects : objects.slice(0, end + 1);
}

function marksAfter(
  marks: Manifest["sources"],
  taken: readonly StoredObject[],
  newestMs: number,
): Readonly<Record<string, SourceMark>> {
  const at = (timeMs: number): SourceMark => ({
    offset: Math.floor(timeMs),
    headBytes: 0,
    head: "",
  });
  const known = Object.entries(marks).filter(([key]) => key.startsWith("landed/"));
  const read = taken.map(({ key, modifiedMs }) => [markOf(key), at(modifiedMs)] as const);
  const newest = Math.max(newestMs, ...taken.map(({ modifiedMs }) => modifiedMs));
  const kept = [...known, ...read].filter(([, { offset }]) => offset >= newest - overlapMs);
  return newest === 0 ? {} : { [newestMark]: at(newest), ...Object.fromEntries(kept) };
}

async function takeRows(
  { engine, table, rowsFile, workFolder, erased }: LandedOptions,
  landing: Landing,
  taken: readonly StoredObject[],
): Promise<Pick<Landed, "rows" | "erased">> {
  const keys = taken.map(({ key }) => key);
  await landing.fetch(keys);
  const names = table.columns.map(({ name }) => name).join(", ");
  const file = join(workFolder, "landed.ndjson");
  await engine.run(
    `copy (select ${names} from ${relationOf(table.columns, keys.map(landing.addressOf))} as landed
      where event_id is not null and occurred_at is not null) to ${quoted(file)} (format json)`,
  );
  const counts = await appendRows(file, rowsFile, erased);
  await landing.forgetOthers(table.schema, []);
  return counts;
}

async function appendRows(
  file: string,
  rowsFile: string,
  erased: ErasedKeys | undefined,
): Promise<Pick<Landed, "rows" | "erased">> {
  const counts = { rows: 0, erased: 0 };
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await appendFile(rowsFile, `${lines.join("\n")}\n`);
    lines = [];
  };
  const { size } = await stat(file);
  for await (const { text: line } of readEventLines(file, 0, size)) {
    if (line === null) throw new Error("a row that landed is longer than any event");
    if (erased !== undefined && isErasedRow(JSON.parse(line), erased)) {
      counts.erased += 1;
      continue;
    }
    counts.rows += 1;
    lines.push(line);
    if (lines.length >= linesAtOnce) await flush();
  }
  await flush();
  return counts;
}

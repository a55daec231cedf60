import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { ErasedKeys, LedgerEvent, ReadLedgerEvents } from "../../jobs/lakePorts.ts";
import { isErasedRow, namesErased } from "./erasedKeys.ts";
import { type EventLine, maxLineBytes, readEventLines } from "./eventLines.ts";
import { isClosed, type SourceFile } from "./eventSources.ts";
import type { EventSchema, LakeTable } from "./lakeTable.ts";
import { createEventReader, type LakeRow, timestampOf } from "./readEvent.ts";

export interface StagingOptions {
  readonly schema: EventSchema;
  readonly table: LakeTable;
  readonly files: readonly SourceFile[];
  /** Where files on their way lie. */
  readonly workFolder: string;
  readonly nowMs: number;
  /** A file is closed so long after its hour and its last line. */
  readonly quietMs: number;
  /** The most bytes of event files in one pass; a line more at most. */
  readonly maxBytes: number;
  /** Absent = nobody was erased. */
  readonly erased?: ErasedKeys;
}

/** What was read in a pass, checked, one JSON row a line; and how far it goes. */
export interface Staged {
  readonly rowsFile: string;
  readonly rejectsFile: string;
  readonly lines: number;
  readonly rows: number;
  readonly rejected: number;
  /** Events that were not taken: of visitors who were erased since. */
  readonly erased: number;
  /** By the key of a source file: where the next pass begins. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly waitingBytes: number;
}

interface Tally {
  lines: number;
  rows: number;
  rejected: number;
  erased: number;
}

const keptCharacters = 5_000;

/** Reads what is new in event files into two files: rows for the lake, and what is no event. Bounded in memory. */
export async function stageEvents(options: StagingOptions): Promise<Staged> {
  const { files, workFolder, maxBytes } = options;
  const rowsFile = join(workFolder, "rows.ndjson");
  const rejectsFile = join(workFolder, "rejects.ndjson");
  const rows = openLines(rowsFile);
  const rejects = openLines(rejectsFile);
  const read = createEventReader(options.schema, options.table);
  const { erased = null } = options;
  const tally: Tally = { lines: 0, rows: 0, rejected: 0, erased: 0 };
  const offsets = new Map<string, number>();
  let readBytes = 0;
  for (const file of files) {
    const closed = isClosed(file, options.nowMs, options.quietMs);
    let offset = file.offset;
    if (readBytes < maxBytes)
      for await (const line of readEventLines(file.path, file.offset, file.bytes)) {
        if (!line.isWhole && !closed) break;
        await takeLine(line, file, { read, rows, rejects, tally, erased });
        readBytes += line.endOffset - offset;
        offset = line.endOffset;
        if (readBytes >= maxBytes) break;
      }
    offsets.set(file.key, offset);
  }
  await Promise.all([rows.close(), rejects.close()]);
  const inAll = files.reduce((sum, { bytes, offset }) => sum + bytes - offset, 0);
  return { rowsFile, rejectsFile, ...tally, offsets, waitingBytes: inAll - readBytes };
}

interface Sinks {
  readonly read: ReturnType<typeof createEventReader>;
  readonly rows: LineWriter;
  readonly rejects: LineWriter;
  readonly tally: Tally;
  readonly erased: ErasedKeys | null;
}

async function takeLine(
  { text, offset, isWhole }: EventLine,
  { key }: SourceFile,
  { read, rows, rejects, tally, erased }: Sinks,
): Promise<void> {
  if (text !== null && text.trim() === "") return;
  tally.lines += 1;
  const unread = `longer than ${maxLineBytes} bytes, or not UTF-8`;
  const { row, problem } = text === null ? { row: null, problem: unread } : read(text);
  if (erased !== null && (isErasedRow(row, erased) || namesErased(row, text, erased))) {
    tally.erased += 1;
    return;
  }
  if (row !== null) {
    tally.rows += 1;
    await rows.write(row);
  }
  if (problem === null) return;
  tally.rejected += 1;
  const why = isWhole ? problem : "torn at the end of its file";
  await rejects.write({ file: key, offset, why, line: text?.slice(0, keptCharacters) ?? null });
}

/** What the ledger has of a schema, after an entry: appended to the rows, each marked as told by the ledger. */
export async function stageLedgerEvents(
  readPage: ReadLedgerEvents,
  { schema }: LakeTable,
  afterId: number,
  rowsFile: string,
): Promise<{ readonly rows: number; readonly lastId: number }> {
  const writer = openLines(rowsFile);
  let lastId = afterId;
  let rows = 0;
  for (let more = true; more; ) {
    const page = await readPage(schema, lastId);
    for (const event of page.events) await writer.write(ledgerRow(event));
    rows += page.events.length;
    lastId = page.lastId;
    more = page.more && rows < ledgerRowsPerPass;
  }
  await writer.close();
  return { rows, lastId };
}

const ledgerRowsPerPass = 500_000;

function ledgerRow({ eventId, occurredAtMs, columns }: LedgerEvent): LakeRow {
  const envelope = { event_id: eventId, occurred_at: timestampOf(occurredAtMs) };
  return { ...columns, ...envelope, told_by: "ledger" };
}

interface LineWriter {
  readonly write: (value: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Appends lines of JSON, waiting for the disk where it is slower. */
function openLines(file: string): LineWriter {
  const stream = createWriteStream(file, { flags: "a" });
  return {
    async write(value) {
      if (!stream.write(`${JSON.stringify(value)}\n`)) await once(stream, "drain");
    },
    async close() {
      stream.end();
      await finished(stream);
    },
  };
}

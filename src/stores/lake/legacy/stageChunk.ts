import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { EventSchema, LakeTable } from "../lakeTable.ts";
import { createEventReader } from "../readEvent.ts";
import type { LegacyRecord } from "./records.ts";
import { noTally, type Tally } from "./tally.ts";
import type { LegacyEvent, LegacyLine } from "./toEvent.ts";

/** Lines of a chunk as rows for the lake, and what of them is none. */
export interface StagedChunk {
  readonly rowsFile: string;
  readonly rejects: readonly string[];
  readonly endOffset: number;
  readonly endLine: number;
  readonly tallies: Record<string, Tally>;
  readonly reasons: Record<string, number>;
  /** Nothing follows in the file. */
  readonly isLast: boolean;
}

export interface StagingOptions {
  readonly schema: EventSchema;
  readonly table: LakeTable;
  readonly records: AsyncIterable<LegacyRecord>;
  readonly toEvent: (line: LegacyLine) => LegacyEvent;
  readonly workFolder: string;
  readonly file: string;
  readonly mostLines: number;
  readonly startOffset: number;
  readonly startLine: number;
}

const keptCharacters = 2_000;

/** Takes the next lines of a file; bounded in memory by `mostLines`. */
export async function stageChunk(options: StagingOptions): Promise<StagedChunk> {
  const rowsFile = join(options.workFolder, "rows.ndjson");
  const stream = createWriteStream(rowsFile);
  const taking = createTaking(options);
  let [lines, isLast] = [0, true];
  let [endOffset, endLine] = [options.startOffset, options.startLine];
  for await (const record of options.records) {
    lines += 1;
    [endOffset, endLine] = [record.endOffset, record.endLine];
    const row = taking.take(record);
    if (row !== null && !stream.write(`${row}\n`)) await once(stream, "drain");
    if (lines < options.mostLines) continue;
    isLast = false;
    break;
  }
  stream.end();
  await finished(stream);
  const { tallies, reasons, rejects } = taking;
  return { rowsFile, rejects, endOffset, endLine, tallies, reasons, isLast };
}

interface Taking extends Pick<StagedChunk, "tallies" | "reasons" | "rejects"> {
  /** The row of a line as JSON; null = it is none. */
  readonly take: (record: LegacyRecord) => string | null;
}

function createTaking({ schema, table, toEvent, file }: StagingOptions): Taking {
  const read = createEventReader(schema, table);
  const tallies: Record<string, Tally> = {};
  const reasons: Record<string, number> = {};
  const rejects: string[] = [];
  const reject = ({ line, text }: LegacyRecord, reason: string): void => {
    const shape = reason.replace(/"[^"]*"/, '"…"');
    reasons[shape] = (reasons[shape] ?? 0) + 1;
    rejects.push(JSON.stringify({ file, line, reason, text: text.slice(0, keptCharacters) }));
  };
  return {
    tallies,
    reasons,
    rejects,
    take(record) {
      const made: LegacyEvent =
        record.values === null
          ? { reason: record.problem, month: null, kind: null }
          : toEvent(record.values);
      const { row, problem } =
        "event" in made ? read(JSON.stringify(made.event)) : { row: null, problem: made.reason };
      const key = `${made.month ?? "?"} ${made.kind ?? "?"}`;
      const tally = tallies[key] ?? noTally;
      if (row === null) {
        reject(record, (problem ?? "is no event").slice(0, 200));
        tallies[key] = { ...tally, read: tally.read + 1, rejected: tally.rejected + 1 };
        return null;
      }
      const micros = "event" in made ? made.valueMicros : 0;
      const readMicros = tally.readMicros + micros;
      tallies[key] = { ...tally, read: tally.read + 1, readMicros };
      return JSON.stringify({ ...row, told_by: "legacy" });
    },
  };
}

import type { LakeEngine } from "../duckdb.ts";
import { quoted } from "../duckdb.ts";
import { readCsvRecords } from "./csvRecords.ts";
import type { LegacyMapping } from "./mapping.ts";
import type { LegacyLine } from "./toEvent.ts";

/** A line of a legacy file, whatever the file's kind. */
export interface LegacyRecord {
  readonly line: number;
  readonly endOffset: number;
  readonly endLine: number;
  readonly text: string;
  /** Null = it is none. */
  readonly values: LegacyLine | null;
  readonly problem: string;
}

export interface Position {
  readonly offset: number;
  readonly line: number;
}

/** The records of a CSV from a position on; the names of its columns are read again where the file has them. */
export async function* csvRecords(
  file: string,
  mapping: LegacyMapping,
  from: Position,
): AsyncGenerator<LegacyRecord> {
  const { encoding, separator } = mapping;
  const options = { encoding, separator };
  let names = mapping.columns;
  let start = from;
  if (names === undefined)
    for await (const head of readCsvRecords(file, {
      ...options,
      fromOffset: 0,
      fromLine: 1,
      width: null,
    })) {
      names = head.fields?.map((name) => name.trim()) ?? [];
      if (from.offset === 0) start = { offset: head.endOffset, line: head.endLine };
      break;
    }
  const columns = names ?? [];
  for await (const record of readCsvRecords(file, {
    ...options,
    fromOffset: start.offset,
    fromLine: start.line,
    width: columns.length,
  })) {
    const { fields, ...place } = record;
    if (record.text === "") continue;
    const fits = fields !== null && fields.length === columns.length;
    const problem =
      fields === null
        ? "its quotes do not close"
        : `has ${fields.length} fields of ${columns.length}`;
    const values = fits
      ? Object.fromEntries(columns.map((name, at) => [name, fields[at] ?? ""]))
      : null;
    yield { ...place, values, problem };
  }
}

/** The rows of a Parquet from a position on (rows), at most so many. */
export async function* parquetRecords(
  engine: LakeEngine,
  file: string,
  from: Position,
  mostRows: number,
): AsyncGenerator<LegacyRecord> {
  const rows = await engine.rows(
    `select * from read_parquet(${quoted(file)}, file_row_number = true)
      where file_row_number >= ${from.offset} and file_row_number <= ${from.offset + mostRows} order by file_row_number`,
  );
  for (const row of rows) {
    const { file_row_number: number, ...columns } = row;
    const at = Number(number);
    const values = Object.fromEntries(
      Object.entries(columns).map(([name, value]) => [name, textOf(value)]),
    );
    yield {
      line: at + 1,
      endOffset: at + 1,
      endLine: at + 2,
      text: JSON.stringify(values),
      values,
      problem: "",
    };
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return value instanceof Date ? value.toISOString() : String(value);
}

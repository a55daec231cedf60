import {
  optionalColumns,
  parseTrial,
  type ReadTrial,
  trialColumns,
} from "../../audience/evaluation/parseTrial.ts";
import { type FileRow, readCsvBatches, tooLong } from "./csvRows.ts";
import { readParquetRows } from "./parquetRows.ts";
import { firstBytes, linesOf } from "./textLines.ts";

/** What is wrong with a file: the line (or the row of a Parquet file; 0 = the file), the column ("" for the whole line), the rule. */
export interface FileProblem {
  readonly line: number;
  readonly column: string;
  readonly rule: string;
}

/** A file that is not as it must be, with the first problems of it. */
export class TrialFileError extends Error {
  readonly problems: readonly FileProblem[];
  constructor(problems: readonly FileProblem[]) {
    super(problems.map(described).join("\n"));
    this.name = "TrialFileError";
    this.problems = problems;
  }
}

function described({ line, column, rule }: FileProblem): string {
  if (line === 0) return rule;
  return `line ${line}${column === "" ? "" : `, column "${column}"`}: ${rule}`;
}

const mostProblems = 20;

/**
 * Reads a file of trials in batches: Parquet by its first bytes, NDJSON by the end of its name (.ndjson, .jsonl, .json, also packed:
 * .ndjson.gz), else CSV. Rejects with TrialFileError after 20 problems or at the file's end if there was any, and when the file
 * cannot be read.
 */
export async function* readTrials(file: string): AsyncGenerator<readonly ReadTrial[]> {
  const problems: FileProblem[] = [];
  for await (const rows of readable(rowsOf(file))) {
    const trials: ReadTrial[] = [];
    for (const row of rows) {
      const read = "values" in row ? parseTrial(row.values) : row.problem;
      if ("rule" in read) problems.push({ line: row.line, column: read.column, rule: read.rule });
      else trials.push(read);
      if (problems.length === mostProblems) throw new TrialFileError(problems);
    }
    if (problems.length === 0) yield trials;
  }
  if (problems.length > 0) throw new TrialFileError(problems);
}

async function* rowsOf(file: string): AsyncGenerator<readonly FileRow[]> {
  const isParquet = (await firstBytes(file, 4)).toString("latin1") === "PAR1";
  const name = file.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, "");
  if (isParquet) yield* readParquetRows(file, columnsOf);
  else if (name.endsWith(".parquet"))
    throw new TrialFileError([{ line: 0, column: "", rule: "it does not begin as Parquet does" }]);
  else if (/\.(ndjson|jsonl|json)$/.test(name)) yield* readNdjsonRows(file);
  else yield* readCsvBatches(file, columnsOf);
}

/** What the system, an unpacker or the reader of Parquet says of a file that they cannot read is a problem of the file. */
async function* readable(
  rows: AsyncGenerator<readonly FileRow[]>,
): AsyncGenerator<readonly FileRow[]> {
  try {
    yield* rows;
  } catch (error) {
    if (error instanceof TrialFileError || !(error instanceof Error)) throw error;
    const said = error.message.split("\n")[0] ?? "";
    throw new TrialFileError([{ line: 0, column: "", rule: `it cannot be read: ${said}` }]);
  }
}

/** Where each column of a trial stands among the names of a file; -1 for one that may be left out and is. */
function columnsOf(names: readonly string[]): readonly number[] {
  const lower = names.map((name) => name.toLowerCase());
  const missing = trialColumns.filter(
    (column) => !lower.includes(column) && !optionalColumns.includes(column),
  );
  if (missing.length > 0)
    throw new TrialFileError([
      ...missing.map((column) => ({ line: 1, column, rule: "must be a column of the file" })),
      { line: 0, column: "", rule: `its columns are: ${shown(names)}` },
    ]);
  return trialColumns.map((column) => lower.indexOf(column));
}

function shown(names: readonly string[]): string {
  const told = names.slice(0, 12).map((name) => name.slice(0, 40));
  return told.length === 0 ? "none" : `${told.join(", ")}${names.length > 12 ? ", …" : ""}`;
}

async function* readNdjsonRows(file: string): AsyncGenerator<readonly FileRow[]> {
  let line = 0;
  for await (const texts of linesOf(file)) {
    const rows: FileRow[] = [];
    for (const text of texts) {
      line += 1;
      if (text === null) rows.push({ line, problem: { column: "", rule: tooLong } });
      else if (text.trim() !== "") rows.push(jsonRow(line, text));
    }
    yield rows;
  }
}

function jsonRow(line: number, text: string): FileRow {
  try {
    return objectRow(line, JSON.parse(text));
  } catch {
    return { line, problem: { column: "", rule: "must be a JSON object, whole on its line" } };
  }
}

function objectRow(line: number, value: unknown): FileRow {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { line, problem: { column: "", rule: "must be a JSON object, whole on its line" } };
  // What is written as documented need not be looked for in capitals.
  const entries = "visitor" in value ? [] : Object.entries(value);
  const fields: Readonly<Record<string, unknown>> =
    entries.length === 0
      ? { ...value }
      : Object.fromEntries(entries.map(([name, of]) => [name.toLowerCase(), of]));
  return { line, values: trialColumns.map((column) => fields[column]) };
}

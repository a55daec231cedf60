import {
  optionalColumns,
  parseTrial,
  type ReadTrial,
  trialColumns,
} from "../../audience/evaluation/parseTrial.ts";
import { readNdjsonBatches } from "../files/ndjsonBatches.ts";
import { fileStart } from "../files/scoreFile.ts";
import { type FileRow, readCsvBatches } from "./csvRows.ts";
import { readParquetRows } from "./parquetRows.ts";

/** What is wrong with a file: the line (or the row of a Parquet file), the column ("" for the whole line), the rule. */
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
  return `line ${line}${column === "" ? "" : `, column "${column}"`}: ${rule}`;
}

const mostProblems = 20;
const batchRows = 8_192;

/**
 * Reads a file of trials in batches: Parquet and NDJSON by the end of its name (.parquet; .ndjson, .jsonl, .json), else CSV. Rejects
 * with TrialFileError after 20 problems or at the file's end if there was any.
 */
export async function* readTrials(file: string): AsyncGenerator<readonly ReadTrial[]> {
  const problems: FileProblem[] = [];
  for await (const rows of rowsOf(file)) {
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

function rowsOf(file: string): AsyncGenerator<readonly FileRow[]> {
  const name = file.toLowerCase();
  if (name.endsWith(".parquet")) return readParquetRows(file, columnsOf);
  if (/\.(ndjson|jsonl|json)$/.test(name)) return readNdjsonRows(file);
  return readCsvBatches(file, columnsOf);
}

/** Where each column of a trial stands among the names of a file; -1 for one that may be left out and is. */
function columnsOf(names: readonly string[]): readonly number[] {
  const lower = names.map((name) => name.toLowerCase());
  const missing = trialColumns.filter(
    (column) => !lower.includes(column) && !optionalColumns.includes(column),
  );
  if (missing.length > 0)
    throw new TrialFileError(
      missing.map((column) => ({ line: 1, column, rule: "must be a column of the file" })),
    );
  return trialColumns.map((column) => lower.indexOf(column));
}

async function* readNdjsonRows(file: string): AsyncGenerator<readonly FileRow[]> {
  for await (const { rows } of readNdjsonBatches(file, fileStart, batchRows))
    yield rows.map((row) =>
      "problem" in row
        ? { line: row.line, problem: { column: row.problem.field, rule: row.problem.rule } }
        : objectRow(row.line, row.value),
    );
}

function objectRow(line: number, value: unknown): FileRow {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { line, problem: { column: "", rule: "must be a JSON object" } };
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return { line, values: trialColumns.map((column) => fields[column]) };
}

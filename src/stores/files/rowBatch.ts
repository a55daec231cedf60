import type { RowProblem } from "../../audience/scoreRow.ts";

/** One row as it stands in a file: its value, or why it has none. */
export type SourceRow = { readonly line: number } & (
  | { readonly value: unknown }
  | { readonly problem: RowProblem }
);

/** Where to go on reading: a byte offset (NDJSON) or a row number (Parquet), and the line to come, from 1. */
export interface FilePosition {
  readonly offset: number;
  readonly line: number;
}

export interface RowBatch {
  readonly rows: readonly SourceRow[];
  readonly next: FilePosition;
}

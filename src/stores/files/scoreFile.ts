import { stat } from "node:fs/promises";
import { readNdjsonBatches } from "./ndjsonBatches.ts";
import { readParquetBatches } from "./parquetBatches.ts";
import type { FilePosition, RowBatch } from "./rowBatch.ts";

/** What tells one state of a file from another. */
export interface FileStamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

export const fileStart: FilePosition = { offset: 0, line: 1 };

/** Throws when the file is not there or is not a plain file. */
export async function stampOf(file: string): Promise<FileStamp> {
  const stats = await stat(file);
  if (!stats.isFile()) throw new Error(`${file} is not a file`);
  return { bytes: stats.size, modifiedMs: stats.mtimeMs };
}

/** Reads a file in batches of at most `batchRows` rows, from a position on: Parquet by its name's end, NDJSON otherwise. */
export function readRowBatches(
  file: string,
  from: FilePosition,
  batchRows: number,
): AsyncGenerator<RowBatch> {
  const read = file.toLowerCase().endsWith(".parquet") ? readParquetBatches : readNdjsonBatches;
  return read(file, from, batchRows);
}

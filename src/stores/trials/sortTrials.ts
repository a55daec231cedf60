import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { createNameNumbers } from "../../audience/evaluation/nameNumbers.ts";
import type { ReadTrial } from "../../audience/evaluation/parseTrial.ts";
import { nameColumns, type TrialSource } from "../../audience/models/trials.ts";
import { createTrialFile, openTrialFile, type TrialNumbers } from "./trialFile.ts";

/** Names beyond these share the numbers of others: memory has a limit whatever the file. */
const mostNames = {
  visitor: 2_097_152,
  item: 1_048_576,
  category: 65_536,
  kind: 1_024,
  place: 65_536,
} as const;

/** DuckDB's own number of rows of a chunk. */
const chunkRows = 2_048;
const sorterMegabytes = 512;

/**
 * Puts trials in the order of time, those of one instant as they came, whatever their number: DuckDB sorts them, in 512 MB
 * and on disk. What is made stays in `folder`, which is the caller's to remove. Rejects as `trials` does.
 */
export async function sortTrials(
  trials: AsyncIterable<readonly ReadTrial[]>,
  folder: string,
  log: (line: string) => void,
): Promise<TrialSource> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(join(folder, "sort.duckdb"), {
    threads: "2",
    memory_limit: `${sorterMegabytes}MB`,
    temp_directory: join(folder, "spill"),
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  try {
    const numbers = nameColumns.map((column) => createNameNumbers(column, mostNames[column]));
    const numbered = (trial: ReadTrial): TrialNumbers => [
      trial.timestampMs,
      numbers[0]?.numberOf(trial.visitor) ?? 0,
      numbers[1]?.numberOf(trial.item) ?? 0,
      numbers[2]?.numberOf(trial.category) ?? 0,
      numbers[3]?.numberOf(trial.kind) ?? 0,
      numbers[4]?.numberOf(trial.place) ?? 0,
      trial.outcome,
    ];
    const rows = await appendTrials(connection, trials, numbered, log);
    log(`sorting ${rows} trials`);
    const file = join(folder, "trials.bin");
    await writeSorted(connection, file);
    const [visitor, item, category, kind, place] = numbers.map(({ buckets }) => buckets());
    const none = new Int32Array(0);
    return openTrialFile(file, rows, {
      visitor: visitor ?? none,
      item: item ?? none,
      category: category ?? none,
      kind: kind ?? none,
      place: place ?? none,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const everySoMany = 1_000_000;

async function appendTrials(
  connection: DuckDBConnection,
  trials: AsyncIterable<readonly ReadTrial[]>,
  numbered: (trial: ReadTrial) => TrialNumbers,
  log: (line: string) => void,
): Promise<number> {
  const { DOUBLE, DuckDBDataChunk, INTEGER, UTINYINT } = await import("@duckdb/node-api");
  await connection.run(
    "create table trials (instant double, visitor integer, item integer, category integer, kind integer, place integer, outcome utinyint, came double)",
  );
  const types = [DOUBLE, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, UTINYINT, DOUBLE];
  const appender = await connection.createAppender("trials");
  let waiting: number[][] = types.map(() => []);
  let rows = 0;
  const flush = (): void => {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setColumns(waiting);
    appender.appendDataChunk(chunk);
    waiting = types.map(() => []);
  };
  for await (const batch of trials)
    for (const trial of batch) {
      const values = numbered(trial);
      for (let column = 0; column < values.length; column++)
        waiting[column]?.push(values[column] ?? 0);
      waiting[7]?.push(rows);
      rows += 1;
      if (rows % chunkRows === 0) flush();
      if (rows % everySoMany === 0) log(`${rows} trials read`);
    }
  if (rows % chunkRows !== 0) flush();
  appender.closeSync();
  return rows;
}

async function writeSorted(connection: DuckDBConnection, file: string): Promise<void> {
  const result = await connection.stream(
    "select instant, visitor, item, category, kind, place, outcome from trials order by instant, came",
  );
  const writer = createTrialFile(file);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const columns = chunk.getColumns();
    const number = (column: number, row: number): number => Number(columns[column]?.[row]);
    for (let row = 0; row < chunk.rowCount; row++)
      writer.append(
        number(0, row),
        number(1, row),
        number(2, row),
        number(3, row),
        number(4, row),
        number(5, row),
        number(6, row),
      );
  }
  writer.close();
}

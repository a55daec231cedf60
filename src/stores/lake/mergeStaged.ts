import { join } from "node:path";
import { type LakeEngine, quoted, relationOf } from "./duckdb.ts";
import { hoursNear, type LakeHour } from "./hours.ts";
import type { LakeTable } from "./lakeTable.ts";

export interface MergeOptions {
  readonly engine: LakeEngine;
  readonly table: LakeTable;
  /** Rows as JSON lines. */
  readonly rowsFile: string;
  /** Where the part of each stored hour can be read. */
  readonly stored: ReadonlyMap<LakeHour, string>;
  /** Makes the parts of some hours readable there. */
  readonly fetch: (hours: readonly LakeHour[]) => Promise<void>;
  /** Duplicates of an event lie at most so many hours apart. */
  readonly duplicatesWithinHours: number;
  readonly workFolder: string;
  /** Told of each hour before its new part is written. */
  readonly onHour: (hour: LakeHour) => void;
}

/** What a batch of rows makes of the lake; nothing of it is in the lake yet. */
export interface Merged {
  /** The new parts, by hour: a file each, null = the hour is empty now. */
  readonly hours: ReadonlyMap<LakeHour, { readonly file: string; readonly rows: number } | null>;
  /** Events that the lake did not have. */
  readonly added: number;
  /** Those of them that only the ledger told of. */
  readonly restored: number;
}

const hourSql = "strftime(occurred_at, '%Y-%m-%dT%H')";

/**
 * Joins rows with what is stored. An event is in the lake once: of several with its id the stream's counts before the
 * ledger's, then the earliest, then the one whose columns are first in an order of their own. So any order, any repetition
 * and any split into batches lead to the same rows, as long as duplicates lie within the given hours.
 */
export async function mergeStaged(options: MergeOptions): Promise<Merged> {
  const { engine, stored } = options;
  await loadStaged(options);
  const hours = await hourList(engine, "select distinct hour from staged");
  const near = hoursNear([...stored.keys()], hours, options.duplicatesWithinHours);
  await options.fetch(near);
  await contest(options, near);
  const affected = await hourList(
    engine,
    "select hour from fresh union select hour from superseded order by hour",
  );
  const made = new Map<LakeHour, { readonly file: string; readonly rows: number } | null>();
  for (const hour of affected) made.set(hour, await writeHour(options, hour));
  const [counts] = await engine.rows(
    `select count(*) filter (where event_id not in (select event_id from superseded)) as added,
      count(*) filter (where told_by = 'ledger') as restored from fresh`,
  );
  return { hours: made, added: Number(counts?.added), restored: Number(counts?.restored) };
}

async function loadStaged({ engine, table, rowsFile }: MergeOptions): Promise<void> {
  const types = table.columns.map(({ name, type }) => `${name}: ${quoted(type)}`).join(", ");
  await engine.run(
    `create or replace temp table staged as
      select *, ${hourSql} as hour, ${digestSql(table)} as digest
      from read_json(${quoted(rowsFile)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = 4194304)
      qualify row_number() over (partition by event_id order by ${rankSql}) = 1`,
  );
}

/** Which rows are new to the lake (`fresh`) and which stored ones they replace (`superseded`). */
async function contest(options: MergeOptions, near: readonly LakeHour[]): Promise<void> {
  const { engine, table, stored } = options;
  const addresses = near.flatMap((hour) => stored.get(hour) ?? []);
  await engine.run(
    `create or replace temp table contest as
      select *, row_number() over (partition by event_id order by ${rankSql}, is_stored desc) as place from (
        select *, false as is_stored from staged union all by name
        select *, ${hourSql} as hour, ${digestSql(table)} as digest, true as is_stored
        from ${relationOf(table.columns, addresses)} where event_id in (select event_id from staged))`,
  );
  await engine.run(
    "create or replace temp table fresh as select * from contest where place = 1 and not is_stored",
  );
  await engine.run(
    "create or replace temp table superseded as select event_id, hour from contest where place > 1 and is_stored",
  );
}

async function writeHour(
  { engine, table, stored, workFolder, onHour }: MergeOptions,
  hour: LakeHour,
): Promise<{ readonly file: string; readonly rows: number } | null> {
  onHour(hour);
  const names = table.columns.map(({ name }) => name).join(", ");
  const address = stored.get(hour);
  const kept = relationOf(table.columns, address === undefined ? [] : [address]);
  const file = join(workFolder, `${hour}.parquet`);
  const [copied] = await engine.rows(
    `copy (
      select ${names} from ${kept} as kept
      where event_id not in (select event_id from superseded where hour = ${quoted(hour)})
      union all by name select ${names} from fresh where hour = ${quoted(hour)}
      order by occurred_at, event_id
    ) to ${quoted(file)} (format parquet, compression zstd)`,
  );
  const rows = Number(copied?.Count);
  return rows === 0 ? null : { file, rows };
}

const rankSql = "told_by desc, occurred_at, digest";

/** A text that is the same for rows with the same columns, wherever they lie. */
function digestSql({ columns }: LakeTable): string {
  const parts = columns.map(({ name }) => `coalesce(cast(${name} as varchar), chr(30))`);
  return `md5(concat_ws(chr(31), ${parts.join(", ")}))`;
}

async function hourList(engine: LakeEngine, sql: string): Promise<readonly LakeHour[]> {
  return (await engine.rows(sql)).map(({ hour }) => String(hour));
}

import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { quoted } from "../../src/stores/lake/duckdb.ts";
import { createFolderStorage } from "../../src/stores/lake/folderStorage.ts";
import { newStateName, partKey } from "../../src/stores/lake/hours.ts";
import { type EventSchema, tableOf } from "../../src/stores/lake/lakeTable.ts";
import { emptyManifest } from "../../src/stores/lake/manifest.ts";
import {
  openScoringEngine,
  type ScoringEngine,
} from "../../src/stores/lake/scoring/scoringEngine.ts";

export interface GeneratedLake {
  readonly folder: string;
  readonly schema: EventSchema;
  readonly events: number;
  readonly visitors: number;
  readonly days: number;
  /** The end: the last event is just before it. A day's start, UTC. */
  readonly untilMs: number;
  readonly categories: readonly string[];
  /** Other dice, other visitors. */
  readonly seed: number;
}

const dayMs = 86_400_000;
/** Visitors come for the first time in the first six tenths of the days: of all drawn, so many are there already. */
const sharePresent = 0.7;

/**
 * Writes activity into a lake as the hourly passes leave it: a part an hour and a manifest. Visitors have a home, a favourite
 * category, a price level, and now and then a project in some category that lasts days or weeks: they look often and
 * contact sellers. Made by DuckDB a day at a time, so that memory does not grow with what is made.
 */
export async function generateLake(options: GeneratedLake): Promise<void> {
  const { folder, schema, days, untilMs, events } = options;
  await mkdir(folder, { recursive: true });
  const engine = await openScoringEngine({
    threads: 2,
    memoryMegabytes: 700,
    spillFolder: join(folder, "_spill"),
  });
  const partitions: Record<string, { key: string; rows: number }> = {};
  try {
    await prepare(engine, options);
    for (let day = 0; day < days; day++) {
      const startMs = untilMs - (days - day) * dayMs;
      await engine.run(daySql(options, day, Math.ceil(events / days / sharePresent), startMs));
      for (const { hour, rows } of await engine.rows(
        "select hour, count(*) as rows from today group by hour order by hour",
      )) {
        const name = `${new Date(startMs).toISOString().slice(0, 10)}T${String(hour).padStart(2, "0")}`;
        const key = partKey(schema.$id, name, newStateName(1));
        await writePart(engine, schema, Number(hour), join(folder, key));
        partitions[name] = { key, rows: Number(rows) };
      }
    }
  } finally {
    engine.close();
  }
  const manifest = {
    ...emptyManifest(tableOf(schema)),
    version: 1,
    partitions,
    writtenAtMs: untilMs,
  };
  await createFolderStorage(folder).replaceManifest(schema.$id, JSON.stringify(manifest));
}

/** Who the visitors are. */
async function prepare(
  engine: ScoringEngine,
  { visitors, days, categories, seed }: GeneratedLake,
): Promise<void> {
  await engine.run(
    "create temp table categories (number integer, category varchar, base double, season integer)",
  );
  for (const [index, category] of categories.entries())
    await engine.run(
      `insert into categories values (${index}, ${quoted(category)}, ${20 + ((index * 7_919) % 400)}, ${index % 12})`,
    );
  const u = (salt: number) => `(hash(v, ${seed * 100 + salt}) % 1000003) / 1000003.0`;
  await engine.run(`create temp table visitors as select v,
      substr(md5(concat('visitor', ${seed}, '-', v)), 1, 22) as visitor_key,
      lpad(cast(1 + cast(floor(95 * power(${u(1)}, 1.5)) as integer) as varchar), 2, '0') as dep,
      lpad(cast(1 + cast(floor(300 * power(${u(2)}, 3)) as integer) as varchar), 3, '0') as commune,
      cast(floor(${categories.length} * power(${u(3)}, 1.6)) as integer) as favourite,
      cast(floor(${categories.length} * ${u(4)}) as integer) as project,
      ${u(5)} * (${days} + 30) - 25 as project_from,
      4 + 22 * ${u(6)} as project_days,
      (${u(7)} - 0.5) * 1.6 as price_level,
      0.02 + 0.9 * power(${u(8)}, 3) as contacts,
      ${u(9)} * ${days} * 0.6 as first_day
    from range(${visitors}) as t(v)`);
}

/** The events of a day, as `today`. */
function daySql(
  { visitors, categories, seed }: GeneratedLake,
  day: number,
  rows: number,
  startMs: number,
): string {
  const u = (salt: number) =>
    `(hash(r, ${(seed * 1_000 + day) * 50 + salt}) % 1000003) / 1000003.0`;
  const start = `timestamp ${quoted(new Date(startMs).toISOString().slice(0, 19).replace("T", " "))}`;
  return `create or replace temp table today as
    with drawn as (
      select r, cast(floor(${visitors} * power(${u(1)}, 1.7)) as bigint) as v,
        ${u(2)} as u_category, ${u(3)} as u_kind, ${u(4)} as u_place, ${u(5)} as u_hour, ${u(6)} as u_price, ${u(7)} as u_other
      from range(${rows}) as t(r)
    ),
    known as (
      select drawn.*, visitors.* exclude (v),
        ${day} between project_from and project_from + project_days as has_project
      from drawn join visitors on visitors.v = drawn.v where first_day <= ${day}
    ),
    seen as (
      select *, case when has_project and u_category < 0.65 then project when u_category < 0.85 then favourite
        else cast(floor(${categories.length} * u_other) as integer) end as number
      from known
    ),
    acted as (
      select *, case when u_kind < 0.35 then 'page_view' when u_kind < 0.52 then 'search'
        when u_kind < 1 - 0.002 - (case when has_project and number = project then 0.12 else 0.012 end) * contacts then 'listing_view'
        when u_kind < 0.998 then 'contact' else 'deposit' end as kind
      from seen
    )
    select gen_random_uuid()::varchar as event_id,
      ${start} + to_milliseconds(cast(floor(86399999 * (0.25 + 0.75 * pow(u_hour, 0.8))) as bigint)) as occurred_at,
      kind, visitor_key, categories.category,
      case when kind in ('listing_view', 'contact') then concat('i', hash(acted.number, cast(floor(2000 * u_price) as integer)) % 1000000) end as item_id,
      case when kind in ('listing_view', 'contact') then cast(1e6 * base * exp(price_level + 1.2 * (u_price - 0.5)) as bigint) end as price_micros,
      case when u_place < 0.1 then null when u_place < 0.8 then concat(dep, commune)
        else concat(lpad(cast(1 + cast(floor(95 * u_other) as integer) as varchar), 2, '0'), commune) end as insee_code,
      cast(extract(hour from ${start} + to_milliseconds(cast(floor(86399999 * (0.25 + 0.75 * pow(u_hour, 0.8))) as bigint))) as integer) as hour
    from acted join categories on categories.number = acted.number`;
}

async function writePart(
  engine: ScoringEngine,
  schema: EventSchema,
  hour: number,
  file: string,
): Promise<void> {
  const made = new Set([
    "event_id",
    "occurred_at",
    "kind",
    "visitor_key",
    "category",
    "item_id",
    "price_micros",
    "insee_code",
  ]);
  const columns = tableOf(schema).columns.map(({ name, type }) => {
    if (made.has(name)) return name;
    return name === "told_by" ? "'stream' as told_by" : `cast(null as ${type}) as ${name}`;
  });
  await mkdir(join(file, ".."), { recursive: true });
  await engine.run(
    `copy (select ${columns.join(", ")} from today where hour = ${hour} order by occurred_at) to ${quoted(`${file}.draft`)} (format parquet, compression zstd)`,
  );
  await rename(`${file}.draft`, file);
}

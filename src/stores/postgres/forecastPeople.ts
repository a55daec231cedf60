import { type Kysely, sql, type Transaction } from "kysely";
import type { CountedWeek } from "../../reports/forecast/countedWeeks.ts";
import {
  addCode,
  addSketch,
  createSketch,
  encodeSketch,
  fewestPeople,
  isNumberOnly,
} from "../../reports/hyperLogLog.ts";

/** People and pages of a place, or of a whole bucket (place 0), in a week that were not told yet. */
export interface CountedPeople {
  readonly bucket: number;
  readonly place: number;
  /** Its Monday, "YYYY-MM-DD" in Paris. */
  readonly week: string;
  /** When the first page came. */
  readonly firstAtMs: number;
  readonly pages: number;
  /** Where people fall in a sketch (see `reachCodeOf`). */
  readonly codes: readonly number[];
}

/** Everybody who came to thinned buckets by week, as all nodes count them together. */
export interface ForecastPeople {
  /** One transaction of a few hundred. Rejects when Postgres is away; pages whose answer was lost may be added again. */
  readonly add: (people: readonly CountedPeople[]) => Promise<void>;
  /** Bucket after bucket, the weeks of each together. */
  readonly forEachBucket: (
    sinceWeek: string,
    visit: (bucket: number, weeks: readonly CountedWeek[]) => void,
  ) => Promise<void>;
  readonly prune: (beforeMs: number) => Promise<void>;
  /**
   * Of places where fewer than 50 people came in all weeks that are kept forgets, two days after each week, who they were:
   * only their number is left.
   */
  readonly forgetFew: (nowMs: number) => Promise<void>;
}

const bucketsAtOnce = 50;
/** What a node could not tell in time still counts. */
const daysOfGrace = 2;

export function createForecastPeople<DB>(db: Kysely<DB>): ForecastPeople {
  return {
    async add(people) {
      if (people.length > 0) await db.transaction().execute((trx) => addSome(trx, people));
    },
    async forEachBucket(sinceWeek, visit) {
      for (let after = -1; ; ) {
        const { rows } = await sql<CountedWeek & { readonly bucket: number }>`
          select bucket, place::float8 as place, week::text as week,
            extract(epoch from first_at)::float8 * 1000 as "firstAtMs", pages::float8 as pages, sketch
          from forecast_people where week >= ${sinceWeek}::date and bucket in (
            select distinct bucket from forecast_people where bucket > ${after} and week >= ${sinceWeek}::date
            order by bucket limit ${bucketsAtOnce})
          order by bucket, week, place`.execute(db);
        const last = rows.at(-1);
        if (last === undefined) return;
        for (const [bucket, weeks] of Map.groupBy(rows, (row) => row.bucket)) visit(bucket, weeks);
        after = last.bucket;
      }
    },
    async forgetFew(nowMs) {
      // As `forgetFew` of hyperLogLog.ts does: a kind, and three bytes a code.
      const mostBytes = 3 * fewestPeople;
      await sql`with over as (
          select bucket, place, week from forecast_people
          where week <= (to_timestamp(${nowMs / 1_000}::double precision) at time zone 'Europe/Paris')::date
              - ${7 + daysOfGrace}::integer
            and get_byte(sketch, 0) = 0 and octet_length(sketch) between 4 and ${mostBytes}),
        few as (
          select bucket, place from forecast_people
            cross join lateral generate_series(2, octet_length(sketch) - 2, 3) at
          where (bucket, place) in (select bucket, place from over) and get_byte(sketch, 0) < 2
          group by bucket, place
          having max(octet_length(sketch)) <= ${mostBytes}
            and count(distinct substring(sketch from at for 3)) < ${fewestPeople})
        update forecast_people kept
        set sketch = decode('02' || lpad(to_hex((octet_length(sketch) - 1) / 3), 2, '0'), 'hex')
        from over join few using (bucket, place)
        where (kept.bucket, kept.place, kept.week) = (over.bucket, over.place, over.week)`.execute(
        db,
      );
    },
    async prune(beforeMs) {
      await sql`delete from forecast_people
        where week < (to_timestamp(${beforeMs / 1_000}::double precision))::date - 6`.execute(db);
    },
  };
}

const keyOf = ({ bucket, place, week }: Pick<CountedPeople, "bucket" | "place" | "week">): string =>
  `${bucket} ${place} ${week}`;

async function addSome<DB>(trx: Transaction<DB>, people: readonly CountedPeople[]): Promise<void> {
  const buckets = people.map(({ bucket }) => bucket);
  const places = people.map(({ place }) => place);
  const weeks = people.map(({ week }) => week);
  const firsts = people.map(({ firstAtMs }) => firstAtMs / 1_000);
  const pages = people.map((one) => one.pages);
  // In one order, so that nodes that add at the same time do not wait for each other crosswise.
  await sql`
    insert into forecast_people as known (bucket, place, week, first_at, pages, sketch)
    select bucket, place, week, min(to_timestamp(first)), sum(pages), '\\x00'::bytea
    from unnest(${buckets}::integer[], ${places}::bigint[], ${weeks}::date[], ${firsts}::float8[], ${pages}::bigint[])
      as fresh (bucket, place, week, first, pages)
    group by bucket, place, week order by bucket, place, week
    on conflict (bucket, place, week) do update
      set first_at = least(known.first_at, excluded.first_at), pages = known.pages + excluded.pages`.execute(
    trx,
  );
  // The insert has locked these rows.
  const { rows } = await sql<Pick<CountedPeople, "bucket" | "place" | "week"> & { sketch: Buffer }>`
    select bucket, place::float8 as place, week::text as week, sketch from forecast_people
    join unnest(${buckets}::integer[], ${places}::bigint[], ${weeks}::date[]) as asked (bucket, place, week)
      using (bucket, place, week)`.execute(trx);
  const changed = sketchesWith(people, new Map(rows.map((row) => [keyOf(row), row.sketch])));
  await sql`
    update forecast_people as known set sketch = decode(fresh.hex, 'hex')
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb)
      as fresh (bucket integer, place bigint, week date, hex text)
    where known.bucket = fresh.bucket and known.place = fresh.place and known.week = fresh.week`.execute(
    trx,
  );
}

/** Sketches that are not as they were before. */
function sketchesWith(people: readonly CountedPeople[], before: ReadonlyMap<string, Uint8Array>) {
  return [...Map.groupBy(people, keyOf)].flatMap(([key, group]) => {
    const sketch = createSketch();
    const known = before.get(key);
    // Later than what is forgotten: too few and too late to matter.
    if (known !== undefined && isNumberOnly(known)) return [];
    if (known !== undefined) addSketch(sketch, known);
    let isChanged = false;
    for (const { codes } of group)
      for (const code of codes) isChanged = addCode(sketch, code) || isChanged;
    const { bucket, place, week } = group[0]!;
    const hex = () => Buffer.from(encodeSketch(sketch)).toString("hex");
    return isChanged ? [{ bucket, place, week, hex: hex() }] : [];
  });
}

import { type Kysely, sql, type Transaction } from "kysely";
import type { PeopleOfBucket } from "../../reports/forecast/peopleFactors.ts";
import { addCode, addSketch, createSketch, encodeSketch } from "../../reports/hyperLogLog.ts";

/** People of a bucket in a week that were not told yet. */
export interface CountedPeople {
  readonly bucket: number;
  /** Its Monday, "YYYY-MM-DD" in Paris. */
  readonly week: string;
  /** When the first of them came. */
  readonly firstAtMs: number;
  /** Where they fall in a sketch (see `reachCodeOf`). */
  readonly codes: readonly number[];
}

/** People of thinned buckets by week, as all nodes count them together. */
export interface ForecastPeople {
  /** Transactions of a few hundred buckets. Rejects when Postgres is away; what was added before may be added again. */
  readonly add: (people: readonly CountedPeople[]) => Promise<void>;
  /** Bucket after bucket, the weeks of each together. */
  readonly forEachBucket: (
    sinceWeek: string,
    visit: (bucket: number, weeks: readonly PeopleOfBucket[]) => void,
  ) => Promise<void>;
  readonly prune: (beforeMs: number) => Promise<void>;
}

const bucketsAtOnce = 200;

export function createForecastPeople<DB>(db: Kysely<DB>): ForecastPeople {
  return {
    async add(people) {
      // In one order, so that nodes that add at the same time do not wait for each other crosswise.
      const sorted = [...people].sort((a, b) => a.bucket - b.bucket || (a.week < b.week ? -1 : 1));
      for (let at = 0; at < sorted.length; at += bucketsAtOnce)
        await db.transaction().execute((trx) => addSome(trx, sorted.slice(at, at + bucketsAtOnce)));
    },
    async forEachBucket(sinceWeek, visit) {
      for (let after = -1; ; ) {
        const { rows } = await sql<PeopleOfBucket & { readonly bucket: number }>`
          select bucket, week::text as week, extract(epoch from first_at)::float8 * 1000 as "firstAtMs", sketch
          from forecast_people where week >= ${sinceWeek}::date and bucket in (
            select distinct bucket from forecast_people where bucket > ${after} and week >= ${sinceWeek}::date
            order by bucket limit ${bucketsAtOnce})
          order by bucket, week`.execute(db);
        const last = rows.at(-1);
        if (last === undefined) return;
        for (const [bucket, weeks] of Map.groupBy(rows, (row) => row.bucket)) visit(bucket, weeks);
        after = last.bucket;
      }
    },
    async prune(beforeMs) {
      await sql`delete from forecast_people
        where week < (to_timestamp(${beforeMs / 1_000}::double precision))::date - 6`.execute(db);
    },
  };
}

async function addSome<DB>(trx: Transaction<DB>, people: readonly CountedPeople[]): Promise<void> {
  const buckets = people.map(({ bucket }) => bucket);
  const weeks = people.map(({ week }) => week);
  const firsts = people.map(({ firstAtMs }) => firstAtMs / 1_000);
  await sql`
    insert into forecast_people as known (bucket, week, first_at, sketch)
    select bucket, week, min(to_timestamp(first)), '\\x00'::bytea
    from unnest(${buckets}::integer[], ${weeks}::date[], ${firsts}::float8[]) as fresh (bucket, week, first)
    group by bucket, week order by bucket, week
    on conflict (bucket, week) do update set first_at = least(known.first_at, excluded.first_at)`.execute(
    trx,
  );
  // The insert has locked these rows.
  const { rows } = await sql<{ bucket: number; week: string; sketch: Buffer }>`
    select bucket, week::text as week, sketch from forecast_people
    join unnest(${buckets}::integer[], ${weeks}::date[]) as asked (bucket, week) using (bucket, week)`.execute(
    trx,
  );
  const sketches = new Map(rows.map((row) => [`${row.bucket} ${row.week}`, row.sketch]));
  const changed = [...Map.groupBy(people, ({ bucket, week }) => `${bucket} ${week}`)].map(
    ([key, group]) => {
      const sketch = createSketch();
      const before = sketches.get(key);
      if (before !== undefined) addSketch(sketch, before);
      for (const { codes } of group) for (const code of codes) addCode(sketch, code);
      const { bucket, week } = group[0]!;
      return { bucket, week, hex: Buffer.from(encodeSketch(sketch)).toString("hex") };
    },
  );
  await sql`
    update forecast_people as known set sketch = decode(fresh.hex, 'hex')
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as fresh (bucket integer, week date, hex text)
    where known.bucket = fresh.bucket and known.week = fresh.week`.execute(trx);
}

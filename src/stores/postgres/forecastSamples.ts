import { type Kysely, sql } from "kysely";

/** A place of sampled requests, under a number made of what it is. */
export interface StoredForecastPlace {
  readonly id: number;
  /** Index into `sources`. */
  readonly source: number;
  readonly cell: string;
  readonly lat: number;
  readonly lon: number;
  /** [lat, lon, weight, [area keys]] each. */
  readonly samples: readonly (readonly [number, number, number, readonly number[]])[];
}

export interface StoredForecastVisitor {
  readonly visitorKey: string;
  /** [segment, score 0–1] pairs; null = none may be used. */
  readonly scores: readonly (readonly [number, number])[] | null;
}

export interface StoredOpportunity {
  readonly atMs: number;
  readonly visitorKey: string | null;
  readonly bucket: number;
  /** 32 bits; in the sample while below 2^(32 − level). */
  readonly sampleHash: number;
  readonly level: number;
  readonly placeIds: readonly number[];
  readonly category: string | null;
  readonly device: number;
  readonly personalised: boolean;
  readonly toBeat: readonly number[];
}

export interface ForecastBatch {
  readonly places: readonly StoredForecastPlace[];
  readonly visitors: readonly StoredForecastVisitor[];
  readonly opportunities: readonly StoredOpportunity[];
}

/** The sample that forecasts replay, as all nodes gather it together. */
export interface ForecastSamples {
  /** One transaction. Rejects when Postgres is away. */
  readonly add: (batch: ForecastBatch) => Promise<void>;
  /** How far each bucket is thinned; absent = not at all. */
  readonly readLevels: () => Promise<ReadonlyMap<number, number>>;
  /** Segments whose scores are kept with visitors: the first 200. */
  readonly readSegmentIds: () => Promise<readonly number[]>;
  /** Thins the fullest buckets until there are about `mostRows` rows in all, and at most `mostInBucket` in any; answers how many went. */
  readonly thin: (mostRows: number, mostInBucket: number) => Promise<number>;
  /** Forgets what is older. */
  readonly prune: (beforeMs: number) => Promise<number>;
  /** Forgets a visitor, for good or until the next visit; answers how many rows went. */
  readonly eraseVisitor: (visitorKey: string) => Promise<number>;
}

export function createForecastSamples<DB>(db: Kysely<DB>): ForecastSamples {
  return {
    add: (batch) =>
      db.transaction().execute(async (trx) => {
        if (batch.places.length > 0) await addPlaces(trx, batch.places);
        if (batch.visitors.length > 0) await addVisitors(trx, batch.visitors);
        if (batch.opportunities.length > 0) await addOpportunities(trx, batch.opportunities);
      }),
    async readLevels() {
      const { rows } = await sql<{ bucket: number; level: number }>`
        select bucket, level from forecast_levels`.execute(db);
      return new Map(rows.map(({ bucket, level }) => [bucket, level]));
    },
    async readSegmentIds() {
      const { rows } = await sql<{ id: number }>`
        select id from segments order by id limit 200`.execute(db);
      return rows.map(({ id }) => id);
    },
    thin: (mostRows, mostInBucket) =>
      db.transaction().execute((trx) => thin(trx, mostRows, mostInBucket)),
    async prune(beforeMs) {
      const before = sql`to_timestamp(${beforeMs / 1_000}::double precision)`;
      const gone = await sql`delete from forecast_opportunities where at < ${before}`.execute(db);
      await sql`delete from forecast_visitors where seen_on < (${before})::date`.execute(db);
      await sql`delete from forecast_places where seen_on < (${before})::date`.execute(db);
      return Number(gone.numAffectedRows ?? 0);
    },
    eraseVisitor: (visitorKey) =>
      db.transaction().execute(async (trx) => {
        const gone = await sql`
          delete from forecast_opportunities where visitor_key = ${visitorKey}`.execute(trx);
        const known = await sql`
          delete from forecast_visitors where visitor_key = ${visitorKey}`.execute(trx);
        return Number(gone.numAffectedRows ?? 0) + Number(known.numAffectedRows ?? 0);
      }),
  };
}

/** In one order, so that nodes that add at the same time do not wait for each other crosswise. */
async function addPlaces<DB>(
  db: Kysely<DB>,
  places: readonly StoredForecastPlace[],
): Promise<void> {
  const sorted = [...places].sort((a, b) => a.id - b.id);
  await sql`
    insert into forecast_places as known (id, source, cell, lat, lon, samples, seen_on)
    select id, source, cell, lat, lon, samples::jsonb, current_date from unnest(
      ${sorted.map(({ id }) => id)}::bigint[], ${sorted.map(({ source }) => source)}::smallint[],
      ${sorted.map(({ cell }) => cell)}::text[], ${sorted.map(({ lat }) => lat)}::float8[],
      ${sorted.map(({ lon }) => lon)}::float8[],
      ${sorted.map(({ samples }) => JSON.stringify(samples))}::text[])
      as fresh (id, source, cell, lat, lon, samples)
    on conflict (id) do update set seen_on = excluded.seen_on where known.seen_on < excluded.seen_on`.execute(
    db,
  );
}

async function addVisitors<DB>(
  db: Kysely<DB>,
  visitors: readonly StoredForecastVisitor[],
): Promise<void> {
  const sorted = [...visitors].sort((a, b) => (a.visitorKey < b.visitorKey ? -1 : 1));
  const scores = sorted.map((it) => (it.scores === null ? null : JSON.stringify(it.scores)));
  // Nothing is kept that the last visit did not allow.
  await sql`
    insert into forecast_visitors (visitor_key, scores, seen_on)
    select visitor_key, scores::jsonb, current_date from unnest(
      ${sorted.map(({ visitorKey }) => visitorKey)}::text[], ${scores}::text[]) as fresh (visitor_key, scores)
    on conflict (visitor_key) do update set scores = excluded.scores, seen_on = excluded.seen_on`.execute(
    db,
  );
}

/** Rows travel as JSON: arrays of arrays are not what `unnest` takes. */
async function addOpportunities<DB>(
  db: Kysely<DB>,
  opportunities: readonly StoredOpportunity[],
): Promise<void> {
  const rows = opportunities.map((it) => ({
    at: it.atMs / 1_000,
    visitorKey: it.visitorKey,
    bucket: it.bucket,
    sampleHash: it.sampleHash,
    level: it.level,
    category: it.category,
    device: it.device,
    personalised: it.personalised,
    places: `{${it.placeIds.join()}}`,
    beat: `{${it.toBeat.join()}}`,
  }));
  await sql`
    insert into forecast_opportunities
      (at, visitor_key, bucket, sample_hash, level, place_ids, category, device, personalised, to_beat)
    select to_timestamp(at), "visitorKey", bucket, "sampleHash", level, places::bigint[], category, device, personalised,
      beat::real[]
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as fresh (at float8, "visitorKey" text, bucket integer,
      "sampleHash" bigint, level smallint, places text, category text, device smallint, personalised boolean, beat text)`.execute(
    db,
  );
}

/** "atelier forecast" as a number: one node at a time thins. */
const thinningLock = 4_172_031_994;

async function thin<DB>(db: Kysely<DB>, mostRows: number, mostInBucket: number): Promise<number> {
  const lock = await sql<{
    locked: boolean;
  }>`select pg_try_advisory_xact_lock(${thinningLock}) as locked`.execute(db);
  if (lock.rows[0]?.locked !== true) return 0;
  const { rows } = await sql<{ bucket: number; count: number; level: number }>`
    select bucket, count(*)::integer as count, max(level)::integer as level from forecast_opportunities
    group by bucket`.execute(db);
  let gone = 0;
  const room = levelCount(
    rows.map(({ count }) => count),
    mostRows,
    mostInBucket,
  );
  for (const { bucket, count, level } of rows) {
    if (count <= room) continue;
    const wanted = Math.min(30, level + Math.ceil(Math.log2(count / room)));
    const result = await sql`
      delete from forecast_opportunities where bucket = ${bucket} and sample_hash >= ${2 ** (32 - wanted)}`.execute(
      db,
    );
    await sql`
      update forecast_opportunities set level = ${wanted} where bucket = ${bucket} and level < ${wanted}`.execute(
      db,
    );
    await sql`
      insert into forecast_levels (bucket, level) values (${bucket}, ${wanted})
      on conflict (bucket) do update set level = excluded.level`.execute(db);
    gone += Number(result.numAffectedRows ?? 0);
  }
  return gone;
}

/** The most that each bucket may hold, so that all together hold at most `most`: small ones keep all that they have. */
export function levelCount(counts: readonly number[], most: number, mostInBucket: number): number {
  const sorted = [...counts].sort((a, b) => a - b);
  let left = most;
  for (const [index, count] of sorted.entries()) {
    const each = left / (sorted.length - index);
    if (count >= each) return Math.max(1, Math.min(each, mostInBucket));
    left -= count;
  }
  return mostInBucket;
}

import type { DuckDBConnection } from "@duckdb/node-api";
import { departementNumber, type ExampleFields } from "../../../audience/scoring/examples.ts";
import type { LakeEngine } from "../duckdb.ts";

/** What a visitor was in the earlier weeks of a run: how many weeks, and in how many of them in each segment. */
export interface EarlierWeeks {
  weeks: number;
  readonly bySegment: Map<number, number>;
}

export interface ExportOptions {
  readonly engine: LakeEngine & { readonly connection: DuckDBConnection };
  /** The index by which examples name a segment. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** By visitor key, of the slice; this adds the week to it. */
  readonly earlier: Map<string, EarlierWeeks>;
  readonly write: (example: ExampleFields) => void;
  /** Makes `published_keys` once `population` is there, and a person's example is written for each visitor; null = one example a person. */
  readonly takeKeys: (() => Promise<void>) | null;
}

export interface ExportedExamples {
  readonly rows: number;
  /** How many turned out to be in each segment, by its index. */
  readonly positives: readonly number[];
}

interface Person {
  readonly key: string;
  /** Under which the examples are written. */
  readonly keys: readonly string[];
  readonly isActive: boolean;
  readonly departement: number;
  readonly labels: number[];
}

/**
 * Writes an example for each person of the slice who came within 90 days, from the tables `feature_buckets` and `labels`.
 * A person's features are read one after another, so that what is held is the slice's visitors, not their features.
 */
export async function exportExamples(options: ExportOptions): Promise<ExportedExamples> {
  const { engine, indexOf } = options;
  const people = await readPeople(engine, options.takeKeys);
  const positives = new Array<number>(indexOf.size).fill(0);
  for (const { ordinal, segment_id } of await engine.rows(
    `select ordinal, segment_id from labels join population using (visitor_key) order by ordinal, segment_id`,
  )) {
    const index = indexOf.get(Number(segment_id));
    if (index === undefined) continue;
    people[Number(ordinal)]?.labels.push(index);
    positives[index] = (positives[index] ?? 0) + 1;
  }
  await writePeople(options, people);
  return { rows: people.length, positives };
}

async function readPeople(
  engine: LakeEngine,
  takeKeys: ExportOptions["takeKeys"],
): Promise<readonly Person[]> {
  await engine.run(`create or replace temp table population as
    select visitor_key, cast(row_number() over (order by visitor_key) - 1 as integer) as ordinal,
      min(last_days) < 1 as is_active
    from visitor_counts group by visitor_key having min(last_days) < 90`);
  const keys = takeKeys === null ? null : await publishedKeys(engine, takeKeys);
  const rows = await engine.rows(
    `select population.visitor_key, is_active, departement from population
      left join visitor_places using (visitor_key) order by ordinal`,
  );
  return rows.map((row) => {
    const key = String(row.visitor_key);
    return {
      key,
      keys: keys === null ? [key] : (keys.get(key) ?? []),
      isActive: row.is_active === true,
      departement: departementNumber(row.departement === null ? null : String(row.departement)),
      labels: [],
    };
  });
}

async function publishedKeys(
  engine: LakeEngine,
  takeKeys: () => Promise<void>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  await takeKeys();
  const rows = await engine.rows(
    "select person_key, visitor_key from published_keys order by person_key, visitor_key",
  );
  const grouped = Map.groupBy(rows, ({ person_key }) => String(person_key));
  return new Map(
    [...grouped].map(([key, of]) => [key, of.map(({ visitor_key }) => String(visitor_key))]),
  );
}

async function writePeople(options: ExportOptions, people: readonly Person[]): Promise<void> {
  let at = 0;
  let buckets: number[] = [];
  let values: number[] = [];
  const finish = (): void => {
    const person = people[at];
    if (person !== undefined) {
      const example = exampleOf(person, options.earlier, buckets, values);
      for (const key of person.keys) options.write({ ...example, key });
    }
    at += 1;
    buckets = [];
    values = [];
  };
  const result = await options.engine.connection.stream(
    `select ordinal, cast('0x' || bucket as integer) as bucket, value
      from feature_buckets join population using (visitor_key) order by ordinal`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const ordinals = chunk.getColumnValues(0);
    const bucketColumn = chunk.getColumnValues(1);
    const valueColumn = chunk.getColumnValues(2);
    for (let row = 0; row < ordinals.length; row++) {
      while (at < Number(ordinals[row])) finish();
      buckets.push(Number(bucketColumn[row]));
      values.push(Number(valueColumn[row]));
    }
  }
  while (at < people.length) finish();
}

function exampleOf(
  { key, isActive, departement, labels }: Person,
  earlier: Map<string, EarlierWeeks>,
  buckets: readonly number[],
  values: readonly number[],
): ExampleFields {
  const known = earlier.get(key) ?? { weeks: 0, bySegment: new Map<number, number>() };
  const past = [...known.bySegment].map(([index, weeks]) => (index << 8) | weeks);
  const fields = { key, isActive, departement, labels, past, buckets, values };
  const example = { ...fields, earlierWeeks: known.weeks };
  known.weeks += 1;
  for (const index of labels) known.bySegment.set(index, (known.bySegment.get(index) ?? 0) + 1);
  earlier.set(key, known);
  return example;
}

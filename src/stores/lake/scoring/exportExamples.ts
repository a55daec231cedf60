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
}

export interface ExportedExamples {
  readonly rows: number;
  /** How many turned out to be in each segment, by its index. */
  readonly positives: readonly number[];
}

interface Person {
  readonly key: string;
  readonly isActive: boolean;
  readonly departement: number;
  readonly labels: number[];
}

/**
 * Writes an example for each visitor of the slice who came within 90 days, from the tables `feature_buckets` and `labels`.
 * A visitor's features are read one after another, so that what is held is the slice's visitors, not their features.
 */
export async function exportExamples(options: ExportOptions): Promise<ExportedExamples> {
  const { engine, indexOf } = options;
  const people = await readPeople(engine);
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

async function readPeople(engine: LakeEngine): Promise<readonly Person[]> {
  await engine.run(`create or replace temp table population as
    select visitor_key, cast(row_number() over (order by visitor_key) - 1 as integer) as ordinal,
      min(last_days) < 1 as is_active
    from visitor_counts group by visitor_key having min(last_days) < 90`);
  const rows = await engine.rows(
    `select population.visitor_key, is_active, departement from population
      left join visitor_places using (visitor_key) order by ordinal`,
  );
  return rows.map((row) => ({
    key: String(row.visitor_key),
    isActive: row.is_active === true,
    departement: departementNumber(row.departement === null ? null : String(row.departement)),
    labels: [],
  }));
}

async function writePeople(options: ExportOptions, people: readonly Person[]): Promise<void> {
  let at = 0;
  let buckets: number[] = [];
  let values: number[] = [];
  const finish = (): void => {
    const person = people[at];
    if (person !== undefined) options.write(exampleOf(person, options.earlier, buckets, values));
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

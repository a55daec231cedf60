import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { identityRules } from "../../../audience/identity.ts";
import { sqlTimestamp } from "../../../audience/scoring/scoringDates.ts";
import type { LakeStorage } from "../../../jobs/lakePorts.ts";
import { type LakeEngine, relationOf } from "../duckdb.ts";
import { hourEndMs, hourStartMs } from "../hours.ts";
import { type EventSchema, tableOf } from "../lakeTable.ts";
import { parseManifest, partKeys } from "../manifest.ts";

export interface LinkOptions {
  readonly engine: LakeEngine;
  readonly storage: LakeStorage;
  /** `identity_link.v1`. */
  readonly schema: EventSchema;
  /** The activity of the run as a relation: `visitor_key`, `account_key` and others. */
  readonly activity: string;
  /** As of which dates it is asked who belongs together, oldest first; nothing at the last or later is looked at. */
  readonly datesMs: readonly number[];
}

const statement = fileURLToPath(
  new URL("../../../../warehouse/sql/identity_as_of.sql", import.meta.url),
);
/** Each step goes two links further; who is linked by longer chains than these reach stays apart. */
const mostSteps = 30;

/**
 * Finds out which visitors belong to which accounts as of each date (`identity_as_of.sql`), and which of them all have to lie in
 * one slice. Leaves the tables
 * - `identity`: dated, visitor_key, person_key, valid_from, valid_until, label;
 * - `visitor_labels`: visitor_key, label: linked visitors of one label belong together;
 * - `account_pairs`: visitor_key, account_key: the pairs of which an event that names both is the account's.
 * Answers whether anybody is linked; if not, there is no table.
 */
export async function linkPeople(options: LinkOptions): Promise<boolean> {
  const { engine, activity, datesMs } = options;
  if (!(await readLinks(options))) return false;
  await engine.run(
    "create or replace temp table identity (dated timestamp, visitor_key varchar, person_key varchar, valid_from timestamp, valid_until timestamp)",
  );
  const sql = readFileSync(statement, "utf8");
  for (const dateMs of datesMs)
    await engine.run(`insert into identity select cast($1 as timestamp), * from (${sql})`, [
      sqlTimestamp(dateMs),
    ]);
  await engine.run(`create or replace temp table account_pairs as
    select distinct visitor_key, account_key from ${activity} as events
    where account_key is not null and visitor_key is not null and account_key not in (
      select account_key from identity_link_v1 where account_key is not null
      group by account_key having count(distinct visitor_key) > ${identityRules.mostVisitors})`);
  await labelTogether(engine);
  for (const table of ["identity_link_v1", "links", "account_labels"])
    await engine.run(`drop table ${table}`);
  return true;
}

/** The sightings before the last date that may still count at the first, as `identity_link_v1`. False where there are none. */
async function readLinks({ engine, storage, schema, datesMs }: LinkOptions): Promise<boolean> {
  const text = await storage.readManifest(schema.$id);
  const toMs = datesMs.at(-1) ?? 0;
  const fromMs = (datesMs[0] ?? 0) - identityRules.rememberedMs;
  if (text === null) return false;
  const manifest = parseManifest(text);
  const hours = Object.keys(manifest.partitions).filter(
    (hour) => hourEndMs(hour) > fromMs && hourStartMs(hour) < toMs,
  );
  if (hours.length === 0) return false;
  const keys = partKeys(manifest, hours);
  await storage.fetch(keys);
  await engine.run(`create or replace temp table identity_link_v1 as
    select visitor_key, account_key, occurred_at
    from ${relationOf(tableOf(schema).columns, keys.map(storage.addressOf))} as links
    where visitor_key is not null and occurred_at < timestamp '${sqlTimestamp(toMs)}'`);
  return true;
}

/** Gives visitors who are linked by accounts, at any of the dates, one label: the least of their accounts' keys. */
async function labelTogether(engine: LakeEngine): Promise<void> {
  await engine.run(`create or replace temp table links as
    select visitor_key, person_key as account_key from identity
    union select visitor_key, account_key from account_pairs`);
  await engine.run(`create or replace temp table visitor_labels as
    select visitor_key, min(account_key) as label from links group by visitor_key`);
  for (let step = 0; step < mostSteps; step++) {
    await engine.run(`create or replace temp table account_labels as
      select account_key, min(label) as label
      from links join visitor_labels using (visitor_key) group by account_key`);
    await engine.run(`create or replace temp table next_labels as
      select visitor_key, min(label) as label
      from links join account_labels using (account_key) group by visitor_key`);
    const [moved] = await engine.rows(`select count(*) as moved from next_labels
      join visitor_labels using (visitor_key) where next_labels.label <> visitor_labels.label`);
    await engine.run("create or replace temp table visitor_labels as from next_labels");
    if (Number(moved?.moved ?? 0) === 0) break;
  }
  // Beyond the steps: whatever would tie two slices together is untied.
  for (const [table, account] of [
    ["identity", "person_key"],
    ["account_pairs", "account_key"],
  ] as const)
    await engine.run(`delete from ${table} where not exists (
      select 1 from visitor_labels
      join account_labels on account_labels.label = visitor_labels.label
      where visitor_labels.visitor_key = ${table}.visitor_key
        and account_labels.account_key = ${table}.${account})`);
  await engine.run("drop table next_labels");
}

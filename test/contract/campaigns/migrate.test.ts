import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrateDown, migrateToLatest } from "../../../src/stores/postgres/migrate.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

/** What the migrations have made: tables, functions, triggers. */
async function listObjects(): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string }>`
    select 'table ' || table_name as name from information_schema.tables
      where table_schema = 'public' and table_name not like 'kysely%'
    union all select 'function ' || proname from pg_proc where pronamespace = 'public'::regnamespace
    union all select 'trigger ' || tgname from pg_trigger where not tgisinternal
    order by name`.execute(opened.db);
  return rows.map((row) => row.name);
}

it("migrations go down to nothing and up again to the same, also from two processes at once", async () => {
  const before = await listObjects();
  expect(before).toContain("table campaigns");
  const undone = await migrateDown(opened.url);
  expect(await listObjects()).toEqual([]);
  const ran = await Promise.all([migrateToLatest(opened.url), migrateToLatest(opened.url)]);
  expect(ran.flat().sort()).toEqual([...undone].sort());
  expect(await listObjects()).toEqual(before);
  await saveCampaign(opened.store);
});

it("a migrated database needs no migration", async () => {
  expect(await migrateToLatest(opened.url)).toEqual([]);
});

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lakeCounts } from "../../src/commands/lakeCounts.ts";
import { compareLake } from "../../src/jobs/compareLake.ts";
import { runLakePass } from "../../src/jobs/lakePass.ts";
import { createFolderStorage } from "../../src/stores/lake/folderStorage.ts";
import { type EventSchema, tableOf } from "../../src/stores/lake/lakeTable.ts";
import { openLakeReader, readLakeCounts } from "../../src/stores/lake/readLake.ts";
import { countLedgerDays } from "../../src/stores/postgres/ledgerEvents.ts";
import { publishedSchemas } from "../support/lake.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const always = { from: "2000-01-01", to: "2100-01-01" };
const clock = { nowMs: Date.now() };
let system: System;
let campaignId: number;
let folder: string;
beforeAll(async () => {
  system = await startSystem({}, undefined, {
    clock: { nowMs: () => clock.nowMs, correct: async () => undefined },
    keepsLake: true,
  });
  campaignId = await system.openShop();
  folder = system.stores.environment.ATELIER_DATA_DIR ?? "";
});
afterAll(() => system.close());

const path = (url: string) => url.replace(/^https?:\/\/[^/]+/, "");
const get = (url: string) => request(system.url).get(path(url)).redirects(0);

/** Asks for a page with an ad of the shop. */
async function page(visitor: string): Promise<{ impression: string; click: string }> {
  const answer = await request(system.url)
    .post("/v1/ads")
    .send({
      visitor: { id: visitor, gdpr: false },
      place: { search: { postalCode: "87000" } },
      placements: [{ id: "top" }],
    });
  return answer.body.placements[0].ads[0].tracking;
}

/** A pass as the server's job does it, with everything that the ledger has. */
const pass = () =>
  runLakePass({
    lakeFolder: join(folder, "lake"),
    sources: [{ name: "events", directory: join(folder, "events") }],
    databaseUrl: system.stores.databaseUrl,
    settledMs: 0,
    nowMs: Date.now(),
    keptMs: 3_600_000,
    visitorSecret: null,
  });

async function readBoth(schemas: readonly EventSchema[]) {
  const reader = await openLakeReader(createFolderStorage(join(folder, "lake")), schemas);
  try {
    const lake = await readLakeCounts(reader, always);
    const ledger = await countLedgerDays(system.server.stores.db, always);
    const repeated = await reader.run("repeated_events");
    const rows = Object.fromEntries(
      await Promise.all(schemas.map(async ({ $id }) => [$id, await reader.rows($id)] as const)),
    );
    return { lake, days: compareLake(lake, ledger), repeated, rows };
  } finally {
    reader.close();
  }
}

const inLedger = async () => {
  const [day] = await countLedgerDays(system.server.stores.db, always);
  return (day?.impressions ?? 0) + (day?.clicks ?? 0) + (day?.conversions ?? 0);
};

describe("from a page to the lake", () => {
  test("the server's own job passes beside it, and its health and metrics tell so", async () => {
    const metrics = async () => (await request(system.url).get("/metrics")).text;
    expect(await metrics()).not.toContain('atelier_lake_events_total{outcome="added"}');
    await system.server.jobs.lake?.passOnce();
    expect(await metrics()).toContain('atelier_lake_events_total{outcome="added"} 0');
    expect(await metrics()).toMatch(/^atelier_lake_age_seconds \d/m);
    const { checks } = (await request(system.url).get("/readyz")).body;
    expect(checks.lake).toMatchObject({ ok: true, detail: { ageMs: expect.any(Number) } });
    // From here on the test says when.
    await system.server.jobs.lake?.stop();
  });

  test("pixels told twice, one told an hour late, a click, a conversion and what a killed server did not write: lake and ledger agree to the micro", async () => {
    const pages = [await page("v-1"), await page("v-2"), await page("v-3"), await page("v-4")];
    for (const [index, { impression }] of pages.entries())
      if (index !== 2) await get(impression).expect(200);
    await get(pages[0]!.impression).expect(200);
    clock.nowMs += 3_500_000;
    await get(pages[2]!.impression).expect(200);
    clock.nowMs += 3_600_000;
    const landing = await get(pages[1]!.click).expect(302);
    await get(pages[1]!.click);
    const clickId = new URL(landing.headers.location ?? "").searchParams.get("atelier_click");
    const shop = await request(system.url)
      .get(`/v1/campaigns/${campaignId}`)
      .set("authorization", `Bearer ${system.adminKey}`);
    const { pixelUrl } = (
      await request(system.url)
        .get(`/v1/advertisers/${shop.body.advertiserId}/conversion-settings`)
        .set("authorization", `Bearer ${system.adminKey}`)
    ).body;
    for (let times = 0; times < 2; times++)
      await get(`${pixelUrl}?${new URLSearchParams({ orderId: "C-1", clickId: clickId ?? "" })}`);
    await until(async () => (await inLedger()) === 6);
    await system.server.stores.events.flush();

    // As if the server had been killed before it wrote its last event of this hour, and the conversion.
    const conversions = join(folder, "events", "conversion.v1");
    for (const name of await readdir(conversions)) await writeFile(join(conversions, name), "");
    const events = join(folder, "events", "ad_event.v1");
    const [name = ""] = (await readdir(events)).sort();
    const lines = (await readFile(join(events, name), "utf8")).trimEnd().split("\n");
    await writeFile(join(events, name), `${lines.slice(0, -1).join("\n")}\n`);

    expect(await pass()).toMatchObject({ rejected: 0, restored: 2 });
    const schemas = await publishedSchemas();
    const { lake, days, repeated, rows } = await readBoth(schemas);
    expect(rows["conversion.v1"]).toMatchObject([
      {
        campaign_id: BigInt(campaignId),
        source: "pixel",
        attributed_by: "click",
        told_by: "ledger",
      },
    ]);
    expect(days.filter(({ isEqual }) => !isEqual)).toEqual([]);
    const sum = { impressions: 0, clicks: 0, conversions: 0, spendMicros: 0 };
    for (const day of lake) {
      sum.impressions += day.impressions;
      sum.clicks += day.clicks;
      sum.conversions += day.conversions;
      sum.spendMicros += day.spendMicros;
    }
    expect(sum).toEqual({ impressions: 4, clicks: 1, conversions: 1, spendMicros: 20_000 });
    expect(repeated).toEqual([]);
    expect(await pass()).toMatchObject({ added: 0, restored: 0 });
  });

  test("the statements of the warehouse answer the same on DuckDB and on Postgres, the relative of Redshift", async () => {
    const schemas = await publishedSchemas();
    const { lake, repeated, rows } = await readBoth(schemas);
    expect(lake.length).toBeGreaterThan(0);
    const client = new pg.Client({ connectionString: system.stores.databaseUrl });
    await client.connect();
    try {
      for (const schema of schemas) {
        const { viewName, columns } = tableOf(schema);
        const list = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
        await client.query(`create temp table ${viewName} (${list})`);
        const json = JSON.stringify(rows[schema.$id], (_key, value) =>
          typeof value === "bigint" ? Number(value) : value,
        );
        await client.query(
          `insert into ${viewName} select * from json_populate_recordset(null::${viewName}, $1)`,
          [json],
        );
      }
      const answer = async (name: string, values: readonly string[] = []) => {
        const text = await readFile(join("warehouse", "sql", `${name}.sql`), "utf8");
        return (await client.query(text, [...values])).rows;
      };
      const onPostgres = await answer("campaign_days", [always.from, always.to]);
      expect(onPostgres.map((row) => [row.budget_day, ...figuresOf(row)])).toEqual(
        lake.map((day) => [day.day, day.impressions, day.clicks, day.spendMicros]),
      );
      expect(await answer("repeated_events")).toEqual(repeated);
    } finally {
      await client.end();
    }
  });

  test("the command prints both counts and that nothing differs", async () => {
    const said: string[] = [];
    const { ATELIER_DATA_DIR } = system.stores.environment;
    const environment = { ATELIER_DATA_DIR, DATABASE_URL: system.stores.databaseUrl };
    await lakeCounts(environment, ["--from", "2026-01-01", "--to", "2100-01-01"], (line) =>
      said.push(line),
    );
    expect(said[0]).toMatch(/day +campaign +impressions +ledger +diff/);
    expect(said.find((line) => line.trim().startsWith("all"))).toMatch(
      / 0\.020000 +0\.020000 +0\.000000$/,
    );
    expect(said.at(-1)).toMatch(
      /^\d campaign-days, 0 of them differ\. .*; 0 lines were no events\.$/,
    );
  });
});

function figuresOf(row: Readonly<Record<string, unknown>>): readonly number[] {
  return [Number(row.impressions), Number(row.clicks), Number(row.spend_micros)];
}

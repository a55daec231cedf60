import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPlaceOf } from "../../src/compose/reports.ts";
import { encodeAreaKey } from "../../src/geo/areaKeys.ts";
import { answerReport } from "../../src/reports/answerReport.ts";
import { parseReportQuery, type ReportRights } from "../../src/reports/parseReportQuery.ts";
import { categoryCode, type EventFacets, facetDevices } from "../../src/serving/eventFacets.ts";
import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import type { Database } from "../../src/stores/postgres/database.ts";
import { createPostgresLedger } from "../../src/stores/postgres/ledger.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { closeReportAreas } from "../../src/stores/postgres/reportAreas.ts";
import {
  findReportDifferences,
  repairReportDay,
  sumReportDifferences,
} from "../../src/stores/postgres/reportCheck.ts";
import { createReportReads } from "../../src/stores/postgres/reportReads.ts";
import { createAddRequests } from "../../src/stores/postgres/reportRequests.ts";
import { pruneReports } from "../../src/stores/postgres/reportRetention.ts";
import { rollUpReports } from "../../src/stores/postgres/reportRollup.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { freshDatabase, type TestDatabase } from "../support/servers.ts";

let database: TestDatabase;
let db: Kysely<Database>;
const places = readPlaces();
const placeOf = createPlaceOf(places);
const names = {
  devices: facetDevices,
  communeName: (code: string) => places.communes.get(code)?.name ?? null,
};

beforeAll(async () => {
  database = await freshDatabase();
  db = createDatabase({ url: database.url, maxConnections: 4, statementTimeoutMs: 10_000 });
  await storeCampaigns(db, [
    { campaignId: 12, advertiserId: 7 },
    { campaignId: 13, advertiserId: 7 },
    { campaignId: 20, advertiserId: 8 },
  ]);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Monday, 09:30 in Paris. */
const mondayMs = Date.parse("2026-06-01T07:30:00Z");
const hourMs = 3_600_000;
const lille = encodeAreaKey("commune", "59350");
const roubaix = encodeAreaKey("commune", "59512");
const facets: EventFacets = {
  device: 1,
  category: categoryCode("maison/jardin"),
  area: lille,
  cell: -1,
  reach: -1,
};
const row = (over: Partial<LedgerRow> = {}): LedgerRow => ({
  eventId: `${randomUUID()}.0.${over.kind ?? "impression"}`,
  kind: "impression",
  campaignId: 12,
  advertiserId: 7,
  creativeId: 99,
  placementId: "top",
  budgetDay: "2026-06-01",
  amountMicros: 5_000,
  unchargedReason: null,
  occurredAtMs: mondayMs,
  media: null,
  facets,
  ...over,
});
const append = (rows: readonly LedgerRow[]) =>
  createPostgresLedger(db).exclusively((session) => session.append(rows));
const rollUp = (most = 100) => rollUpReports(db, placeOf, most);
const differences = () => findReportDifferences(db, "2026-01-01", "2026-12-31");
const operator: ReportRights = { advertiserIds: null, isOperator: true };
const ask = (parameters: Record<string, string>, rights = operator) =>
  answerReport(
    parseReportQuery({ from: "2026-06-01", to: "2026-06-07", ...parameters }, rights, "json"),
    rights,
    createReportReads(db),
    names,
  );
/** People with different registers. */
const person = (number: number): EventFacets => ({ ...facets, reach: number * 64 + 1 });

describe("Sums of reports", () => {
  it("are equal to the ledger, however often an event is told and wherever the job dies", async () => {
    const first = row();
    const rows = [
      first,
      row({
        kind: "viewable",
        amountMicros: 0,
        eventId: first.eventId.replace("impression", "viewable"),
      }),
      row({ kind: "click", amountMicros: 0, occurredAtMs: mondayMs + 2 * hourMs }),
      row({ campaignId: 20, advertiserId: 8, amountMicros: 0, unchargedReason: "invalid:bot" }),
      row({ campaignId: 13, placementId: "ssp/adx", amountMicros: 777, facets: undefined }),
    ];
    await append(rows);
    await append([first, ...rows.slice(1, 2)]);
    expect((await differences()).length).toBe(0);
    expect(await sumReportDifferences(db, "2026-06-01", "2026-06-30")).toBe(0);
    const dying = rollUpReports(
      db,
      () => {
        throw new Error("dies");
      },
      100,
    );
    await expect(dying).rejects.toThrow("dies");
    expect((await ask({})).totals).toMatchObject({ impressions: 0, spendMicros: 0 });
    const both = await Promise.all([rollUp(), rollUp()]);
    expect(both.reduce((sum, one) => sum + (one?.events ?? 0), 0)).toBe(5);
    expect(await rollUp()).toEqual({ batches: 0, events: 0 });
    expect(await differences()).toEqual([]);
    expect((await ask({})).totals).toMatchObject({
      impressions: 2,
      viewable: 1,
      clicks: 1,
      spendMicros: 5_777,
    });
  });

  it("tell hours, devices, categories, placements and SSPs", async () => {
    const hours = await ask({
      dimensions: "campaign,hour",
      campaign: "12",
      measures: "impressions,clicks",
    });
    expect(hours.rows).toEqual([
      {
        campaignId: 12,
        campaignName: expect.any(String),
        hour: "2026-06-01T09:00:00+02:00",
        impressions: 1,
        clicks: 0,
      },
      {
        campaignId: 12,
        campaignName: expect.any(String),
        hour: "2026-06-01T11:00:00+02:00",
        impressions: 0,
        clicks: 1,
      },
    ]);
    const counts = new Map([[facets.category, "maison/jardin"]]);
    const request = {
      placementId: "top",
      hourMs: mondayMs - 1_800_000,
      device: 1,
      category: facets.category,
      requests: 40,
    };
    const flush = { node: "a", flush: 1, counts: [request], categories: counts };
    await createAddRequests(db)(flush);
    await createAddRequests(db)(flush);
    const devices = await ask({
      dimensions: "device,category",
      measures: "requests,impressions",
      sort: "-requests",
    });
    expect(devices.rows).toEqual([
      { device: "mobile", category: "maison/jardin", requests: 40, impressions: 1 },
      { device: null, category: null, requests: 0, impressions: 1 },
    ]);
    expect((await ask({ category: "maison", measures: "impressions" })).totals.impressions).toBe(1);
    const exchanges = await ask({ dimensions: "ssp", measures: "spendMicros" });
    expect(exchanges.rows).toEqual([
      { ssp: "adx", spendMicros: 777 },
      { ssp: null, spendMicros: 5_000 },
    ]);
  });

  it("show each advertiser its own, and exchanges to the operator only", async () => {
    const own = { advertiserIds: [8], isOperator: false };
    const { rows, totals } = await ask({ dimensions: "campaign", campaign: "12,13,20" }, own);
    expect(rows.map(({ campaignId }) => campaignId)).toEqual([20]);
    expect(totals).toMatchObject({ impressions: 0, spendMicros: 0 });
    expect(totals).not.toHaveProperty("requests");
    await expect(async () => ask({ dimensions: "ssp" }, own)).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await ask({}, { advertiserIds: [], isOperator: false })).totals.impressions).toBe(0);
  });

  it("take a credit from where its event stood, on its own day", async () => {
    const charged = row({
      campaignId: 13,
      creativeId: 5,
      budgetDay: "2026-06-02",
      occurredAtMs: mondayMs + 24 * hourMs,
    });
    await append([charged]);
    await sql`select * from give_ledger_credit('credit-1', 13, ${charged.eventId}, null, 2000, 'too late', 'test', null)`.execute(
      db,
    );
    await sql`select * from give_ledger_credit('credit-2', 13, null, '2026-06-01'::date, 77, 'a gift', 'test', null)`.execute(
      db,
    );
    await rollUp();
    expect(await differences()).toEqual([]);
    const { rows } = await ask({
      dimensions: "day,creative",
      campaign: "13",
      measures: "spendMicros,creditedMicros",
    });
    expect(rows).toEqual([
      { day: "2026-06-01", creativeId: 99, spendMicros: 777, creditedMicros: 0 },
      { day: "2026-06-01", creativeId: null, spendMicros: -77, creditedMicros: 77 },
      { day: "2026-06-02", creativeId: 5, spendMicros: 3_000, creditedMicros: 2_000 },
    ]);
    const hours = await ask({ dimensions: "hour", campaign: "13", measures: "creditedMicros" });
    expect(hours.rows.filter(({ creditedMicros }) => creditedMicros !== 0)).toEqual([
      { hour: "2026-06-01T00:00:00+02:00", creditedMicros: 77 },
      { hour: "2026-06-02T09:00:00+02:00", creditedMicros: 2_000 },
    ]);
  });

  it("count people once over days and campaigns, and nobody under fifty", async () => {
    const day = (campaignId: number, budgetDay: string, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) =>
        row({ campaignId, budgetDay, amountMicros: 0, facets: person(from + i) }),
      );
    await append([
      ...day(12, "2026-06-03", 0, 200),
      ...day(12, "2026-06-04", 100, 300),
      ...day(13, "2026-06-04", 0, 40),
    ]);
    await rollUp();
    const measures = "impressions,reach,frequency";
    const days = await ask({ from: "2026-06-03", dimensions: "campaign,day", measures });
    expect(days.rows.map(({ day: of, campaignId, reach }) => [campaignId, of, reach])).toEqual([
      [12, "2026-06-03", 200],
      [12, "2026-06-04", 200],
      [13, "2026-06-04", null],
    ]);
    const whole = await ask({ from: "2026-06-03", dimensions: "week", measures });
    expect(whole.rows).toEqual([
      { week: "2026-06-01", impressions: 440, reach: 300, frequency: 1.466667 },
    ]);
  });

  it("tell places of fifty people, once the day is over", async () => {
    const atRoubaix = Array.from({ length: 60 }, (_, i) =>
      row({
        campaignId: 20,
        advertiserId: 8,
        amountMicros: 100,
        facets: { ...person(i), area: roubaix },
      }),
    );
    const atLille = Array.from({ length: 55 }, (_, i) =>
      row({ campaignId: 20, advertiserId: 8, amountMicros: 100, facets: person(i) }),
    );
    const few = Array.from({ length: 20 }, (_, i) =>
      row({
        campaignId: 20,
        advertiserId: 8,
        budgetDay: "2026-06-03",
        amountMicros: 100,
        facets: { ...person(i), area: roubaix },
      }),
    );
    await append([...atRoubaix, ...atLille, ...few]);
    await rollUp();
    const query = { dimensions: "commune", campaign: "20", measures: "impressions,spendMicros" };
    const nowhere = { departement: null, commune: null, communeName: null };
    expect((await ask(query)).rows).toEqual([
      { ...nowhere, impressions: 135, spendMicros: 13_500 },
    ]);
    await closeReportAreas(db, Date.parse("2026-06-05T10:00:00Z"));
    const told = await ask(query);
    expect(told.rows).toContainEqual({
      departement: "59",
      commune: "59512",
      communeName: "Roubaix",
      impressions: 60,
      spendMicros: 6_000,
    });
    expect(told.totals).toEqual({ impressions: 135, spendMicros: 13_500 });
    const before = await ask({ ...query, to: "2026-06-02" });
    expect(before.rows.find(({ commune }) => commune === "59512")).toMatchObject({
      impressions: 60,
    });
    await closeReportAreas(db, Date.parse("2026-06-10T10:00:00Z"));
    const { rows } = await sql<{
      left: number;
    }>`select count(*) as left from report_area_waiting where campaign_id = 20`.execute(db);
    expect(rows[0]?.left).toBe(0);
    expect((await ask(query)).totals).toEqual({ impressions: 135, spendMicros: 13_500 });
  });

  it("are found out when they differ, and made right", async () => {
    await sql`update report_days set spend_micros = spend_micros + 1 where campaign_id = 12 and budget_day = '2026-06-01'`.execute(
      db,
    );
    await sql`delete from report_hours where campaign_id = 13 and budget_day = '2026-06-02'`.execute(
      db,
    );
    const found = await differences();
    expect(
      found.map(({ table, campaignId, spendMicros }) => [table, campaignId, spendMicros]),
    ).toEqual([
      ["report_days", 12, expect.any(Number)],
      ["report_hours", 13, 3_000],
    ]);
    await sql`update report_campaign_days set spend_micros = spend_micros + 5 where campaign_id = 12`.execute(
      db,
    );
    expect(await sumReportDifferences(db, "2026-06-01", "2026-06-01")).toBe(5);
    await repairReportDay(db, "2026-06-01");
    for (const day of ["2026-06-02", "2026-06-03", "2026-06-04"]) await repairReportDay(db, day);
    expect(await sumReportDifferences(db, "2026-06-01", "2026-06-30")).toBe(0);
    expect(await differences()).toEqual([]);
    expect(await repairReportDay(db, "2026-06-01")).toBe(0);
  });

  it("are forgotten in their time, and those of campaigns and days never", async () => {
    expect(await pruneReports(db, "2028-12-31")).toBeGreaterThan(0);
    expect((await ask({ dimensions: "day" })).rows.length).toBeGreaterThan(3);
    expect((await ask({ dimensions: "device" })).rows).toEqual([]);
    expect((await differences()).filter(({ table }) => table === "report_campaign_days")).toEqual(
      [],
    );
  });
});

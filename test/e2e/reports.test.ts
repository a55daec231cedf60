import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkReports } from "../../src/commands/checkReports.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
let campaignId: number;
beforeAll(async () => {
  system = await startSystem();
  campaignId = await system.openShop({ dailyBudgetMicros: 10_000_000, name: "=1+1" });
});
afterAll(() => system.close());

const adOf = async (visitorId: string, gdpr = false) => {
  const answer = await request(system.url)
    .post("/v1/ads")
    .send({
      visitor: { id: visitorId, gdpr },
      place: { search: { postalCode: "87000" } },
      page: { category: "maison/toiture" },
      device: { type: "mobile" },
      placements: [{ id: "top" }],
    });
  return answer.body.placements[0].ads[0];
};
const tell = (url: string) => request(system.url).get(new URL(url).pathname);
const get = (path: string, key = system.adminKey) =>
  request(system.url).get(path).set("authorization", `Bearer ${key}`);
const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format();
const range = `from=${today}&to=${today}`;

test("what is seen and clicked is in the report within a minute, equal to the ledger", async () => {
  for (const visitor of ["v-1", "v-2", "v-3"]) {
    const ad = await adOf(visitor);
    await tell(ad.tracking.impression).expect(200);
    await tell(ad.tracking.viewable).expect(200);
    if (visitor === "v-1") await tell(ad.tracking.click);
  }
  const stranger = await adOf("v-4", true);
  await tell(stranger.tracking.impression).expect(200);
  const report = async (query: string) => (await get(`/v1/reports?${range}&${query}`)).body;
  await until(async () => (await report("")).totals.impressions === 4);
  await until(async () => (await report("")).totals.clicks === 1);
  const { totals } = (await get(`/v1/campaigns/${campaignId}/spending`)).body;
  const { rows } = await report("dimensions=campaign,device,category&sort=-impressions");
  expect(rows[0]).toMatchObject({
    campaignId,
    impressions: 4,
    viewable: 3,
    clicks: 1,
    ctr: 0.25,
    spendMicros: totals.spentMicros,
    category: null,
  });
  expect(totals.spentMicros).toBeGreaterThan(0);
  await system.server.reports.flushRequestsOnce();
  const named = await report("dimensions=device,category,placement");
  expect(named.rows).toHaveLength(1);
  expect(named.rows[0]).toMatchObject({
    device: "mobile",
    category: "maison/toiture",
    placement: "top",
    requests: 4,
  });
  const hours = await report("dimensions=hour&measures=impressions");
  expect(hours.rows[0].hour).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:00:00\+0[12]:00$/);
  const said: string[] = [];
  const environment = { ...system.stores.environment };
  await checkReports(environment, ["--from", today, "--to", today], (line) => said.push(line));
  expect(said).toEqual([`${today} to ${today}: 0 differences, 0 micros`]);
});

test("a report is a file for a spreadsheet, which runs nothing of it, and for a warehouse", async () => {
  const asked = `/v1/reports?${range}&dimensions=campaign&measures=impressions,ctr,spendMicros`;
  const csv = await get(asked).set("accept", "text/csv").set("accept-language", "fr").expect(200);
  expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
  const lines = csv.text.split("\r\n");
  expect(lines[0]).toBe(
    '\uFEFFCampagne;Nom de la campagne;Impressions;Taux de clics;"Taux de clics, borne basse";"Taux de clics, borne haute";Dépense (micros d’euro)',
  );
  expect(lines[1]).toMatch(new RegExp(`^${campaignId};"'=1\\+1";4;0,25;0,0\\d+;0,\\d+;\\d+$`));
  expect(lines[2]).toMatch(/^Total;;4;0,25;/);
  const parquet = await get(`${asked}&format=parquet`).buffer(true).parse(binary).expect(200);
  const file: Buffer = parquet.body;
  expect([file.subarray(0, 4).toString(), file.subarray(-4).toString()]).toEqual(["PAR1", "PAR1"]);
});

test("a manager sees its own shops, and every wrong parameter is told at once", async () => {
  const other = await system.create("/v1/advertisers", { name: "A", payerName: "A", trade: "b" });
  const key = await system.managerKey([other.advertiserId ?? 0]);
  const own = await get(`/v1/reports?${range}&dimensions=campaign&campaign=${campaignId}`, key);
  expect(own.body).toMatchObject({ rows: [], totals: { impressions: 0, spendMicros: 0 } });
  expect((await get(`/v1/reports?${range}&dimensions=ssp`, key)).status).toBe(403);
  const wrong = await get(
    "/v1/reports?from=2026-02-30&to=x&dimensions=shoe&limit=0&sort=up&page=2",
  );
  expect(wrong.status).toBe(400);
  const pointers = wrong.body.errors.map((one: { pointer: string }) => one.pointer);
  expect(pointers.sort()).toEqual(["dimensions", "from", "page", "sort", "to"]);
  const areas = await get(`/v1/reports?${range}&dimensions=commune,device`);
  expect(areas.body.errors[0]).toMatchObject({ pointer: "dimensions" });
  expect((await request(system.url).get(`/v1/reports?${range}`)).status).toBe(401);
});

function binary(
  response: request.Response,
  done: (error: Error | null, body: Buffer) => void,
): void {
  const parts: Buffer[] = [];
  response.on("data", (part: Buffer) => parts.push(part));
  response.on("end", () => done(null, Buffer.concat(parts)));
}

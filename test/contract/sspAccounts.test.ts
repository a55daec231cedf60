import { randomBytes } from "node:crypto";
import express from "express";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiKeyRole, newApiKey } from "../../src/campaigns/apiKey.ts";
import { createAuthenticate, createReadApiKey } from "../../src/routes/authenticate.ts";
import { createProblemHandler } from "../../src/routes/problem.ts";
import { sspAccountsRouter } from "../../src/routes/sspAccounts.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { createSspAccounts, readHouseAccounts } from "../../src/stores/postgres/sspAccounts.ts";
import { type OpenStore, openCampaignStore, testActor } from "../support/campaignStore.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import { noonMs } from "../support/money.ts";

let opened: OpenStore;
let app: express.Express;
const keys = new Map<ApiKeyRole, string>();
const rate = { currency: "EUR", unitsPerEuro: 1, rateDate: "2026-06-01" };
const hourMs = 3_600_000;

beforeAll(async () => {
  opened = await openCampaignStore();
  app = express();
  app.set("query parser", "simple");
  const readApiKey = createReadApiKey({
    findApiKey: createApiKeyStore(opened.db).findByHash,
    monotonicMs: () => performance.now(),
  });
  app.use(
    sspAccountsRouter({
      authenticate: createAuthenticate(readApiKey),
      accounts: createSspAccounts(opened.db),
      sspExists: (name) => name === "demo" || name === "other",
      now: () => noonMs,
    }),
  );
  app.use(createProblemHandler((report) => expect(report).toBeUndefined()));
  await storeCampaigns(opened.db, [{ campaignId: 12, advertiserId: 7 }]);
  for (const role of ["admin", "manager", "reader"] as const) {
    const { key, keyHash } = newApiKey(randomBytes(32));
    keys.set(role, key);
    await createApiKeyStore(opened.db).save(
      { keyHash, role, advertiserIds: role === "manager" ? [7] : [], label: role },
      testActor,
    );
  }
  await fillLedger();
});
afterAll(() => opened.close());

/** Three impressions billed: two paid by the shop, one on the second of June in Paris that is still the first in UTC. */
async function fillLedger(): Promise<void> {
  const midnightMs = Date.UTC(2026, 5, 1, 22, 30);
  const rows = [noonMs, noonMs + hourMs, midnightMs].flatMap((occurredAtMs, index) => {
    const ad = { occurredAtMs, placementId: "ssp/demo" };
    const media = { ssp: "demo", priceMicros: 2_000, costMicros: 2_000, ...rate };
    const bill = ledgerRow({
      ...ad,
      eventId: `r${index}.0.media`,
      kind: "media",
      amountMicros: 0,
      media,
    });
    const shown = ledgerRow({ ...ad, eventId: `r${index}.0.impression`, amountMicros: 3_000 });
    return index === 1 ? [bill] : [shown, bill];
  });
  await admitToLedger(opened.db, rows);
  await admitToLedger(opened.db, rows);
}

const get = (path: string, role: ApiKeyRole = "admin") =>
  request(app)
    .get(path)
    .set("authorization", `Bearer ${keys.get(role) ?? ""}`);
const post = (path: string, body: string, type = "text/csv", role: ApiKeyRole = "admin") =>
  request(app)
    .post(path)
    .set("authorization", `Bearer ${keys.get(role) ?? ""}`)
    .set("content-type", type)
    .send(body);

describe("the spending at an SSP", () => {
  it("is told by day, with what shops paid, what it cost and what the house pays", async () => {
    const { body } = await get("/v1/ssps/demo/spending?from=2026-06-01&to=2026-06-30").expect(200);
    expect(body.totals).toEqual({
      billed: 3,
      costMicros: 6_000,
      houseBilled: 1,
      houseMicros: 2_000,
      riskCostMicros: 0,
      riskChargedMicros: 0,
      shown: 2,
      chargedMicros: 6_000,
      marginMicros: 0,
      housePermille: 333.33,
    });
    expect(body.days).toMatchObject([
      { day: "2026-06-01", currency: "EUR", billed: 2, chargedMicros: 3_000 },
      { day: "2026-06-02", currency: "EUR", billed: 1, chargedMicros: 3_000 },
    ]);
    const utc = await get("/v1/ssps/demo/spending?timeZone=UTC&to=2026-06-02").expect(200);
    expect(utc.body.days).toMatchObject([{ day: "2026-06-01", billed: 3 }]);
    expect(utc.body.from).toBe("2026-05-04");
    const empty = await get("/v1/ssps/other/spending").expect(200);
    expect(empty.body).toMatchObject({ days: [], totals: { costMicros: 0, housePermille: 0 } });
  });

  it("is for administrators, of SSPs that there are, and of sensible periods", async () => {
    await get("/v1/ssps/demo/spending", "manager").expect(403);
    await get("/v1/ssps/demo/spending", "reader").expect(403);
    await request(app).get("/v1/ssps/demo/spending").expect(401);
    await get("/v1/ssps/nobody/spending").expect(404);
    const wrong = await get(
      "/v1/ssps/demo/spending?from=2026-13-01&to=x&timeZone=Mars&page=1",
    ).expect(400);
    expect(wrong.body.errors.map((one: { pointer: string }) => one.pointer).sort()).toEqual([
      "from",
      "page",
      "timeZone",
      "to",
    ]);
    await get("/v1/ssps/demo/spending?from=2026-06-02&to=2026-06-01").expect(400);
    await get("/v1/ssps/demo/spending?from=2024-06-02&to=2026-06-01").expect(400);
  });

  it("is summed for the metrics of the house", async () => {
    expect(await readHouseAccounts(opened.db, noonMs - hourMs)).toEqual([
      { ssp: "demo", costMicros: 6_000, houseMicros: 2_000 },
    ]);
    expect(await readHouseAccounts(opened.db, noonMs + 24 * hourMs)).toEqual([]);
  });
});

describe("an SSP's monthly report", () => {
  const csv = "day,impressions,spend,currency\n2026-06-01,4,0.008,EUR\n2026-06-05,1,0.001,EUR\n";

  it("is imported, laid beside the ledger by day, and replaced when it comes again", async () => {
    const imported = await post("/v1/ssps/demo/reports", csv).expect(201);
    expect(imported.body).toEqual({ ssp: "demo", timeZone: "UTC", days: 2, months: ["2026-06"] });
    const { body } = await get("/v1/ssps/demo/reports/2026-06").expect(200);
    expect(body).toMatchObject({ month: "2026-06", timeZone: "UTC" });
    expect(body.days).toEqual([
      {
        day: "2026-06-01",
        currency: "EUR",
        reported: { impressions: 4, spendMicros: 8_000 },
        ledger: { impressions: 3, spendMicros: 6_000 },
        difference: { impressions: 1, spendMicros: 2_000 },
      },
      {
        day: "2026-06-05",
        currency: "EUR",
        reported: { impressions: 1, spendMicros: 1_000 },
        ledger: { impressions: 0, spendMicros: 0 },
        difference: { impressions: 1, spendMicros: 1_000 },
      },
    ]);
    const lines = '{"day":"2026-06-01","impressions":2,"spend":0.004,"currency":"EUR"}';
    const path = "/v1/ssps/demo/reports?timeZone=Europe/Paris";
    await post(path, lines, "application/x-ndjson").expect(201);
    const again = await get("/v1/ssps/demo/reports/2026-06").expect(200);
    expect(again.body.timeZone).toBe("Europe/Paris");
    expect(again.body.days[0].difference).toEqual({ impressions: 0, spendMicros: 0 });
    expect(again.body.totals).toHaveLength(1);
    const other = await get("/v1/ssps/demo/reports/2026-07").expect(200);
    expect(other.body).toMatchObject({ importedAt: null, days: [], totals: [] });
  });

  it("that breaks a rule is refused whole, and so is a month that is none", async () => {
    const broken = await post("/v1/ssps/demo/reports", `${csv}x,1,1,EUR\n`).expect(422);
    expect(broken.body.errors).toEqual([
      { pointer: "line 4, day", rule: 'must be written "YYYY-MM-DD"' },
    ]);
    await post("/v1/ssps/demo/reports?zone=UTC", csv).expect(400);
    await post("/v1/ssps/demo/reports", csv, "text/csv", "manager").expect(403);
    await post("/v1/ssps/nobody/reports", csv).expect(404);
    await post("/v1/ssps/demo/reports", "x".repeat(2 * 1024 * 1024 + 1)).expect(413);
    for (const month of ["2026-13", "202606", "2026-6", "x"])
      await get(`/v1/ssps/demo/reports/${month}`).expect(400);
  });
});

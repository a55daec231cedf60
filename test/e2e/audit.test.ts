import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import { type System, startSystem } from "../support/system.ts";
import { ask, consoleOrigin, logIn, openTenant, type Tenant, withKey } from "../support/tenants.ts";
import { until } from "../support/until.ts";

let system: System;
let agency: Tenant;
beforeAll(async () => {
  system = await startSystem({ PUBLIC_URL: consoleOrigin });
  agency = await openTenant(system, "Agence");
}, 60_000);
afterAll(() => system?.close());

const execute = (statement: ReturnType<typeof sql>) =>
  statement.execute(system.server.stores.db as never);

describe("the audit log", () => {
  it("tells whoever may read a campaign who changed it and its creatives, and nobody else", async () => {
    const { campaignId, creativeId } = agency.ids;
    const manager = withKey(agency.keys.manager ?? "");
    const path = `/v1/campaigns/${campaignId}`;
    await ask(system, { method: "PATCH", path }, manager, { bidMicros: 7_000_000 });
    const creative = { method: "PATCH", path: `/v1/creatives/${creativeId}` };
    await ask(system, creative, manager, { weight: 7 });
    const history = { method: "GET", path: `${path}/history?limit=2` };
    const reader = withKey(agency.keys.reader ?? "");
    const told = await ask(system, history, reader, null);
    expect(told.body.items).toMatchObject([
      { entity: "creative", entityId: creativeId, after: { weight: 7 } },
      {
        entity: "campaign",
        entityId: campaignId,
        actor: { label: "Agence manager" },
        after: { bidMicros: 7_000_000 },
      },
    ]);
    const next = `${path}/history?cursor=${told.body.nextCursor}`;
    const older = await ask(system, { method: "GET", path: next }, reader, null);
    expect(older.body.items.map((one: { before: unknown }) => one.before)).toContain(null);
    const wrong = await ask(
      system,
      { method: "GET", path: `${path}/history?limit=0` },
      reader,
      null,
    );
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, "limit"]);
  });

  it("tells who wrote what before and after, in which request, and never a secret", async () => {
    const { advertiserId, organizationId } = agency.ids;
    const path = `/v1/advertisers/${advertiserId}`;
    const key = withKey(agency.keys.manager ?? "");
    await logIn(system, agency.adminEmail);
    const named = { ...key, "x-request-id": "req-42" };
    await ask(system, { method: "PATCH", path }, named, { name: "Neuve" });
    const log = await request(system.url)
      .get("/v1/audit?entity=advertiser&limit=1")
      .set(withKey(agency.keys.admin ?? ""));
    expect(log.body.items).toMatchObject([
      {
        organizationId,
        entityId: advertiserId,
        requestId: "req-42",
        actor: { label: "Agence manager", organizationId, userId: null },
        after: { name: "Neuve" },
      },
    ]);
    expect(log.body.items[0].before.name).not.toBe("Neuve");
    const older = await request(system.url)
      .get(`/v1/audit?limit=200&until=${new Date().toISOString()}`)
      .set(withKey(agency.keys.admin ?? ""));
    const entities = new Set(older.body.items.map((one: { entity: string }) => one.entity));
    expect([...entities].sort()).toEqual(
      expect.arrayContaining([
        "advertiser",
        "api_key",
        "campaign",
        "organization",
        "session",
        "user",
      ]),
    );
    // The operator's people are its own affair.
    expect(older.text).toContain('"label":"leboncoin"');
    const { rows } = (await execute(
      sql`select string_agg(a::text, ' ') as log from audit_log a`,
    )) as { rows: readonly { readonly log: string }[] };
    expect(rows[0]?.log).not.toMatch(/argon2|(password|key|invitation|token)_?hash|atl_|atp_/i);
  });

  it("remembers credits with their campaign, and imported reports with their SSP", async () => {
    const { campaignId, advertiserId, organizationId } = agency.ids;
    const { db } = system.server.stores;
    const row = ledgerRow({ campaignId, advertiserId, budgetDay: "2026-06-01" });
    await admitToLedger(db, [row]);
    const credit = { creditId: "c", day: "2026-06-01", amountMicros: 1_000, reason: "geste" };
    await system.post(`/v1/campaigns/${campaignId}/credits`, credit).expect(201);
    await system.create("/v1/ssps", { name: "marche", addresses: ["203.0.113.0/24"] });
    const line = '{"day":"2026-06-01","impressions":2,"spend":0.004,"currency":"EUR"}';
    const sendReport = () =>
      request(system.url)
        .post("/v1/ssps/marche/reports")
        .set({ ...withKey(system.adminKey), "content-type": "application/x-ndjson" })
        .send(line);
    // The name is known to serving within a second.
    await until(async () => (await sendReport()).status === 201);
    const newest = async (entity: string, key: string) =>
      (await request(system.url).get(`/v1/audit?entity=${entity}&limit=1`).set(withKey(key))).body
        .items[0];
    expect(await newest("campaign", agency.keys.admin ?? "")).toMatchObject({
      organizationId,
      entityId: campaignId,
      actor: { label: "leboncoin", apiKeyId: null },
      after: { credit: { amountMicros: -1_000, credit: { reason: "geste" } } },
    });
    expect(await newest("ssp", system.adminKey)).toMatchObject({
      organizationId: 1,
      actor: { label: "admin", apiKeyId: expect.any(Number) },
      after: { reportImported: { days: 1, months: ["2026-06"] } },
    });
  });
});

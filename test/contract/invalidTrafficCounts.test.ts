import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCallerScreen, createSourceOf } from "../../src/serving/invalidTraffic.ts";
import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import type { ServingEvent } from "../../src/serving/ports.ts";
import { createRecordEvent } from "../../src/serving/recordEvent.ts";
import { trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { createEventSpool } from "../../src/stores/files/eventSpool.ts";
import { refreshClickRates } from "../../src/stores/postgres/clickRates.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { browser } from "../support/browser.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../support/campaignStore.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

let opened: OpenStore;
let server: TestRedis;
let money: Money;
beforeEach(async () => {
  [opened, server] = await Promise.all([openCampaignStore(), freshRedis()]);
  money = await openMoney(server.url);
  await money.openBuckets();
});
afterEach(async () => {
  money.close();
  await Promise.all([opened.close(), server.close()]);
});

const rates = async (campaignId: number) => {
  const { rows } = await sql<Readonly<Record<string, number>>>`
    select click_rate, view_rate from campaigns where id = ${campaignId}`.execute(opened.db);
  return rows[0];
};

test("a flood of bots is in the ledger with its reason, and teaches neither the click rate nor the view rate", async () => {
  const { campaignId, advertiserId } = await saveCampaign(opened.store);
  let events = 0;
  const rowsOf = (kind: LedgerRow["kind"], count: number, unchargedReason: string | null) =>
    Array.from({ length: count }, (): LedgerRow => {
      const eventId = `d${++events}.0.${kind}`;
      const ids = { campaignId, advertiserId, creativeId: 1, placementId: "top" };
      const money = { budgetDay: "2026-06-01", amountMicros: 0, unchargedReason, media: null };
      return { eventId, kind, ...ids, ...money, occurredAtMs: noonMs };
    });
  await admitToLedger(opened.db, [
    ...rowsOf("impression", 3_000, null),
    ...rowsOf("viewable", 1_500, null),
    ...rowsOf("click", 30, null),
    ...rowsOf("impression", 2_000, "invalid:data_centre"),
    ...rowsOf("viewable", 2_000, "invalid:too_fast"),
    ...rowsOf("click", 2_000, "invalid:bot"),
  ]);
  expect(await refreshClickRates(opened.db)).toBe(1);
  const known = await rates(campaignId);
  expect(known?.click_rate).toBeCloseTo(34 / 4_000);
  expect(known?.view_rate).toBeCloseTo(1_620 / 3_200);
  const { rows } = await sql<Readonly<Record<string, unknown>>>`
    select impressions, viewables, clicks, uncharged from campaign_days`.execute(opened.db);
  expect(rows).toEqual([{ impressions: 3_000, viewables: 1_500, clicks: 30, uncharged: 6_000 }]);
  const reasons = await sql<Readonly<Record<string, unknown>>>`
    select uncharged_reason, events from campaign_day_uncharged order by 1`.execute(opened.db);
  expect(reasons.rows.map((row) => Object.values(row))).toEqual([
    ["invalid:bot", 2_000],
    ["invalid:data_centre", 2_000],
    ["invalid:too_fast", 2_000],
  ]);
});

test("what waits for Redis on disk is judged as it was, and names neither an address nor a browser", async () => {
  const directory = mkdtempSync(join(tmpdir(), "spool-"));
  const spool = createEventSpool({ directory });
  const emitted: ServingEvent[] = [];
  let isAway = true;
  const events = createRecordEvent({
    keys: [trackingKeyFrom(randomBytes(32))],
    record: (...told) =>
      isAway ? Promise.resolve({ status: "unavailable" }) : money.record(...told),
    emit: (event) => void emitted.push(event),
    rules: { fastestClickMs: 500, fastestViewMs: 900 },
    spool: spool.spool,
  });
  const screen = createCallerScreen({ dataCentres: () => null, appUserAgents: [] });
  const sourceOf = createSourceOf("a secret for the tests", screen);
  const address = "203.0.113.77";
  const requests = [winner(), winner()] as const;
  await money.holdBudgets(requests, asked());
  const [hasty, bot] = requests.map((request) => claimsOf(request));
  if (hasty === undefined || bot === undefined) throw new Error("two were asked for");
  const person = sourceOf({ userAgent: browser, address });
  expect(await events.count("click", hasty, noonMs + 50, person)).toBe("spooled");
  const crawler = sourceOf({ userAgent: "Googlebot/2.1", address });
  expect(await events.count("impression", bot, noonMs + 60, crawler)).toBe("spooled");
  const written = readFileSync(join(directory, "open.ndjson"), "utf8");
  for (const secret of ["203.0.113", "Mozilla", "Googlebot"]) expect(written).not.toContain(secret);

  isAway = false;
  expect(await spool.replayAll(events.replay)).toBe(2);
  expect(emitted.map(({ payload }) => payload.invalidTraffic)).toEqual(["too_fast", "bot"]);
  expect(emitted.map(({ payload }) => payload.unchargedReason)).toEqual([
    "invalid:too_fast",
    "invalid:bot",
  ]);
  expect(await money.counters()).toEqual({ h: "0" });
  rmSync(directory, { recursive: true });
});

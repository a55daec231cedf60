import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPasswordQueue } from "../../../src/accounts/passwordQueue.ts";
import { readVatRates } from "../../../src/billing/vat.ts";
import { prepareDemoPast } from "../../../src/commands/demoPast.ts";
import { agencyName, floristName, saveDemoAccounts } from "../../../src/demo/demoAccounts.ts";
import { demoSegments } from "../../../src/demo/segments.ts";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { createAccountStore } from "../../../src/stores/postgres/accounts.ts";
import { findReportDifferences } from "../../../src/stores/postgres/reportCheck.ts";
import { type OpenStore, openCampaignStore, testActor } from "../../support/campaignStore.ts";
import { demoNowMs } from "../../support/demoShops.ts";
import { frenchPlaces } from "../../support/geography.ts";

let opened: OpenStore;

beforeAll(async () => {
  opened = await openCampaignStore();
  const { store, db } = opened;
  const passwords = createPasswordQueue(2);
  await saveDemoAccounts({ ...createAccountStore(db), passwords, secret: "s".repeat(32) });
  const known = new Set((await store.segments.readAll()).map(({ slug }) => slug));
  for (const { slug, name } of demoSegments)
    if (!known.has(slug)) await store.segments.insert({ slug, name }, testActor);
}, 60_000);
afterAll(() => opened?.close());

const seller = {
  name: "Régie",
  address: ["1 rue X"],
  siren: "000000000",
  vatNumber: "FR00000000000",
};
const preparePast = () =>
  prepareDemoPast({ db: opened.db, places: frenchPlaces }, opened.store, {
    publicUrl: "http://localhost:8080",
    nowMs: demoNowMs,
    compileZone: (zone) => compileZone(zone, frenchPlaces),
    log: () => undefined,
    invoiceRules: { seller, vatRates: readVatRates("2014-01-01=20") ?? [] },
    volume: 0.02,
  });

async function counts() {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from ledger)::integer as events,
    (select count(*) from ledger where uncharged_reason is not null)::integer as uncharged,
    (select count(*) from report_batches)::integer as waiting,
    (select count(*) from campaigns)::integer as campaigns,
    (select count(*) from creatives where review_status = 'pending')::integer as pending,
    (select count(*) from creatives where review_status = 'rejected')::integer as rejected,
    (select count(*) from invoices)::integer as invoices,
    (select count(*) from audit_log where actor_user_id is not null)::integer as edits,
    (select count(*) from creatives)::integer as creatives`.execute(opened.db);
  return rows[0]!;
}

test("the demo's past is in the ledger within every budget, reports equal it, and a second start adds nothing", async () => {
  await preparePast();
  const first = await counts();
  expect(first.campaigns).toBe(304);
  expect(first.events).toBeGreaterThan(1_000);
  expect(first.waiting).toBe(0);
  expect(first.pending).toBeGreaterThanOrEqual(2);
  expect(first.rejected).toBeGreaterThanOrEqual(1);
  expect(first.edits).toBeGreaterThan(10);
  // The month that is over is invoiced.
  expect(first.invoices).toBeGreaterThan(10);
  // Only the mark that it is done: what the past charges, the ledger has admitted.
  expect(first.uncharged).toBe(1);
  expect(await findReportDifferences(opened.db, "2020-01-01", "2100-01-01")).toEqual([]);
  await preparePast();
  expect(await counts()).toEqual(first);
}, 60_000);

test("agency and florist own their shops, and the florist's bouquets were shown every day for five weeks", async () => {
  const { rows } = await sql<{ name: string; campaigns: number; days: number }>`
    select o.name, count(distinct c.id)::integer as campaigns, count(distinct d.budget_day)::integer as days
    from organizations o join advertisers a on a.organization_id = o.id join campaigns c on c.advertiser_id = a.id
      left join campaign_days d on d.campaign_id = c.id
    where o.id > 1 group by o.name order by o.name`.execute(opened.db);
  expect(rows).toMatchObject([
    { name: agencyName, campaigns: 300 },
    { name: floristName, campaigns: 4 },
  ]);
  expect(rows[1]?.days).toBeGreaterThan(30);
});

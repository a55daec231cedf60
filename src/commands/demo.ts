import { createPasswordQueue } from "../accounts/passwordQueue.ts";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import type { InvoiceRules } from "../billing/billingBooks.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { zoneRulesOf } from "../compose/management.ts";
import type { Stores } from "../compose/stores.ts";
import { type DemoAccount, saveDemoAccounts } from "../demo/demoAccounts.ts";
import { type DemoKeys, saveDemoKeys } from "../demo/demoKeys.ts";
import { placesToDemoPlaces } from "../demo/demoPlaces.ts";
import { seedDemoSsp } from "../demo/demoSsp.ts";
import { type DemoSpending, seedDemo } from "../demo/seedDemo.ts";
import { seedPopulation } from "../demo/seedPopulation.ts";
import type { LedgerRow } from "../serving/ledgerRow.ts";
import { SetupError } from "../setupError.ts";
import { createAccountStore } from "../stores/postgres/accounts.ts";
import { createApiKeyStore } from "../stores/postgres/apiKeys.ts";
import { type CampaignStore, createCampaignStore } from "../stores/postgres/campaignStore.ts";
import { createPostgresLedger } from "../stores/postgres/ledger.ts";
import { movePictures } from "../stores/postgres/movePictures.ts";
import { prepareDemoInsights } from "./demoInsights.ts";
import { prepareDemoPast } from "./demoPast.ts";

/** How the demo is entered: shown by `start` alone, and stored as hashes. */
export interface DemoAccess {
  readonly keys: DemoKeys;
  readonly accounts: readonly DemoAccount[];
}

export interface DemoOptions {
  readonly publicUrl: string;
  /** Of the data folder: the demo's keys and its site's signatures follow from it. */
  readonly secret: string;
  readonly nowMs: number;
  /** Who sells, on invoices; left out: none are issued. */
  readonly invoiceRules?: InvoiceRules | null;
  /** How much of the past is written, 0–1. Default 1. */
  readonly volume?: number;
  readonly log: (line: string) => void;
}

const visitors = 5_000;
const firstShops = { limit: 10, afterId: 0 } as const;

/** Fills empty stores with the demo (shops, campaigns, visitors) and gives its API keys and people. Does nothing twice. */
export async function prepareDemo(
  stores: Pick<Stores, "db" | "scores" | "places" | "contours">,
  visitorSecret: string,
  options: DemoOptions,
): Promise<DemoAccess> {
  const store = createCampaignStore(stores.db);
  const places = placesToDemoPlaces(stores.places);
  const outcome = await seedDemo({
    ...options,
    store,
    places,
    compileZone: zoneRulesOf(stores).compileZone,
    recordSpending: (spending) => recordSpending(stores, store, spending),
    signingSecret: options.secret,
  });
  if (outcome.seeded) options.log(`Demo: ${outcome.campaigns} campaigns are open`);
  // Another port than the last time.
  await movePictures(stores.db, options.publicUrl);
  await seedDemoSsp(store.ssps);
  const segments = await store.segments.readAll();
  const written = await seedPopulation({
    scores: stores.scores,
    visitorKeyOf: createVisitorKeyOf(visitorSecret),
    places,
    segmentIdBySlug: new Map(segments.map(({ slug, segmentId }) => [slug, segmentId])),
    count: visitors,
    nowMs: options.nowMs,
  });
  if (written > 0) options.log(`Demo: ${written} visitors have their audience scores`);
  const shops = await store.advertisers.list({ advertiserIds: null }, firstShops);
  const advertiserIds = shops.map(({ advertiserId }) => advertiserId);
  const { secret } = options;
  const keys = await saveDemoKeys(createApiKeyStore(stores.db), secret, advertiserIds);
  const passwords = createPasswordQueue(1);
  const accountStore = createAccountStore(stores.db);
  const accounts = await saveDemoAccounts({ ...accountStore, passwords, secret });
  const { compileZone } = zoneRulesOf(stores);
  const { invoiceRules = null } = options;
  await prepareDemoPast(stores, store, { ...options, compileZone, invoiceRules });
  await prepareDemoInsights(stores, options);
  return { keys, accounts };
}

async function recordSpending(
  stores: Pick<Stores, "db">,
  store: CampaignStore,
  spending: readonly DemoSpending[],
): Promise<void> {
  const rows: LedgerRow[] = [];
  for (const spent of spending) {
    const filter = { campaignId: spent.campaignId, advertiserIds: null };
    const [creative] = await store.creatives.list(filter, { limit: 1, afterId: 0 });
    if (creative !== undefined) rows.push(toLedgerRow(spent, creative.creativeId));
  }
  const ledger = createPostgresLedger(stores.db);
  const outcome = await ledger.exclusively((session) => session.append(rows));
  if (!outcome.ran) throw new SetupError("Another process is using this database: stop it first.");
}

function toLedgerRow(spent: DemoSpending, creativeId: number): LedgerRow {
  const { eventId, campaignId, advertiserId, amountMicros, occurredAtMs } = spent;
  return {
    eventId,
    kind: "impression",
    campaignId,
    advertiserId,
    creativeId,
    placementId: "demo",
    budgetDay: budgetDayOf(occurredAtMs),
    amountMicros,
    unchargedReason: null,
    occurredAtMs,
    media: null,
  };
}

import type { InvoiceRules } from "../billing/billingBooks.ts";
import { closeMonth } from "../billing/closeMonth.ts";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { createPlaceOf } from "../compose/reports.ts";
import type { Stores } from "../compose/stores.ts";
import { agencyName, floristName } from "../demo/demoAccounts.ts";
import { placesToDemoPlaces } from "../demo/demoPlaces.ts";
import { makeAgencyShops } from "../demo/past/agencyShops.ts";
import { makeFloristShop } from "../demo/past/floristShop.ts";
import { makePast, type PastCampaign } from "../demo/past/makePast.ts";
import { toPastCampaign } from "../demo/past/pastTowns.ts";
import { type SavedCampaign, savePortfolio } from "../demo/past/savePortfolio.ts";
import { editsOf, waitingCreatives } from "../demo/past/waitingCreatives.ts";
import { createRandom } from "../demo/random.ts";
import type { CompiledZone, Zone } from "../geo/types.ts";
import { rollUpAll } from "../jobs/rollUpReports.ts";
import { SetupError } from "../setupError.ts";
import { createAccountStore } from "../stores/postgres/accounts.ts";
import type { CampaignStore } from "../stores/postgres/campaignStore.ts";
import { createInvoiceBooks } from "../stores/postgres/invoices.ts";
import { createPostgresLedger } from "../stores/postgres/ledger.ts";
import { closeReportAreas } from "../stores/postgres/reportAreas.ts";
import { rollUpReports } from "../stores/postgres/reportRollup.ts";

export interface DemoPastOptions {
  readonly publicUrl: string;
  readonly nowMs: number;
  readonly compileZone: (zone: Zone) => CompiledZone;
  readonly log: (line: string) => void;
  /** Who sells, on the invoices of the month that is over; null = there are none. */
  readonly invoiceRules: InvoiceRules | null;
  /** How much of the past is written, 0–1: tests need little of it. Default 1. */
  readonly volume?: number;
}

const diceSeed = 1_912;
const dayMs = 86_400_000;
const batchesAtOnce = 50;
/** The last thing that is written: once it is there, nothing is left to do. */
const marker = "demo-past-done";

/**
 * Gives the demo its past: the shops of the agency and of the florist, and what they showed and paid in the last weeks, by the
 * ledger's own admission. Does nothing when it is there. The same dice on the same day give the same past.
 */
export async function prepareDemoPast(
  stores: Pick<Stores, "db" | "places">,
  store: CampaignStore,
  options: DemoPastOptions,
): Promise<void> {
  const ledger = createPostgresLedger(stores.db);
  const asked = await ledger.exclusively((session) => session.knownEvents([marker]));
  if (asked.ran && asked.result.size > 0) return;
  const campaigns = await saveShops(stores, store, options);
  const rows = campaigns.flatMap((campaign) =>
    makePast(
      lessOf(campaign, options.volume ?? 1),
      options.nowMs,
      createRandom(diceSeed + campaign.campaignId),
    ),
  );
  const [first] = rows;
  if (first === undefined) return;
  const done = { ...first, eventId: marker, amountMicros: 0, unchargedReason: "demo_past" };
  const outcome = await ledger.exclusively((session) => session.append([...rows, done]));
  if (!outcome.ran) throw new SetupError("Another process is using this database: stop it first.");
  await rollUpAll({
    rollUp: (most) => rollUpReports(stores.db, createPlaceOf(stores.places), most),
    batchesAtOnce,
  });
  await publishPlaces(stores, options.nowMs);
  await closeLastMonth(stores, campaigns, options);
  options.log(`Demo: ${rows.length} events of the last five weeks are in the ledger`);
}

/** Places of the days and weeks that are over, as a server that had run would have published them: three weeks at a time. */
async function publishPlaces({ db }: Pick<Stores, "db">, nowMs: number): Promise<void> {
  for (const ago of [15, 0]) await closeReportAreas(db, nowMs - ago * dayMs);
}

/** What they showed in the month that is over is invoiced. */
async function closeLastMonth(
  { db, places }: Pick<Stores, "db" | "places">,
  campaigns: readonly PastCampaign[],
  { nowMs, invoiceRules: rules }: DemoPastOptions,
): Promise<void> {
  const today = budgetDayOf(nowMs);
  const month = addDays(`${today.slice(0, 7)}-01`, -1).slice(0, 7);
  const advertiserIds = [...new Set(campaigns.map(({ advertiserId }) => advertiserId))];
  if (rules === null) return;
  const deps = { invoices: createInvoiceBooks(db, places), rules, today: () => today };
  await closeMonth(deps, { month, advertiserIds }, { apiKeyId: null, label: "demo" });
}

async function saveShops(
  { db, places }: Pick<Stores, "db" | "places">,
  store: CampaignStore,
  options: DemoPastOptions,
) {
  const demoPlaces = placesToDemoPlaces(places);
  const { organizations } = createAccountStore(db);
  const present = await organizations.list({ organizationId: null }, { limit: 200, afterId: 0 });
  const idOf = (name: string) => present.find((one) => one.name === name)?.organizationId ?? 1;
  const segments = await store.segments.readAll();
  const saved = await savePortfolio(
    store,
    [
      { organizationId: idOf(floristName), shops: [makeFloristShop(options)] },
      {
        organizationId: idOf(agencyName),
        shops: makeAgencyShops(demoPlaces, options, createRandom(diceSeed)),
      },
    ],
    {
      segmentIdBySlug: new Map(segments.map(({ slug, segmentId }) => [slug, segmentId])),
      compileZone: options.compileZone,
    },
  );
  await saveWork(store, saved, await peopleOf(db), options);
  const around = demoPlaces.filter(({ departementCode }) => nearby.has(departementCode));
  return saved.flatMap((one) => toPastCampaign(one, around) ?? []);
}

interface KnownPerson {
  readonly userId: number;
  readonly organizationId: number;
  readonly name: string;
  readonly role: string;
}

async function peopleOf(db: Stores["db"]): Promise<readonly KnownPerson[]> {
  const { users } = createAccountStore(db);
  return users.list({ organizationId: null }, { limit: 200, afterId: 0 });
}

/** What people have done meanwhile: changed their campaigns, handed in creatives, refused some. */
async function saveWork(
  store: CampaignStore,
  saved: readonly SavedCampaign[],
  people: readonly KnownPerson[],
  { publicUrl, nowMs }: DemoPastOptions,
): Promise<void> {
  const isDone = saved.some(({ creatives }) =>
    creatives.some(({ review }) => review.status !== "approved"),
  );
  if (isDone) return;
  for (const [organizationId, theirs] of Map.groupBy(saved, (one) => one.organizationId)) {
    const owner = people.find((person) => person.organizationId === organizationId);
    if (owner === undefined) continue;
    const { userId, name: label } = owner;
    const actor = { apiKeyId: null, label, userId, organizationId };
    for (const changes of editsOf(theirs)) await store.campaigns.changeAll(changes, actor);
  }
  const reviewer = people.find(({ role }) => role === "reviewer")?.name ?? "demo";
  const creatives = waitingCreatives(saved, { publicUrl, reviewer, nowMs });
  await store.creatives.insertAll(creatives, { apiKeyId: null, label: "demo" });
}

function lessOf(campaign: PastCampaign, volume: number): PastCampaign {
  const { delivery } = campaign;
  const impressionsPerDay = delivery.impressionsPerDay * volume;
  return { ...campaign, delivery: { ...delivery, impressionsPerDay } };
}

/** Nouvelle-Aquitaine and what touches the Limousin. */
const nearby = new Set("16 17 19 23 24 33 40 47 64 79 86 87 15 18 36 46 63".split(" "));

import type { AdvertiserFields } from "../campaigns/advertiserSchema.ts";
import type { CreativeFields } from "../campaigns/creativeSchema.ts";
import type {
  Actor,
  AdvertiserRepository,
  CampaignRepository,
  CampaignWrite,
  CreativeRepository,
  PlacementRepository,
  SegmentRepository,
  SiteRepository,
} from "../campaigns/repository.ts";
import type { CompiledZone, Zone } from "../geo/types.ts";
import { demoCampaignToWrite, demoCreativeToFields, type RecordContext } from "./demoRecords.ts";
import { demoSite } from "./demoSite.ts";
import type { DemoCampaign, DemoPlace, DemoShop } from "./demoTypes.ts";
import { generateDemo } from "./generateDemo.ts";
import { createRandom } from "./random.ts";
import { demoSegments } from "./segments.ts";

/** Where the demo is written: the campaign store's own functions. */
export interface DemoStore {
  readonly advertisers: Pick<AdvertiserRepository, "list">;
  readonly campaigns: Pick<CampaignRepository, "list">;
  readonly creatives: Pick<CreativeRepository, "list" | "insert">;
  readonly sites: Pick<SiteRepository, "list" | "insert">;
  readonly placements: Pick<PlacementRepository, "list" | "insert">;
  readonly segments: SegmentRepository;
  saveAdvertisersInBulk(
    rows: readonly AdvertiserFields[],
    actor: Actor,
  ): Promise<readonly number[]>;
  saveCampaignsInBulk(
    rows: readonly {
      readonly campaign: CampaignWrite;
      readonly creatives: readonly CreativeFields[];
    }[],
    actor: Actor,
  ): Promise<readonly number[]>;
}

/** What a campaign had spent before the demo began; to be written once per `eventId`. */
export interface DemoSpending {
  readonly eventId: string;
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly amountMicros: number;
  readonly occurredAtMs: number;
}

export interface SeedDemoDeps {
  readonly store: DemoStore;
  readonly places: readonly DemoPlace[];
  readonly compileZone: (zone: Zone) => CompiledZone;
  readonly recordSpending: (spending: readonly DemoSpending[]) => Promise<void>;
  /** The secret that signs visitor ids of the demo site: 32 to 128 characters that nobody can guess. */
  readonly signingSecret: string;
  /** Where this server is reached from a browser, without a slash at the end. */
  readonly publicUrl: string;
  readonly nowMs: number;
  readonly log: (line: string) => void;
}

export interface SeedDemoOutcome {
  /** False when the demo was there already. */
  readonly seeded: boolean;
  readonly siteKey: string;
  readonly shops: number;
  readonly campaigns: number;
}

/** The seed of the demo's dice: the same towns get the same shops on every machine. */
const diceSeed = 87_000;
const demoActor: Actor = { apiKeyId: null, label: "demo" };
const everyPage = { limit: 100_000, afterId: 0 } as const;

/**
 * Writes the demo: segments, shops, campaigns, creatives, the site and its placements. Does nothing when the site and
 * all its placements are there; a seed that was interrupted goes on from the last thing that is whole. About 5 s.
 * Throws PublicError `unavailable` when the store is away.
 */
export async function seedDemo(deps: SeedDemoDeps): Promise<SeedDemoOutcome> {
  const done = { seeded: false, siteKey: demoSite.publicKey, shops: 0, campaigns: 0 };
  if (await isSeeded(deps.store)) return done;
  const shops = generateDemo(deps.places, deps, createRandom(diceSeed));
  const campaigns = shops.flatMap((shop) => shop.campaigns);
  deps.log(`Demo: ${shops.length} shops and ${campaigns.length} campaigns are being opened`);
  const segmentIdBySlug = await saveSegments(deps.store);
  const advertiserIds = await saveAdvertisers(deps.store, shops);
  const context = { segmentIdBySlug, compileZone: deps.compileZone };
  const campaignIds = await saveCampaigns(deps.store, shops, advertiserIds, context);
  await deps.recordSpending(spendingOf(shops, advertiserIds, campaignIds, deps.nowMs));
  await saveSite(deps.store, deps.signingSecret);
  return { ...done, seeded: true, shops: shops.length, campaigns: campaigns.length };
}

async function isSeeded(store: DemoStore): Promise<boolean> {
  const site = await findSite(store);
  if (site === undefined) return false;
  const placements = await store.placements.list({ siteId: site.siteId }, everyPage);
  const codes = new Set(placements.map((placement) => placement.code));
  return demoSite.placements.every((placement) => codes.has(placement.code));
}

async function findSite(store: DemoStore) {
  const sites = await store.sites.list({}, everyPage);
  return sites.find((site) => site.publicKey === demoSite.publicKey);
}

async function saveSegments(store: DemoStore): Promise<ReadonlyMap<string, number>> {
  const ids = new Map((await store.segments.readAll()).map((it) => [it.slug, it.segmentId]));
  for (const { slug, name, categories } of demoSegments) {
    if (ids.has(slug)) continue;
    const segment = await store.segments.insert(
      { slug, name, categories: [...categories] },
      demoActor,
    );
    ids.set(slug, segment.segmentId);
  }
  return ids;
}

/** All shops are written in one transaction, so that either none or all of them are there. */
async function saveAdvertisers(
  store: DemoStore,
  shops: readonly DemoShop[],
): Promise<readonly number[]> {
  const names = new Set(shops.map((shop) => shop.advertiser.name));
  const known = await store.advertisers.list({ advertiserIds: null }, everyPage);
  const ours = known.filter((advertiser) => names.has(advertiser.name));
  if (ours.length === shops.length) return ours.map((advertiser) => advertiser.advertiserId);
  return store.saveAdvertisersInBulk(
    shops.map((shop) => shop.advertiser),
    demoActor,
  );
}

async function saveCampaigns(
  store: DemoStore,
  shops: readonly DemoShop[],
  advertiserIds: readonly number[],
  context: RecordContext,
): Promise<readonly number[]> {
  const owned = shops.flatMap((shop, index) =>
    shop.campaigns.map((campaign) => ({ campaign, advertiserId: advertiserIds[index] ?? 0 })),
  );
  const known = await store.campaigns.list({ advertiserIds, status: null }, everyPage);
  if (known.length === owned.length) {
    const ids = known.map((campaign) => campaign.campaignId);
    await saveMissingCreatives(store, owned, ids, advertiserIds);
    return ids;
  }
  const rows = owned.map(({ campaign, advertiserId }) => ({
    campaign: demoCampaignToWrite(campaign, advertiserId, context),
    creatives: campaign.creatives.map((creative) => demoCreativeToFields(creative, 0)),
  }));
  return store.saveCampaignsInBulk(rows, demoActor);
}

/** Creatives follow their campaigns in a transaction of their own: a seed may have been stopped between the two. */
async function saveMissingCreatives(
  store: DemoStore,
  owned: readonly { readonly campaign: DemoCampaign }[],
  campaignIds: readonly number[],
  advertiserIds: readonly number[],
): Promise<void> {
  const known = await store.creatives.list({ campaignId: null, advertiserIds }, everyPage);
  const withCreatives = new Set(known.map((creative) => creative.campaignId));
  for (const [index, { campaign }] of owned.entries()) {
    const campaignId = campaignIds[index] ?? 0;
    if (withCreatives.has(campaignId)) continue;
    for (const creative of campaign.creatives) {
      await store.creatives.insert(demoCreativeToFields(creative, campaignId), demoActor);
    }
  }
}

function spendingOf(
  shops: readonly DemoShop[],
  advertiserIds: readonly number[],
  campaignIds: readonly number[],
  nowMs: number,
): readonly DemoSpending[] {
  const campaigns = shops.flatMap((shop, index) =>
    shop.campaigns.map((campaign) => ({ campaign, advertiserId: advertiserIds[index] ?? 0 })),
  );
  return campaigns.flatMap(({ campaign, advertiserId }, index) => {
    if (campaign.spentMicros === 0) return [];
    const campaignId = campaignIds[index] ?? 0;
    const amountMicros = campaign.spentMicros;
    return [
      {
        eventId: `demo-${campaignId}.0.impression`,
        campaignId,
        advertiserId,
        amountMicros,
        occurredAtMs: nowMs,
      },
    ];
  });
}

async function saveSite(store: DemoStore, signingSecret: string): Promise<void> {
  const { name, publicKey, placements } = demoSite;
  const fields = { name, publicKey, signingSecret, allowedOrigins: [] };
  const site = (await findSite(store)) ?? (await store.sites.insert(fields, demoActor));
  const known = await store.placements.list({ siteId: site.siteId }, everyPage);
  for (const placement of placements) {
    if (known.some((it) => it.code === placement.code)) continue;
    await store.placements.insert(
      {
        ...placement,
        sizes: placement.sizes.map(([width, height]): [number, number] => [width, height]),
        siteId: site.siteId,
        blockedAdvertiserIds: [],
        blockedTrades: [],
        allowedCategories: [],
      },
      demoActor,
    );
  }
}

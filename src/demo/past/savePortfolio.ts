import type { AdvertiserFields } from "../../campaigns/advertiserSchema.ts";
import type {
  Actor,
  AdvertiserRepository,
  CampaignRepository,
  CreativeRepository,
  StoredCampaign,
  StoredCreative,
} from "../../campaigns/repository.ts";
import { demoCampaignToWrite, demoCreativeToFields, type RecordContext } from "../demoRecords.ts";
import type { DemoStore } from "../seedDemo.ts";
import type { PortfolioCampaign, PortfolioShop } from "./portfolioTypes.ts";

export interface PortfolioStore
  extends Pick<DemoStore, "saveAdvertisersInBulk" | "saveCampaignsInBulk"> {
  readonly advertisers: Pick<AdvertiserRepository, "list">;
  readonly campaigns: Pick<CampaignRepository, "list">;
  readonly creatives: Pick<CreativeRepository, "list" | "insertAll">;
}

/** Shops and the organisation that they belong to. */
export interface OwnedShops {
  readonly organizationId: number;
  readonly shops: readonly PortfolioShop[];
}

/** A campaign of the portfolio as it is kept. */
export interface SavedCampaign {
  readonly trade: string;
  readonly organizationId: number;
  readonly planned: PortfolioCampaign;
  readonly stored: StoredCampaign;
  readonly creatives: readonly StoredCreative[];
}

const demoActor: Actor = { apiKeyId: null, label: "demo" };
const everyPage = { limit: 100_000, afterId: 0 } as const;

/** Saves what is not there yet of the shops of some organisations; a run that was cut off is gone on with. */
export async function savePortfolio(
  store: PortfolioStore,
  owned: readonly OwnedShops[],
  context: RecordContext,
): Promise<readonly SavedCampaign[]> {
  const shops = owned.flatMap((one) =>
    one.shops.map((shop) => ({ ...shop, organizationId: one.organizationId })),
  );
  const idOf = await saveAdvertisers(store, shops);
  const planned = shops.flatMap((shop) =>
    shop.campaigns.map((campaign) => ({
      campaign,
      advertiserId: idOf(shop.advertiser.name),
      trade: shop.advertiser.trade,
      organizationId: shop.organizationId,
    })),
  );
  const advertiserIds = [...new Set(planned.map(({ advertiserId }) => advertiserId))];
  const ofThem = { advertiserIds, status: null };
  if ((await store.campaigns.list(ofThem, { limit: 1, afterId: 0 })).length === 0)
    await store.saveCampaignsInBulk(
      planned.map(({ campaign, advertiserId }) => ({
        campaign: demoCampaignToWrite(campaign, advertiserId, context),
        creatives: [],
      })),
      demoActor,
    );
  const stored = await store.campaigns.list(ofThem, { ...everyPage, limit: planned.length });
  const creatives = await saveCreatives(store, planned, stored, advertiserIds);
  return planned.flatMap(({ campaign, trade, organizationId }, index) => {
    const kept = stored[index];
    return kept === undefined
      ? []
      : [
          {
            planned: campaign,
            trade,
            organizationId,
            stored: kept,
            creatives: creatives.get(kept.campaignId) ?? [],
          },
        ];
  });
}

async function saveAdvertisers(
  store: PortfolioStore,
  shops: readonly (PortfolioShop & { readonly organizationId: number })[],
): Promise<(name: string) => number> {
  const organizations = new Set(shops.map(({ organizationId }) => organizationId));
  const all = await store.advertisers.list({ advertiserIds: null }, everyPage);
  const ids = new Map(
    all.flatMap(({ organizationId, name, advertiserId }) =>
      organizations.has(organizationId) ? [[name, advertiserId] as const] : [],
    ),
  );
  const missing = shops.filter(({ advertiser }) => !ids.has(advertiser.name));
  const fields = missing.map(
    ({ advertiser, organizationId }): AdvertiserFields => ({ ...advertiser, organizationId }),
  );
  const added = await store.saveAdvertisersInBulk(fields, demoActor);
  for (const [index, id] of added.entries()) ids.set(missing[index]?.advertiser.name ?? "", id);
  return (name) => ids.get(name) ?? 0;
}

/** By campaign. Written in one transaction of their own: all of them, or none. */
async function saveCreatives(
  store: PortfolioStore,
  planned: readonly { readonly campaign: PortfolioCampaign }[],
  stored: readonly StoredCampaign[],
  advertiserIds: readonly number[],
): Promise<ReadonlyMap<number, readonly StoredCreative[]>> {
  const filter = { campaignId: null, advertiserIds };
  const known = await store.creatives.list(filter, everyPage);
  const kept =
    known.length > 0
      ? known
      : await store.creatives.insertAll(
          planned.flatMap(({ campaign }, index) =>
            campaign.creatives.map((creative) =>
              demoCreativeToFields(creative, stored[index]?.campaignId ?? 0),
            ),
          ),
          demoActor,
        );
  return Map.groupBy(kept, ({ campaignId }) => campaignId);
}

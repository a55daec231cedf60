import type { Router } from "express";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { SaveCampaignDeps } from "../campaigns/saveCampaign.ts";
import type { Config } from "../config.ts";
import { PublicError } from "../errors.ts";
import { isPrivateAddress } from "../links/privateAddress.ts";
import { createDrawBanners } from "../media/drawPool.ts";
import type { Admission } from "../routes/admission.ts";
import type { ForecastCampaign } from "../routes/campaigns.ts";
import { shopCampaignsRouter } from "../routes/shopCampaigns.ts";
import type { ForecastShop } from "../shops/planShopCampaign.ts";
import type { CampaignStore } from "../stores/postgres/campaignStore.ts";
import { createShopIdentities } from "../stores/postgres/shopIdentities.ts";
import type { Creatives } from "./creatives.ts";
import type { Stores } from "./stores.ts";

export interface ShopParts {
  readonly admission: Admission;
  readonly store: CampaignStore;
  readonly saveCampaign: SaveCampaignDeps;
  readonly creatives: Creatives;
  /** Absent = nothing is forecast. */
  readonly forecastCampaign?: ForecastCampaign;
}

/** Shops: all of a campaign in one call. */
export function composeShopCampaigns(
  { publicUrl }: Pick<Config, "publicUrl">,
  { db, places, clock }: Pick<Stores, "db" | "places" | "clock">,
  { admission, store, saveCampaign, creatives, forecastCampaign }: ShopParts,
): readonly Router[] {
  const identities = createShopIdentities(db);
  const { authenticateFirst, writing } = admission;
  return [
    shopCampaignsRouter({
      authenticateFirst,
      writing,
      ...creatives.savePictures,
      drawBanners: createDrawBanners(),
      advertisers: store.advertisers,
      saveCampaign,
      saveCreative: creatives.saveCreative,
      places,
      // Left to operators: nothing is asked outside of this server.
      lookUpAddress: null,
      forecast: forecastCampaign === undefined ? async () => null : forecastShop(forecastCampaign),
      keepIdentity: identities.keep,
      inTransaction: identities.inTransaction,
      shopPageUrl: shopPageUrlOf(publicUrl),
      today: () => budgetDayOf(clock.nowMs()),
    }),
  ];
}

/** Without a forecast a campaign can be made all the same. */
function forecastShop(ask: ForecastCampaign): ForecastShop {
  return async ({ categories, ...question }) => {
    const campaign = {
      ...question,
      priority: "paid" as const,
      placeIntention: "any" as const,
      categories: { include: [...categories], exclude: [] },
      devices: [],
      dayparts: [],
      frequencyCaps: [],
      pricing: "cpm" as const,
    };
    try {
      return await ask(campaign);
    } catch (error) {
      if (error instanceof PublicError && error.code === "unavailable") return null;
      throw error;
    }
  };
}

function shopPageUrlOf(publicUrl: string): (advertiserId: number) => string | null {
  const { protocol, hostname } = new URL(publicUrl);
  const isPublic = protocol === "https:" && hostname.includes(".") && !isPrivateAddress(hostname);
  return (advertiserId) => (isPublic ? `${publicUrl}/boutiques/${advertiserId}` : null);
}

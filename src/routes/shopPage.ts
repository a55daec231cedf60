import { Router } from "express";
import { notFound } from "../campaigns/access.ts";
import type { ShopIdentity } from "../shops/createShopCampaign.ts";
import { shopPage, shopPagePolicy } from "../shops/shopPage.ts";
import { parseId } from "./resource.ts";

export interface ShopPageDeps {
  readonly readShop: (
    advertiserId: number,
  ) => Promise<(ShopIdentity & { readonly name: string }) | null>;
}

/** `GET /boutiques/{advertiserId}`: the page of a shop that told a telephone to be called by; others have none. */
export function shopPageRouter({ readShop }: ShopPageDeps): Router {
  const router = Router();
  router.get("/boutiques/:advertiserId", async (request, response) => {
    const shop = await readShop(parseId(request, "advertiserId"));
    if (shop === null || shop.phone === null) throw notFound();
    const { name, phone, address } = shop;
    response.set({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": shopPagePolicy,
      "cache-control": "public, max-age=300",
    });
    response.send(shopPage({ name, phone, address }));
  });
  return router;
}

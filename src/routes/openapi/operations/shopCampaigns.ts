import { z } from "zod";
import { shopCampaignAnswerSchema, shopCampaignSchema } from "../../../shops/shopCampaignSchema.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";

/** A shop's whole campaign in one call. */
export const shopCampaignOperations: readonly Operation[] = [
  {
    id: "createShopCampaign",
    method: "post",
    path: "/v1/shop-campaigns",
    tag: "Campaigns",
    summary: "Make a shop's whole campaign",
    description:
      "Advertiser (unless named), campaign, zone, a native creative and ten banners drawn from photo and title, in one transaction, with what the budget buys and the bid that buys the most. Creatives wait for their review. Only administrators add advertisers.",
    access: ["apiKey"],
    dryRun: true,
    body: {
      schema: shopCampaignSchema,
      examples: {
        florist: {
          shop: { advertiserId: 1 },
          place: { commune: "Limoges", postalCode: "87000" },
          radiusMeters: 10_000,
          dailyBudgetMicros: 5_000_000,
          ad: {
            title: "Bouquets de saison à 19 €",
            text: "Cueillis ce matin, livrés cet après-midi dans tout Limoges.",
            callToAction: "Commander",
            mediaId: 1,
            landingUrl: "https://fleuriste.example.fr/",
          },
        },
      },
    },
    problems: ["unavailable"],
    answers: {
      201: {
        description: "What was made, and what it buys.",
        schema: shopCampaignAnswerSchema,
        headers: ["Location"],
      },
    },
  },
  {
    id: "readShopPage",
    method: "get",
    path: "/boutiques/:advertiserId",
    tag: "Serving",
    summary: "Show the page of a shop that has a telephone and no site",
    access: [],
    params: idIn("advertiserId"),
    answers: {
      200: {
        description: "Name, address, telephone.",
        schema: z.string(),
        contentType: "text/html",
      },
    },
  },
];

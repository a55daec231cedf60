import { z } from "zod";
import { advertiserSchema } from "../campaigns/advertiserSchema.ts";
import { campaignSchema } from "../campaigns/campaignSchema.ts";
import {
  calendarDay,
  categoryPath,
  checkedText,
  type DeepReadonly,
  distinctList,
  entityId,
  httpsUrl,
  lineOfText,
} from "../campaigns/fieldTypes.ts";
import { forecastAnswerSchema } from "../campaigns/forecastSchema.ts";
import { limits } from "../campaigns/limits.ts";
import { zoneSchema } from "../campaigns/zoneSchema.ts";
import { maxRadiusMeters, minRadiusMeters } from "../geo/validateZone.ts";
import { isPrivateAddress } from "../links/privateAddress.ts";
import { siretProblem, tidySiret } from "./siret.ts";

/** The longest picture in base64: what a body of a management route has room for. */
export const maxPictureCharacters = 1_000_000;
const addressCharacters = 200;

const { shape } = campaignSchema;

const siret = () =>
  checkedText(tidySiret, siretProblem).meta({ pattern: "^\\d{14}$", examples: ["73282932000074"] });

/** "05 55 01 02 03" or "+33 5 55 01 02 03", kept as "+33555010203". */
const phone = () =>
  checkedText(
    (text) => text.replace(/[\s.\-()]/g, "").replace(/^(?:0|0033)(?=[1-9]\d{8}$)/, "+33"),
    (text) =>
      /^\+(?:33|262|590|594|596|508|687|689)\d{6,9}$/.test(text)
        ? null
        : 'must be a French telephone number such as "05 55 01 02 03"',
  );

const shop = z
  .strictObject({
    advertiserId: entityId().optional().describe("One that is there; then nothing else is needed."),
    name: advertiserSchema.shape.name.optional(),
    trade: advertiserSchema.shape.trade.optional().describe("`fleuriste`"),
    payerName: lineOfText(limits.nameCharacters).optional(),
    siret: siret().optional().describe("Checked by its check digit; needs `place.address`."),
    phone: phone().optional(),
  })
  .meta({ title: "ShopInput" });

const place = z
  .strictObject({
    address: lineOfText(addressCharacters).optional(),
    commune: lineOfText(limits.nameCharacters).optional(),
    postalCode: z
      .string()
      .regex(/^\d{5}$/)
      .optional(),
    inseeCode: z
      .string()
      .regex(/^(?:\d{5}|2[ABab]\d{3})$/)
      .optional(),
    lat: z.number().min(-90).max(90).optional(),
    lon: z.number().min(-180).max(180).optional(),
  })
  .meta({ title: "ShopPlaceInput", description: "The finest that is given counts." });

const picture = z
  .string()
  .min(1)
  .max(maxPictureCharacters)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
  .describe("A photo in base64: PNG, JPEG, WebP, GIF or AVIF, at least 600 × 314.");

const ad = z
  .strictObject({
    title: lineOfText(limits.titleCharacters),
    text: lineOfText(limits.textCharacters),
    callToAction: lineOfText(limits.callToActionCharacters).default("En savoir plus"),
    mediaId: entityId().optional().describe("An uploaded picture of the advertiser."),
    picture: picture.optional(),
    landingUrl: httpsUrl()
      .refine(
        (url) => !URL.canParse(url) || !isPrivateAddress(new URL(url).hostname),
        "must not lead to a private or reserved address",
      )
      .optional(),
  })
  .meta({ title: "ShopAdInput" });

/** What a shop says to be shown around itself. */
export const shopCampaignSchema = z
  .strictObject({
    shop,
    place,
    radiusMeters: z
      .int()
      .min(minRadiusMeters)
      .max(maxRadiusMeters)
      .nullable()
      .default(null)
      .describe("Null: the commune or postal code itself."),
    zone: zoneSchema
      .optional()
      .describe("Where it is shown, when that is more than one circle; then without a radius."),
    audience: shape.audience.describe("Who is sought, as in a campaign; empty: everybody."),
    totalBudgetMicros: shape.totalBudgetMicros,
    dailyBudgetMicros: shape.dailyBudgetMicros,
    startsOn: calendarDay().optional().describe("Left out: today."),
    endsOn: calendarDay().nullable().default(null),
    ad,
    categories: distinctList(categoryPath(), limits.categories)
      .default([])
      .describe("Pages about these only; empty: all."),
    bidMicros: z
      .int()
      .min(limits.minBidMicros)
      .max(limits.maxCpmBidMicros)
      .multipleOf(1_000)
      .optional()
      .describe("For a thousand views. Left out: the one that the forecast recommends."),
    launch: z.boolean().default(true).describe("False: a draft."),
  })
  .meta({ title: "ShopCampaignInput" });

const words = {
  fr: z.string().describe("For the shopkeeper."),
  en: z.string().describe("For the developer."),
};
const madeId = () =>
  z.int().min(1).nullable().describe("Null in a dry run for what does not exist.");

/** What was made of it. */
export const shopCampaignAnswerSchema = z
  .object({
    advertiser: z.object({
      advertiserId: madeId(),
      isNew: z.boolean(),
      name: z.string(),
      trade: z.string(),
      siret: z.string().nullable(),
      phone: z.string().nullable(),
    }),
    campaign: z.object({
      campaignId: madeId(),
      status: z.enum(["draft", "active"]),
      startsOn: z.string(),
      endsOn: z.string().nullable(),
      totalBudgetMicros: z.int().nullable(),
      dailyBudgetMicros: z.int().nullable(),
      zone: z.unknown(),
      zoneLabel: z.string(),
    }),
    place: z.object({
      lat: z.number(),
      lon: z.number(),
      centre: z
        .enum(["pin", "address", "commune", "postalCode"])
        .describe("What the point is the place of."),
    }),
    creatives: z.array(
      z.object({
        creativeId: madeId(),
        format: z.enum(["native", "image"]),
        width: z.int().nullable(),
        height: z.int().nullable(),
        imageUrl: z.string().nullable().describe("Null in a dry run."),
        preview: z.string().nullable().describe("In a dry run: the picture as a data URL."),
        review: z.enum(["pending", "approved", "rejected"]),
      }),
    ),
    price: z.object({
      pricing: z.literal("cpm"),
      bidMicros: z.int(),
      recommendedBidMicros: z.int().nullable().describe("Null where nothing can be forecast."),
      ...words,
    }),
    forecast: forecastAnswerSchema.nullable(),
    mentions: z
      .array(z.string())
      .describe("What the law has every ad of this shop say; added by us, in French."),
    warnings: z.array(
      z.object({
        code: z.enum([
          "budget_not_spent",
          "too_few_people",
          "no_traffic_known",
          "street_not_located",
          "forecast_unavailable",
          "balance_empty",
          "period_cut",
        ]),
        ...words,
        radiusMeters: z.int().nullable().describe("The least that spends the budget; null = none."),
      }),
    ),
    summary: z.object(words),
  })
  .meta({ title: "ShopCampaign" });

export type ShopCampaignFields = z.output<typeof shopCampaignSchema>;
export type ShopCampaignAnswer = DeepReadonly<z.output<typeof shopCampaignAnswerSchema>>;
export type ShopWarning = ShopCampaignAnswer["warnings"][number];

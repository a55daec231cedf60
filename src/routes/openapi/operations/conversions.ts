import { z } from "zod";
import {
  conversionSettingsSchema,
  postbackKeySchema as keyInput,
} from "../../../campaigns/conversionSettings.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import { conversionLimits, conversionReportSchema } from "../../../serving/conversionReport.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";
import {
  conversionList,
  conversionResultsSchema,
  createdPostbackKeySchema,
  listedConversionSchema,
  postbackKeySchema,
  toldConversionSettingsSchema,
} from "../schemas/conversions.ts";

const ofAdvertiser = idIn("advertiserId");
const settings = { description: "The settings.", schema: toldConversionSettingsSchema };

const batch = z
  .strictObject({
    advertiserId: entityId().optional().describe("May be left out with a postback key."),
    conversions: z
      .array(conversionReportSchema.meta({ title: "ConversionReport" }))
      .min(1)
      .max(conversionLimits.reportsPerBatch),
  })
  .meta({ title: "ConversionBatch" });

export const conversionOperations: readonly Operation[] = [
  {
    id: "reportConversions",
    method: "post",
    path: "/v1/conversions",
    tag: "Conversions",
    summary: "Tell of orders",
    description:
      "An order of an advertiser counts once, however often and by whichever way it is told.",
    access: ["apiKey", "postbackKey"],
    admission: "own",
    body: {
      schema: batch,
      examples: {
        sale: { advertiserId: 1, conversions: [{ orderId: "C-1042", valueCents: 4_990 }] },
      },
    },
    answers: { 200: { description: "What became of each.", schema: conversionResultsSchema } },
  },
  {
    id: "listConversions",
    method: "get",
    path: "/v1/campaigns/:campaignId/conversions",
    tag: "Conversions",
    summary: "List the conversions of a campaign",
    access: ["apiKey"],
    params: idIn("campaignId"),
    query: listQuerySchema(conversionList),
    answers: {
      200: { description: "A page of them.", schema: pageSchema(listedConversionSchema) },
    },
  },
  {
    id: "readConversionSettings",
    method: "get",
    path: "/v1/advertisers/:advertiserId/conversion-settings",
    tag: "Conversions",
    summary: "Read an advertiser's windows and pixel",
    access: ["apiKey"],
    params: ofAdvertiser,
    answers: { 200: settings },
  },
  {
    id: "writeConversionSettings",
    method: "put",
    path: "/v1/advertisers/:advertiserId/conversion-settings",
    tag: "Conversions",
    summary: "Set an advertiser's windows",
    access: ["apiKey"],
    params: ofAdvertiser,
    body: {
      schema: conversionSettingsSchema.meta({ title: "ConversionSettings" }),
      examples: { usual: { clickWindowDays: 30, viewWindowHours: 24 } },
    },
    answers: { 200: settings },
  },
  {
    id: "listPostbackKeys",
    method: "get",
    path: "/v1/advertisers/:advertiserId/postback-keys",
    tag: "Conversions",
    summary: "List an advertiser's postback keys",
    access: ["apiKey"],
    params: ofAdvertiser,
    answers: {
      200: {
        description: "All of them: five at most.",
        schema: z.object({ items: z.array(postbackKeySchema) }).meta({ title: "PostbackKeys" }),
      },
    },
  },
  {
    id: "createPostbackKey",
    method: "post",
    path: "/v1/advertisers/:advertiserId/postback-keys",
    tag: "Conversions",
    summary: "Make a postback key",
    access: ["apiKey"],
    params: ofAdvertiser,
    body: {
      schema: keyInput.meta({ title: "PostbackKeyInput" }),
      examples: { shop: { label: "Boutique en ligne" } },
    },
    answers: { 201: { description: "The key, told once.", schema: createdPostbackKeySchema } },
  },
  {
    id: "revokePostbackKey",
    method: "delete",
    path: "/v1/advertisers/:advertiserId/postback-keys/:postbackKeyId",
    tag: "Conversions",
    summary: "Revoke a postback key",
    access: ["apiKey"],
    params: z.object({ advertiserId: entityId(), postbackKeyId: entityId() }),
    answers: { 204: { description: "It opens nothing any more." } },
  },
];

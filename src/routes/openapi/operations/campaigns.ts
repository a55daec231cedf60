import { z } from "zod";
import { storedCampaignSchema } from "../../../campaigns/answers.ts";
import { campaignSchema } from "../../../campaigns/campaignSchema.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, changeOf, idIn, listQuery, pageOf } from "../parameters.ts";
import { zoneSummarySchema } from "../schemas/zones.ts";

const summarizedCampaign = z
  .object({ ...storedCampaignSchema.shape, zoneSummary: zoneSummarySchema })
  .meta({ title: "SummarizedCampaign" });
const entity = { schema: summarizedCampaign, headers: ["ETag"] } as const;

const example = {
  advertiserId: 1,
  name: "La Haute-Vienne sans Limoges",
  startsOn: "2026-01-01",
  pricing: "cpc",
  bidMicros: 300_000,
  dailyBudgetMicros: 10_000_000,
  zone: {
    include: [{ type: "departement", code: "87" }],
    exclude: [{ type: "commune", inseeCode: "87085" }],
  },
  audience: [{ segment: "auto-entretien", multiplier: 2 }],
  frequencyCaps: [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }],
};

export const campaignOperations: readonly Operation[] = [
  {
    id: "createCampaign",
    method: "post",
    path: "/v1/campaigns",
    tag: "Campaigns",
    summary: "Create a campaign",
    description:
      "A draft unless its `status` says otherwise. Every node serves it within a second.",
    access: ["apiKey"],
    body: { schema: campaignSchema, examples: { departement: example } },
    answers: {
      201: { ...entity, description: "The campaign.", headers: ["ETag", "Location"] },
    },
  },
  {
    id: "listCampaigns",
    method: "get",
    path: "/v1/campaigns",
    tag: "Campaigns",
    summary: "List campaigns",
    access: ["apiKey"],
    query: listQuery({
      advertiserId: entityId().optional(),
      status: z.enum(["draft", "active", "paused", "ended"]).optional(),
    }),
    answers: { 200: { description: "A page of them.", schema: pageOf(storedCampaignSchema) } },
  },
  {
    id: "readCampaign",
    method: "get",
    path: "/v1/campaigns/:campaignId",
    tag: "Campaigns",
    summary: "Read a campaign",
    access: ["apiKey"],
    params: idIn("campaignId"),
    answers: { 200: { ...entity, description: "The campaign." } },
  },
  {
    id: "changeCampaign",
    method: "patch",
    path: "/v1/campaigns/:campaignId",
    tag: "Campaigns",
    summary: "Change a campaign",
    description:
      "Replaces the fields that the body names, at the top level: a list or a zone is replaced as a whole. Pausing and resuming is changing `status`; an ended campaign stays as it is.",
    access: ["apiKey"],
    params: idIn("campaignId"),
    headers: changeHeaders,
    body: {
      schema: changeOf(campaignSchema, "CampaignChange", ["advertiserId"]),
      examples: { pause: { status: "paused" } },
    },
    answers: { 200: { ...entity, description: "The campaign as it is now." } },
  },
];

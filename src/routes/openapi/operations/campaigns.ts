import { z } from "zod";
import { storedCampaignSchema } from "../../../campaigns/answers.ts";
import { campaignSchema } from "../../../campaigns/campaignSchema.ts";
import { campaignList } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { changeOf, idIn } from "../parameters.ts";
import { resourceOperations } from "../resources.ts";
import { zoneSummarySchema } from "../schemas/zones.ts";

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

const { create, list, read, change, remove } = resourceOperations({
  name: "Campaign",
  words: { one: "a campaign", many: "campaigns", it: "the campaign" },
  tag: "Campaigns",
  list: campaignList,
  params: idIn("campaignId"),
  input: { schema: campaignSchema, examples: { departement: example } },
  change: {
    schema: changeOf(campaignSchema, "CampaignChange", ["advertiserId"]),
    examples: { pause: { status: "paused" } },
  },
  item: storedCampaignSchema,
  entity: z
    .object({ ...storedCampaignSchema.shape, zoneSummary: zoneSummarySchema })
    .meta({ title: "SummarizedCampaign" }),
  notes: {
    create: "A draft unless its `status` says otherwise. Every node serves it within a second.",
    change:
      "Replaces the fields that the body names, at the top level: a list or a zone is replaced as a whole. Pausing and resuming is changing `status`; an ended campaign stays as it is.",
    remove: "Drafts only, with their creatives: all others stay for the books.",
  },
});

export const campaignOperations: readonly Operation[] = [create, list, read, change, remove];

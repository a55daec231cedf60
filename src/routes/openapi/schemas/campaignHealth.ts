import { z } from "zod";
import type { CampaignHealth } from "../../../reports/campaignHealth.ts";
import { deliverySchema } from "./delivery.ts";
import { describing } from "./describing.ts";

const { status, rest, fr, en } = deliverySchema.shape;

const health = describing<CampaignHealth>()(
  z.object({
    campaignId: z.int(),
    status,
    rest,
    spentTodayMicros: z.number(),
    spentTotalMicros: z.number(),
    planMicros: z.number().nullable().describe("What the day is to spend."),
    plannedSoFarMicros: z.number().nullable(),
    lagShare: z
      .number()
      .nullable()
      .describe("The part of what was planned so far that is not spent, 0–1."),
    reason: z.string().nullable().describe("The biggest reason to lag."),
    lever: z.string().nullable().describe("What would help most: `radius_3000`, `bid_120` …"),
    diagnosedAt: z.iso
      .datetime()
      .nullable()
      .describe("When sampled requests were decided again; null: the figures alone speak."),
    fr,
    en,
  }),
).meta({ title: "CampaignHealth" });

export const campaignHealthSchema = z
  .object({ budgetDay: z.iso.date(), at: z.iso.datetime(), items: z.array(health) })
  .meta({ title: "CampaignHealthList" });

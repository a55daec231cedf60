import { z } from "zod";
import type { ServedAd } from "../../../serving/answer.ts";
import { describing } from "./describing.ts";

const content = z.union([
  z
    .object({
      title: z.string(),
      text: z.string(),
      callToAction: z.string(),
      imageUrl: z.string(),
    })
    .meta({ title: "NativeContent" }),
  z.object({ imageUrl: z.string(), alt: z.string() }).meta({ title: "ImageContent" }),
  z
    .object({ html: z.string().describe("To be rendered in a sandboxed iframe only.") })
    .meta({ title: "HtmlContent" }),
]);

const servedAd = describing<Omit<ServedAd, "content">>()(
  z.object({
    campaignId: z.int(),
    creativeId: z.int(),
    advertiser: z.string(),
    format: z.enum(["native", "image", "html"]),
    width: z.int().optional(),
    height: z.int().optional(),
    label: z.literal("Publicité"),
    mentions: z
      .array(z.string())
      .readonly()
      .optional()
      .describe("What the law has this ad say: to be shown with it, always."),
    why: z
      .object({
        advertiser: z.string(),
        payer: z.string(),
        reasons: z.array(z.string()).describe("French sentences, the weightiest first."),
        choices: z.string().nullable(),
        aboutUrl: z.string().optional().describe("A page that tells it, for 30 days."),
      })
      .describe("To be shown on demand (DSA, article 26)."),
    tracking: z.object({
      impression: z.string().describe("To be called when the ad is shown."),
      viewable: z.string().describe("To be called when half of it was in view for a second."),
      click: z.string().describe("Where the ad links to."),
    }),
    valueMicros: z.number().optional().describe("Only with an explanation."),
  }),
);

const fieldProblem = z.object({ pointer: z.string(), rule: z.string() });

export const explainedCampaignSchema = z
  .object({
    campaignId: z.int(),
    name: z.string().nullable(),
    shown: z.boolean(),
    placementId: z.string().optional(),
    value: z
      .object({
        valueMicros: z.number(),
        bidMicros: z.number(),
        pricing: z.enum(["cpm", "vcpm", "cpc"]),
        clickRate: z.number().nullable(),
        viewRate: z.number().nullable(),
        audienceMultiplier: z.number(),
        nearnessMultiplier: z.number(),
        categoryMultiplier: z.number(),
      })
      .optional(),
    rule: z.string().optional().describe("The first rule that refused it."),
    figures: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional(),
    checks: z
      .array(z.object({ rule: z.string(), passed: z.boolean() }).meta({ title: "RuleCheck" }))
      .describe("What each rule says by itself, in the order in which they are asked."),
    fr: z.string(),
    en: z.string(),
  })
  .meta({ title: "ExplainedCampaign" });

export const adsAnswerSchema = z
  .object({
    decisionId: z.string(),
    place: z
      .object({
        cell: z.string().describe("An H3 index, as coarse as consent asks."),
        source: z.enum(["search", "device", "home", "ip"]),
        label: z.string().nullable(),
        accuracyMeters: z.number(),
      })
      .nullable(),
    placeProblems: z.array(fieldProblem).optional().describe("Places that nobody knows."),
    placements: z.array(
      z.object({
        id: z.string(),
        ads: z.array(z.object({ ...servedAd.shape, content }).meta({ title: "ServedAd" })),
      }),
    ),
    invalidTraffic: z
      .enum(["bot", "data_centre", "too_fast", "duplicate_click", "too_many"])
      .optional()
      .describe("Why the caller is nobody's and gets no ads."),
    overloaded: z
      .literal(true)
      .optional()
      .describe("The node had more to do than it could: nobody looked for ads."),
    explanation: z.array(explainedCampaignSchema).optional(),
  })
  .meta({ title: "AdsAnswer" });

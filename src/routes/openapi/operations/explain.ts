import { z } from "zod";
import { explainSchema } from "../../../serving/explainVisit.ts";
import type { Operation } from "../operation.ts";
import { adsAnswerSchema, explainedCampaignSchema } from "../schemas/ads.ts";

const { decisionId, place, placeProblems } = adsAnswerSchema.shape;

const explainAnswerSchema = z
  .object({
    decisionId,
    place,
    placeProblems: placeProblems.unwrap(),
    campaigns: z.array(explainedCampaignSchema).describe("Those that would show first."),
  })
  .meta({ title: "ExplainedVisit" });

/** What would become of campaigns in a visit that is only supposed. */
export const explainOperations: readonly Operation[] = [
  {
    id: "explainVisit",
    method: "post",
    path: "/v1/explain",
    tag: "Reports",
    summary: "Say what would become of campaigns in a supposed visit",
    description:
      "Decided as `POST /v1/ads` decides, with pacing and budgets as they are now; nothing is held, counted or charged. Campaigns that the key may not see are unknown. A real visitor (`visitor.id`) is for the operator's administrators.",
    access: ["apiKey"],
    body: {
      schema: explainSchema,
      examples: {
        limoges: {
          place: { search: { postalCode: "87000" } },
          visitor: { consent: true, scores: { "achat-auto": 0.8 } },
          page: { category: "vehicules/voitures" },
          device: { type: "mobile" },
          campaignIds: [1],
        },
      },
    },
    answers: { 200: { description: "Each campaign's fate.", schema: explainAnswerSchema } },
  },
];

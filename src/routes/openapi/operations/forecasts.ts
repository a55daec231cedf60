import { forecastAnswerSchema, forecastSchema } from "../../../campaigns/forecastSchema.ts";
import type { Operation } from "../operation.ts";

/** What a campaign can expect before it is launched. */
export const forecastOperations: readonly Operation[] = [
  {
    id: "forecastCampaign",
    method: "post",
    path: "/v1/forecasts",
    tag: "Reports",
    summary: "Say what a campaign can expect",
    description:
      "People, opportunities, impressions, clicks and spend with their bounds at 95 %, competition, what other bids would win, figures for a map. Nothing is stored. Without dates: the week from today on; at most 92 days. Figures are rounded, and none is about fewer than 50 people.",
    access: ["apiKey"],
    body: {
      schema: forecastSchema,
      examples: {
        circle: {
          zone: {
            include: [{ type: "circle", lat: 45.8315, lon: 1.2578, radiusMeters: 10_000 }],
          },
          bidMicros: 5_000_000,
          dailyBudgetMicros: 10_000_000,
        },
      },
    },
    answers: { 200: { description: "What it can expect.", schema: forecastAnswerSchema } },
  },
];

import { z } from "zod";
import { modelCardSchema } from "../../../audience/scoring/modelCard.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import { segmentDefinitionSchema } from "../../../campaigns/segments/definition.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";

const params = idIn("segmentId");

const stored = z
  .object({
    segmentId: entityId(),
    definition: segmentDefinitionSchema,
    version: z.int().min(0).describe("0 = it follows from the segment's categories."),
  })
  .meta({ title: "StoredSegmentDefinition" });

export const segmentModelOperations: readonly Operation[] = [
  {
    id: "readModelCard",
    method: "get",
    path: "/v1/segments/:segmentId/model-card",
    tag: "Sites",
    summary: "Read what is known of a segment's model",
    description:
      "Of the latest run: what it was learnt from, how well it predicted a week that it had not seen, beside baselines, and whether it is used. 404 before the first run.",
    access: ["apiKey"],
    params,
    answers: { 200: { description: "The card.", schema: modelCardSchema } },
  },
  {
    id: "readSegmentDefinition",
    method: "get",
    path: "/v1/segments/:segmentId/definition",
    tag: "Sites",
    summary: "Read how a segment's members are found",
    access: ["apiKey"],
    params,
    answers: { 200: { description: "The definition.", schema: stored } },
  },
  {
    id: "writeSegmentDefinition",
    method: "put",
    path: "/v1/segments/:segmentId/definition",
    tag: "Sites",
    summary: "Say how a segment's members are found",
    description:
      "From the next run on. A rule counts what visitors did; SQL is one SELECT in the subset that all engines share.",
    access: ["apiKey"],
    params,
    body: {
      schema: segmentDefinitionSchema,
      examples: {
        cars: { kind: "in_market", categories: ["vehicules/voitures"], listingViews: 3 },
        hunters: {
          kind: "rule",
          anyOf: [
            {
              allOf: [{ kind: "search", category: "maison/jardin", days: 30, atLeast: 3 }],
              noneOf: [{ kind: "deposit", days: 90 }],
            },
          ],
        },
      },
    },
    answers: { 200: { description: "The definition.", schema: stored } },
  },
];

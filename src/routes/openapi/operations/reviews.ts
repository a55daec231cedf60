import { z } from "zod";
import { storedCreativeSchema } from "../../../campaigns/answers.ts";
import { contentCodes } from "../../../campaigns/contentRules/contentRule.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import { reviewDecisionSchema } from "../../../campaigns/review.ts";
import { reviewSettingsSchema } from "../../../campaigns/reviewQueue.ts";
import {
  type Suspendable,
  suspensionInputSchema,
  suspensionSchema,
} from "../../../campaigns/suspension.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, idIn } from "../parameters.ts";
import { queuedCreative, reviewList } from "../schemas/reviews.ts";

const keyed = { tag: "Creatives", access: ["apiKey"] } as const;

const told = { code: z.string(), fr: z.string(), en: z.string() };
const contentRule = z
  .object({
    ...told,
    code: z.enum(contentCodes),
    source: z.string().describe("The text of law."),
    verdict: z.enum(["banned", "licensed", "allowed"]),
    mentions: z.array(z.array(z.string())),
    restrictions: z.array(z.string()),
    avoidedCategories: z.array(z.string()),
  })
  .meta({ title: "ContentRule" });
const settings = reviewSettingsSchema.meta({ title: "ReviewSettings" });
const suspensionState = z
  .object({ suspension: suspensionSchema.nullable().describe("Null = it runs.") })
  .meta({ title: "SuspensionState" });

const reviews: readonly Operation[] = [
  {
    ...keyed,
    id: "listReviewReasons",
    method: "get",
    path: "/v1/review-reasons",
    summary: "List why creatives are refused",
    answers: {
      200: {
        description: "Codes for programs, sentences for people.",
        schema: z
          .object({ items: z.array(z.object(told).meta({ title: "ReviewReason" })) })
          .meta({ title: "ReviewReasons" }),
      },
    },
  },
  {
    ...keyed,
    id: "listProhibitedCategories",
    method: "get",
    path: "/v1/prohibited-categories",
    summary: "List what may not be advertised, or only under conditions",
    answers: {
      200: {
        description: "The list.",
        schema: z
          .object({
            items: z.array(
              z
                .object({ ...told, kind: z.enum(["banned", "restricted"]) })
                .meta({ title: "ProhibitedCategory" }),
            ),
          })
          .meta({ title: "ProhibitedCategories" }),
      },
    },
  },
  {
    ...keyed,
    id: "listContentRules",
    method: "get",
    path: "/v1/content-rules",
    summary: "List what the law asks of ads by their subject",
    answers: {
      200: {
        description:
          "Each subject with its source; of several texts of a mention one is shown in turn. `version` grows when they judge otherwise: creatives say which has judged them.",
        schema: z
          .object({ version: z.int().min(1), items: z.array(contentRule) })
          .meta({ title: "ContentRules" }),
      },
    },
  },
  {
    ...keyed,
    id: "listReviews",
    method: "get",
    path: "/v1/reviews",
    summary: "List creatives by where their review stands",
    description: "For reviewers: first those that were handed in first.",
    query: listQuerySchema(reviewList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(queuedCreative) } },
  },
  {
    ...keyed,
    id: "reviewCreative",
    method: "post",
    path: "/v1/creatives/:creativeId/review",
    summary: "Approve or reject a creative",
    params: idIn("creativeId"),
    headers: changeHeaders,
    body: {
      schema: reviewDecisionSchema.meta({ title: "ReviewDecision" }),
      examples: { approve: { version: 1, decision: "approve" } },
    },
    answers: {
      200: { description: "The creative.", schema: storedCreativeSchema, headers: ["ETag"] },
    },
  },
  {
    ...keyed,
    id: "readReviewSettings",
    method: "get",
    path: "/v1/advertisers/:id/review-settings",
    summary: "Say whether an advertiser is trusted",
    params: idIn("id"),
    answers: { 200: { description: "The settings.", schema: settings } },
  },
  {
    ...keyed,
    id: "writeReviewSettings",
    method: "put",
    path: "/v1/advertisers/:id/review-settings",
    summary: "Trust an advertiser, or not",
    params: idIn("id"),
    body: { schema: settings, examples: { trust: { autoApprove: true } } },
    answers: { 200: { description: "The settings.", schema: settings } },
  },
];

function suspensions(
  entity: Suspendable,
  one: string,
  tag: Operation["tag"],
): readonly Operation[] {
  const name = `${entity.charAt(0).toUpperCase()}${entity.slice(1)}Suspension`;
  const common = {
    path: `/v1/${entity}s/:id/suspension`,
    tag,
    access: ["apiKey"],
    params: idIn("id"),
  } as const;
  const answer = { schema: suspensionState };
  return [
    {
      ...common,
      id: `read${name}`,
      method: "get",
      summary: `Say whether ${one} is stopped, and why`,
      answers: { 200: { ...answer, description: "As it stands." } },
    },
    {
      ...common,
      id: `write${name}`,
      method: "put",
      summary: `Stop ${one} at once`,
      description: "For the operator: every node stops it within a second.",
      body: {
        schema: suspensionInputSchema.meta({ title: "SuspensionInput" }),
        examples: { complaint: { reason: "Une plainte est examinée." } },
      },
      answers: { 200: { ...answer, description: "It is stopped." } },
    },
    {
      ...common,
      id: `remove${name}`,
      method: "delete",
      summary: `Let ${one} run again`,
      answers: { 200: { ...answer, description: "It runs." } },
    },
  ];
}

export const reviewOperations: readonly Operation[] = [
  ...reviews,
  ...suspensions("creative", "a creative", "Creatives"),
  ...suspensions("campaign", "a campaign", "Campaigns"),
  ...suspensions("advertiser", "an advertiser", "Advertisers"),
];

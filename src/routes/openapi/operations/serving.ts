import { z } from "zod";
import { activityBodySchema } from "../../../serving/activityBody.ts";
import { adsBodySchema } from "../../../serving/adsBody.ts";
import type { Operation } from "../operation.ts";
import { activityAnswerSchema } from "../schemas/activity.ts";
import { adsAnswerSchema } from "../schemas/ads.ts";

const gif = { description: "A picture of 43 bytes.", schema: z.string(), contentType: "image/gif" };
const page = { description: "A page.", schema: z.string(), contentType: "text/html" } as const;
const params = z.object({ token: z.string() });
const script = {
  200: { description: "A script.", schema: z.string(), contentType: "text/javascript" },
  304: { description: "As `If-None-Match` has it.", headers: ["ETag"] },
} as const;
const answersOfView = {
  200: gif,
  204: { description: "The same with `?f=204`." },
} as const;
const query = z.object({
  f: z.literal("204").optional().describe("An answer without a picture."),
});

export const servingOperations: readonly Operation[] = [
  {
    id: "askForAds",
    method: "post",
    path: "/v1/ads",
    tag: "Serving",
    summary: "Ask for ads",
    description:
      "Unknown fields are ignored. The site's key stands in `site` or in the header. Explanations need an API key.",
    access: [],
    headers: z.object({
      "X-Atelier-Site": z.string().optional().describe("The site's key, instead of `site`."),
    }),
    body: {
      schema: adsBodySchema.meta({ title: "AdsInput" }),
      contentTypes: ["application/json", "text/plain"],
      examples: {
        search: {
          place: { search: { postalCode: "87000" } },
          placements: [{ id: "top" }],
        },
      },
    },
    answers: {
      200: {
        description: "What to show; a placement without an ad has none.",
        schema: adsAnswerSchema,
      },
    },
    problems: ["invalid_site", "origin_not_allowed", "unauthenticated", "forbidden"],
  },
  {
    id: "reportActivity",
    method: "post",
    path: "/v1/activity",
    tag: "Serving",
    summary: "Tell what a visitor did",
    description:
      "One `event` or up to 100 `events` of one visitor, in at most 64 kB. An event counts once, by its `eventId`. Unknown fields are ignored. What consent does not allow is not kept.",
    access: [],
    headers: z.object({
      "X-Atelier-Site": z.string().optional().describe("The site's key, instead of `site`."),
    }),
    body: {
      schema: activityBodySchema.meta({ title: "ActivityInput" }),
      contentTypes: ["application/json", "text/plain"],
      examples: {
        listing: {
          visitor: { id: "v-123", gdpr: false },
          event: {
            eventId: "7d0f9f0e-5f0c-4f3a-9a3e-0d5bb1a7c001",
            kind: "listing_view",
            category: "vehicules/voitures",
            itemId: "2514789",
            inseeCode: "87085",
          },
        },
      },
    },
    answers: {
      202: { description: "What became of it.", schema: activityAnswerSchema },
      204: { description: "The same for a beacon (`text/plain`)." },
    },
    problems: ["invalid_site", "origin_not_allowed", "too_many_requests"],
  },
  {
    id: "trackImpression",
    method: "get",
    path: "/t/i/:token",
    tag: "Serving",
    summary: "Tell that an ad was shown",
    access: [],
    params,
    query: query.extend({
      b: z.string().optional().describe("The bid that it bills, where the impression bills."),
    }),
    answers: answersOfView,
  },
  {
    id: "trackViewable",
    method: "get",
    path: "/t/v/:token",
    tag: "Serving",
    summary: "Tell that an ad was seen",
    access: [],
    params,
    query,
    answers: answersOfView,
  },
  {
    id: "trackClick",
    method: "get",
    path: "/t/c/:token",
    tag: "Serving",
    summary: "Go to the shop's page",
    access: [],
    params,
    answers: {
      302: { description: "To the creative's landing page.", headers: ["Location"] },
    },
  },
  {
    id: "readPageTag",
    method: "get",
    path: "/tag/atelier.js",
    tag: "Serving",
    summary: "Read the script that shows ads on pages",
    description: "Small, and kept for ten minutes: it brings the version of today.",
    access: [],
    answers: script,
    problems: ["unavailable"],
  },
  {
    id: "readPageTagVersion",
    method: "get",
    path: "/tag/:version/atelier.js",
    tag: "Serving",
    summary: "Read a version of it",
    description:
      "Never changes under its name. A version of another node is answered with this node's, for a minute.",
    access: [],
    params: z.object({ version: z.string() }),
    answers: script,
    problems: ["unavailable"],
  },
  {
    id: "readWhyThisAd",
    method: "get",
    path: "/pourquoi/:token",
    tag: "Serving",
    summary: "Read why an ad was shown, for whom, who pays, and how to change it",
    description: "In French, or in English as asked. The address is `why.aboutUrl` of the ad.",
    access: [],
    params,
    query: z.object({ lang: z.enum(["fr", "en"]).optional() }),
    refusals: "bare",
    answers: {
      200: page,
      404: { ...page, description: "A page that says that the address is not ours." },
      410: { ...page, description: "A page that says that its time is over." },
    },
  },
  {
    id: "trackConversion",
    method: "get",
    path: "/t/x/:pixel",
    tag: "Conversions",
    summary: "Tell of an order from the page that thanks for it",
    access: [],
    params: z.object({ pixel: z.string() }),
    query: z.object({
      orderId: z.string(),
      valueMicros: z.number().optional(),
      valueCents: z.number().optional(),
      currency: z.literal("EUR").optional(),
      label: z.string().optional(),
      clickId: z.string().optional(),
      site: z.string().optional(),
      visitorId: z.string().optional(),
      signature: z.string().optional(),
      gdpr: z.enum(["0", "1"]).optional(),
      consent: z.string().optional(),
    }),
    answers: { 200: gif },
  },
];

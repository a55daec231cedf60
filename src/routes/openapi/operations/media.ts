import { z } from "zod";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import { previewInputSchema } from "../../../campaigns/previewCreative.ts";
import { mediaList, mediaSchema, uploadQuerySchema } from "../../../media/mediaSchema.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";
import { readingOf } from "../resources.ts";

const keyed = { tag: "Creatives", access: ["apiKey"] } as const;
const page = (description: string) => ({
  description,
  schema: z.string(),
  contentType: "text/html",
});
const format = z.object({
  format: z
    .string()
    .optional()
    .describe("`300x250`: as the banner that is made of a native creative."),
});

const uploads: readonly Operation[] = [
  {
    ...keyed,
    id: "uploadMedia",
    method: "post",
    path: "/v1/media",
    summary: "Upload a picture",
    description:
      "The body is the file. It is made anew without what it tells of its origin, in the sizes of the placements. The same file again is the same picture.",
    query: uploadQuerySchema,
    body: {
      schema: z.unknown().describe("The file itself."),
      contentTypes: ["application/octet-stream", "image/jpeg", "image/png", "image/webp"],
    },
    answers: {
      200: { description: "It was known.", schema: mediaSchema, headers: ["ETag", "Location"] },
      201: { description: "The picture.", schema: mediaSchema, headers: ["ETag", "Location"] },
    },
  },
  {
    ...keyed,
    id: "listMedia",
    method: "get",
    path: "/v1/media",
    summary: "List uploaded pictures",
    query: listQuerySchema(mediaList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(mediaSchema) } },
  },
  {
    ...keyed,
    id: "readMedia",
    method: "get",
    path: "/v1/media/:mediaId",
    summary: "Read what is known of a picture",
    params: idIn("mediaId"),
    ...readingOf(mediaList, mediaSchema, "The picture."),
  },
  {
    ...keyed,
    id: "deleteMedia",
    method: "delete",
    path: "/v1/media/:mediaId",
    summary: "Delete a picture",
    description: "One that a creative shows stays (409).",
    params: idIn("mediaId"),
    answers: { 204: { description: "It is gone." } },
  },
  {
    id: "readMediaFile",
    method: "get",
    path: "/media/:file",
    tag: "Serving",
    summary: "Read a picture of an ad",
    description: "It never changes under its name.",
    access: [],
    params: z.object({ file: z.string() }),
    answers: {
      200: {
        description: "A JPEG or WebP.",
        schema: z.string(),
        contentType: "image/*",
        headers: ["ETag"],
      },
      304: { description: "As `If-None-Match` has it.", headers: ["ETag"] },
    },
  },
];

const pages: readonly Operation[] = [
  {
    ...keyed,
    id: "previewCreative",
    method: "get",
    path: "/v1/creatives/:creativeId/preview",
    summary: "Show a creative as a page",
    params: idIn("creativeId"),
    query: format,
    answers: { 200: page("How it looks.") },
  },
  {
    ...keyed,
    id: "previewUnsavedCreative",
    method: "post",
    path: "/v1/creative-previews",
    summary: "Show a creative before it is saved",
    query: format,
    body: {
      schema: previewInputSchema.meta({ title: "PreviewInput" }),
      examples: {
        native: {
          advertiserId: 1,
          creative: {
            format: "native",
            title: "Vidange à 49 €",
            text: "Sans rendez-vous, le samedi aussi.",
            callToAction: "Voir",
            imageUrl: "https://garage.example.fr/vidange.jpg",
            landingUrl: "https://garage.example.fr/",
          },
        },
      },
    },
    answers: { 200: page("How it would look.") },
  },
  {
    id: "readCreativeFrame",
    method: "get",
    path: "/creatives/:creativeId/frame",
    tag: "Serving",
    summary: "Read the document of an ad in HTML",
    description: "For the sandboxed frames of visitors' pages; only what is approved.",
    access: [],
    params: idIn("creativeId"),
    query: z.object({ token: z.string().optional().describe("Of the ad, for its clicks.") }),
    answers: { 200: page("The shop's own code, under a strict policy.") },
  },
];

export const mediaOperations: readonly Operation[] = [...uploads, ...pages];

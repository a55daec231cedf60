import { z } from "zod";
import { zoneSchema } from "../../../campaigns/zoneSchema.ts";
import type { Operation } from "../operation.ts";
import { placeEntrySchema, zonePreviewSchema } from "../schemas/zones.ts";

export const zoneOperations: readonly Operation[] = [
  {
    id: "previewZone",
    method: "post",
    path: "/v1/zones/preview",
    tag: "Zones",
    summary: "Say what a zone means",
    description: "Its label, area and warnings, and hexagons to draw. Nothing is stored.",
    access: ["apiKey"],
    body: {
      schema: z
        .strictObject({
          zone: zoneSchema,
          resolution: z
            .int()
            .min(0)
            .max(10)
            .default(10)
            .describe("The finest H3 resolution to draw in."),
        })
        .meta({ title: "ZonePreviewInput" }),
      examples: {
        circle: {
          zone: {
            include: [{ type: "circle", lat: 45.8315, lon: 1.2578, radiusMeters: 10_000 }],
          },
          resolution: 7,
        },
      },
    },
    answers: { 200: { description: "What it means.", schema: zonePreviewSchema } },
  },
  {
    id: "searchPlaces",
    method: "get",
    path: "/v1/places",
    tag: "Zones",
    summary: "Search places",
    description: "For search boxes: the beginning of a name, without accents, or a code.",
    access: [],
    query: z.object({
      q: z.string().min(1).max(80),
      limit: z.int().min(1).max(20).default(8),
      kinds: z
        .string()
        .optional()
        .describe("Of `commune`, `postalCode`, `departement`, `region`, separated by commas."),
    }),
    answers: {
      200: {
        description: "Best first.",
        schema: z.object({ places: z.array(placeEntrySchema) }).meta({ title: "FoundPlaces" }),
      },
    },
  },
];

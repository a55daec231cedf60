import { z } from "zod";
import type { PlaceEntry } from "../../../geo/placeIndex.ts";
import type { ZoneSummary } from "../../../geo/zoneSummary.ts";
import { describing } from "./describing.ts";

export const zoneSummarySchema = describing<ZoneSummary>()(
  z.object({
    label: z.string().describe('"Limoges et 10 km autour".'),
    approximate: z.boolean().describe("An outline in it is not known exactly."),
    areaKm2: z.number().describe("Good to a few per cent, exclusions taken off."),
    overCoverRatio: z.number().describe("Area of its index cells over its own."),
    timeZone: z.string().describe("The IANA zone in which dayparts are read."),
    warnings: z.array(
      z.object({
        code: z.enum(["pin_needed", "outline_approximate", "place_empty"]),
        fr: z.string(),
        en: z.string(),
        pointers: z.array(z.string()).describe("JSON pointers within the zone."),
      }),
    ),
  }),
).meta({ title: "ZoneSummary", description: "What a zone means." });

export const zonePreviewSchema = z
  .object({
    summary: zoneSummarySchema,
    cells: z.object({
      resolution: z.int().min(0).max(10),
      cells: z.array(z.string()).describe("At most 2,000 H3 indexes."),
      overCoverRatio: z.number().describe("Area of `cells` over the zone's own."),
    }),
  })
  .meta({ title: "ZonePreview" });

export const placeEntrySchema = describing<PlaceEntry>()(
  z.object({
    kind: z.enum(["commune", "postalCode", "departement", "region"]),
    code: z.string().describe("INSEE code, postal code, or official code."),
    name: z.string(),
    label: z.string().describe('What to show: "Limoges (87)".'),
    population: z.int().min(0),
    lat: z.number(),
    lon: z.number(),
    approximate: z.boolean().describe("The point is not the place's own."),
    postalCodes: z.array(z.string()),
    departementCode: z.string().nullable(),
    regionCode: z.string().nullable(),
  }),
).meta({ title: "Place" });

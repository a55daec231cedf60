import { z } from "zod";
import { maxZoneVertices } from "../geo/validatePolygon.ts";
import { maxRadiusMeters, maxZoneAreas, minRadiusMeters } from "../geo/validateZone.ts";
import { checkedText } from "./fieldTypes.ts";

/**
 * The shape of a zone. What its places and rings must be beyond their shape is known by geo, whose rules run on every
 * zone that has this shape.
 */
const code = (maxCharacters: number) =>
  checkedText(
    (text) => text.trim().toUpperCase(),
    (text) => {
      const isCode = text.length <= maxCharacters && /^[0-9A-Z]+$/.test(text);
      return isCode ? null : `must be a code of 1 to ${maxCharacters} digits or letters`;
    },
  ).meta({ pattern: "^[0-9A-Z]+$", maxLength: maxCharacters });

/** [lon, lat]; an altitude may follow and is dropped. */
const vertex = z
  .array(z.number())
  .min(2)
  .max(3)
  .transform(([lon = 0, lat = 0]): [number, number] => [lon, lat])
  .pipe(z.tuple([z.number(), z.number()]));

const rings = z.array(z.array(vertex).max(maxZoneVertices + 1)).max(1_000);

const polygon = z.strictObject({ type: z.literal("Polygon"), coordinates: rings });
const multiPolygon = z.strictObject({
  type: z.literal("MultiPolygon"),
  coordinates: z.array(rings).max(1_000),
});

export const zoneAreaSchema = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("circle"),
      lat: z.number().min(-90).max(90),
      lon: z.number().min(-180).max(180),
      radiusMeters: z.number().min(minRadiusMeters).max(maxRadiusMeters),
    }),
    z.strictObject({ type: z.literal("commune"), inseeCode: code(5) }),
    z.strictObject({ type: z.literal("postalCode"), postalCode: code(5) }),
    z.strictObject({ type: z.literal("departement"), code: code(3) }),
    z.strictObject({ type: z.literal("region"), code: code(3) }),
    z.strictObject({
      type: z.literal("polygon"),
      geometry: z.discriminatedUnion("type", [polygon, multiPolygon]),
    }),
    z.strictObject({ type: z.literal("france") }),
  ])
  .meta({ title: "ZoneArea" });

export const zoneSchema = z
  .strictObject({
    include: z.array(zoneAreaSchema).min(1).max(maxZoneAreas),
    exclude: z.array(zoneAreaSchema).max(maxZoneAreas).default([]),
  })
  .meta({ title: "Zone" });

import { z } from "zod";
import { segmentSlug } from "./campaignSchema.ts";
import {
  categoryPath,
  checkedText,
  type DeepReadonly,
  distinctList,
  entityId,
  lineOfText,
  lowerCaseText,
} from "./fieldTypes.ts";
import { limits } from "./limits.ts";

/** "https://www.example.fr": scheme and host, plain http only for this machine. */
const origin = () =>
  checkedText(
    (text) => text.trim().toLowerCase().replace(/\/$/, ""),
    (text) => {
      const isOrigin = URL.canParse(text) && new URL(text).origin === text && text.length <= 300;
      const isSecure =
        text.startsWith("https://") || /^http:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(text);
      return isOrigin && isSecure
        ? null
        : 'must be an origin such as "https://www.example.fr" (http only for localhost)';
    },
  );

/** A site (or application) that may ask for ads. Its key and secret are made by us. */
export const siteSchema = z
  .strictObject({
    name: lineOfText(limits.nameCharacters),
    allowedOrigins: distinctList(origin(), 50).default([]),
  })
  .meta({ title: "SiteInput" });

export type SiteFields = DeepReadonly<z.output<typeof siteSchema>>;

/** A slot of a site. */
export const placementSchema = z
  .strictObject({
    siteId: entityId(),
    /** The name by which the page asks for it. */
    code: checkedText(
      (text) => text.trim(),
      (text) =>
        /^[A-Za-z0-9_.:-]{1,64}$/.test(text)
          ? null
          : "must have 1 to 64 letters, digits, dots, colons, dashes or underscores",
    ),
    formats: distinctList(z.enum(["native", "image", "html"]), 3).min(1),
    /** [width, height] in pixels; empty = any size. */
    sizes: distinctList(
      z.tuple([z.int().min(1).max(4_096), z.int().min(1).max(4_096)]),
      20,
    ).default([]),
    /** Lowest value accepted, micros per thousand views. */
    floorMicros: z.int().min(0).max(limits.maxFloorMicros).default(0),
    blockedAdvertiserIds: distinctList(entityId(), 1_000).default([]),
    blockedTrades: distinctList(lowerCaseText(limits.tradeCharacters), 100).default([]),
    allowedCategories: distinctList(categoryPath(), limits.categories).default([]),
  })
  .meta({ title: "PlacementInput" });

export type PlacementFields = DeepReadonly<z.output<typeof placementSchema>>;

/** An audience: "achète une voiture bientôt". */
export const segmentSchema = z
  .strictObject({
    slug: segmentSlug(),
    /** French, as visitors read it in the reasons of an ad. */
    name: lineOfText(limits.nameCharacters),
    categories: distinctList(categoryPath(), limits.categories)
      .describe(
        "Pages of these categories, and below them, show that a visitor belongs to it; none = batches alone say who does.",
      )
      .optional(),
  })
  .meta({ title: "SegmentInput" });

export type SegmentFields = DeepReadonly<z.output<typeof segmentSchema>>;

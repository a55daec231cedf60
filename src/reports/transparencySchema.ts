import { z } from "zod";

/** Lines of fewer ads are told together. */
export const fewestTransparentAds = 50;

export const transparencyQuerySchema = z.strictObject({
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a day written "YYYY-MM-DD"' })
    .describe("A day that is over, in Paris time."),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

export const transparencySchema = z
  .object({
    day: z.string(),
    fewestAds: z.literal(fewestTransparentAds),
    items: z.array(
      z.object({
        advertiserId: z.int(),
        advertiser: z.string(),
        payer: z.string(),
        reasons: z.object({
          place: z
            .enum(["everywhere", "search", "device", "home", "ip"])
            .describe("Which place chose the ad; `everywhere` = none did."),
          category: z.boolean().describe("What the page was about."),
          audience: z.boolean().describe("A profile of the visitor."),
        }),
        ads: z.int().describe("Ads that pages were given for it, rounded down to tens."),
      }),
    ),
    otherAds: z.int().describe("Of all lines with fewer ads, together; 0 where that is fewer too."),
    nextOffset: z.int().nullable(),
  })
  .meta({ title: "Transparency" });
export type Transparency = z.output<typeof transparencySchema>;
type Line = Transparency["items"][number];

/** Lines as they are told: no figure finer than tens, none below the fewest. Pure. */
export function tellTransparency(
  lines: readonly (Omit<Line, "reasons"> & Line["reasons"])[],
  otherAds: number,
  asked: z.output<typeof transparencyQuerySchema>,
): Transparency {
  const tens = (ads: number): number => Math.floor(ads / 10) * 10;
  const shown = lines.filter(({ ads }) => ads >= fewestTransparentAds);
  return {
    day: asked.day,
    fewestAds: fewestTransparentAds,
    items: shown.map(({ advertiserId, advertiser, payer, place, category, audience, ads }) => ({
      advertiserId,
      advertiser,
      payer,
      reasons: { place, category, audience },
      ads: tens(ads),
    })),
    otherAds: otherAds < fewestTransparentAds ? 0 : tens(otherAds),
    nextOffset: lines.length === asked.limit ? asked.offset + asked.limit : null,
  };
}

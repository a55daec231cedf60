import { z } from "zod";

/** The limits of an ad request, for the schema, the documentation and the tests. */
export const adsLimits = {
  placements: 20,
  adsPerPlacement: 10,
  sizes: 20,
  keywords: 30,
  keywordLength: 64,
  urlLength: 2048,
  idLength: 128,
  consentLength: 8192,
  categoryLength: 128,
  explainedCampaigns: 50,
  floorMicros: 1_000_000_000,
} as const;

const id = z
  .string()
  .min(1)
  .max(adsLimits.idLength)
  .regex(/^[\x21-\x7e]+$/)
  .describe("printable ASCII without spaces");

const inseeCode = z
  .string()
  .regex(/^(?:\d{5}|2[AB]\d{3})$/)
  .describe("an INSEE code of a commune: 5 characters, such as 87085 or 2A004");

const postalCode = z
  .string()
  .regex(/^\d{5}$/)
  .describe("a French postal code: 5 digits");

const departement = z
  .string()
  .regex(/^(?:\d{2}|2[AB]|9[78]\d)$/)
  .describe("a département's code, such as 87, 2A or 974");

const region = z
  .string()
  .regex(/^\d{2}$/)
  .describe("an INSEE code of a region, such as 75 or 04");

const lat = z.number().min(-90).max(90);
const lon = z.number().min(-180).max(180);

const search = z.object({
  inseeCode: inseeCode.optional(),
  postalCode: postalCode.optional(),
  departement: departement.optional(),
  region: region.optional(),
  lat: lat.optional(),
  lon: lon.optional(),
  radiusMeters: z.number().min(0).max(200_000).optional(),
});

const device = z.object({ lat, lon, accuracyMeters: z.number().min(0).max(10_000_000).optional() });

const home = z.object({ inseeCode: inseeCode.optional(), postalCode: postalCode.optional() });

const visitor = z.object({
  id: id.optional(),
  signature: z
    .string()
    .max(adsLimits.idLength)
    .regex(/^[\w=-]+$/)
    .describe("hexadecimal or base64url of an HMAC-SHA256")
    .optional(),
  consent: z.string().max(adsLimits.consentLength).optional(),
  gdpr: z.boolean().optional(),
  minor: z.boolean().describe("nothing is kept or read of a minor").optional(),
});

const page = z.object({
  url: z
    .string()
    .max(adsLimits.urlLength)
    .regex(/^https?:\/\/[^\s]+$/)
    .describe("an http or https address")
    .optional(),
  category: z
    .string()
    .max(adsLimits.categoryLength)
    .regex(/^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/)
    .describe("a path of a-z, 0-9, - and _, such as vehicules/voitures")
    .optional(),
  keywords: z
    .array(z.string().min(1).max(adsLimits.keywordLength))
    .max(adsLimits.keywords)
    .optional(),
  viewId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,64}$/)
    .describe("16 to 64 random characters of A-Z, a-z, 0-9, _ and -, new for each page load")
    .optional(),
});

const pixels = z.number().int().min(1).max(4096);

const placement = z.object({
  id,
  formats: z
    .array(z.enum(["native", "image", "html"]))
    .min(1)
    .max(3)
    .optional(),
  sizes: z
    .array(z.array(pixels).length(2).describe("[width, height] in pixels"))
    .max(adsLimits.sizes)
    .optional(),
  count: z.number().int().min(1).max(adsLimits.adsPerPlacement).optional(),
  floorMicros: z.number().int().min(0).max(adsLimits.floorMicros).optional(),
});

const campaignId = z.number().int().min(1).max(4_294_967_295);

/**
 * The body of `POST /v1/ads`: the one source of its validator, its type and its OpenAPI description.
 * Unknown fields are ignored, so that an older page works with a newer server and the reverse.
 * Rules that span fields are in `crossFieldProblems`.
 */
export const adsBodySchema = z.object({
  site: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w-]+$/)
    .describe("a site key: a-z, A-Z, 0-9, - and _")
    .optional(),
  visitor: visitor.optional(),
  place: z
    .object({ search: search.optional(), device: device.optional(), home: home.optional() })
    .optional(),
  page: page.optional(),
  device: z
    .object({ type: z.enum(["mobile", "tablet", "desktop", "tv", "other"]).optional() })
    .optional(),
  placements: z.array(placement).min(1).max(adsLimits.placements),
  explain: z
    .union([
      z.boolean(),
      z.object({ campaignIds: z.array(campaignId).min(1).max(adsLimits.explainedCampaigns) }),
    ])
    .describe('true, false or {"campaignIds": [1 to 50 campaign ids]}')
    .optional(),
  test: z.boolean().optional(),
});

export type AdsBody = z.infer<typeof adsBodySchema>;
export type AdsBodyPlace = NonNullable<AdsBody["place"]>;
export type AdsBodyPlacement = AdsBody["placements"][number];

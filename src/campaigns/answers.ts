import { z } from "zod";
import { advertiserSchema } from "./advertiserSchema.ts";
import { campaignSchema } from "./campaignSchema.ts";
import { creativeSchemas } from "./creativeSchema.ts";
import { creativeStateSchema } from "./creativeState.ts";
import { entityId, lineOfText } from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { placementSchema, segmentSchema, siteSchema } from "./siteSchema.ts";
import { sspSchema } from "./sspSchema.ts";

/** Entities as they are kept and answered: their fields as people write them, defaults filled in, and what we add. */

const stored = {
  version: z.int().min(1).describe("Counts the writes, from 1; the `ETag`."),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

export const storedAdvertiserSchema = z
  .object({
    ...advertiserSchema.shape,
    payerName: lineOfText(limits.nameCharacters),
    organizationId: entityId().describe("Whose it is."),
    advertiserId: entityId(),
    ...stored,
  })
  .meta({ title: "Advertiser" });

const storedAudienceRule = z.object({
  segmentId: entityId(),
  segment: z.string(),
  minScore: z.number().min(0).max(1).nullable(),
  multiplier: z.number().min(1).max(3).nullable(),
});

export const storedCampaignSchema = z
  .object({
    ...campaignSchema.shape,
    audience: z.array(storedAudienceRule),
    campaignId: entityId(),
    zoneLabel: z.string().describe('What a shopkeeper reads: "Limoges et 10 km autour".'),
    zoneApproximate: z.boolean().describe("An outline in the zone is not known exactly."),
    timeZone: z.string().describe("The IANA zone in which the dayparts are read."),
    ...stored,
  })
  .meta({ title: "Campaign" });

const ofCreative = { creativeId: entityId(), ...stored, ...creativeStateSchema.shape };

export const storedCreativeSchema = z
  .discriminatedUnion("format", [
    z.object({ ...creativeSchemas.native.shape, ...ofCreative }).meta({ title: "NativeCreative" }),
    z.object({ ...creativeSchemas.image.shape, ...ofCreative }).meta({ title: "ImageCreative" }),
    z.object({ ...creativeSchemas.html.shape, ...ofCreative }).meta({ title: "HtmlCreative" }),
  ])
  .meta({ title: "Creative" });

export const storedPlacementSchema = z
  .object({ ...placementSchema.shape, placementId: entityId(), ...stored })
  .meta({ title: "Placement" });

export const storedSegmentSchema = z
  .object({ ...segmentSchema.shape, segmentId: entityId(), version: stored.version })
  .meta({ title: "Segment" });

/** Without its signing secret. */
export const toldSiteSchema = z
  .object({
    ...siteSchema.shape,
    publicKey: z.string().describe("What the page sends as `site`."),
    siteId: entityId(),
    ...stored,
  })
  .meta({ title: "Site" });

/** The answer to its creation. */
export const createdSiteSchema = z
  .object({
    ...toldSiteSchema.shape,
    signingSecret: z.string().describe("Signs visitor ids on the site's own server. Told once."),
  })
  .meta({ title: "CreatedSite" });

/** Without the hash of its key and the keys of its prices. */
export const toldSspSchema = z
  .object({ ...sspSchema.omit({ priceKeys: true }).shape, sspId: entityId(), ...stored })
  .meta({ title: "Ssp" });

/** With its key, when the request made one. */
export const savedSspSchema = z
  .object({
    ...toldSspSchema.shape,
    key: z.string().optional().describe("Its key, `ssp_…`, where the request made one. Told once."),
  })
  .meta({ title: "SavedSsp" });

import { z } from "zod";
import {
  storedAdvertiserSchema,
  storedCampaignSchema,
  storedCreativeSchema,
  storedPlacementSchema,
  storedSegmentSchema,
  toldSiteSchema,
  toldSspSchema,
} from "./answers.ts";
import { limits } from "./limits.ts";
import { flagFilter, idFilter, listSpec as spec, textFilter, wordFilter } from "./listQuery.ts";

/** What each collection's list can be filtered and ordered by. docs/resources.md has the same table. */

const written = { createdAt: "integer", updatedAt: "integer" } as const;

export const advertiserList = spec({
  collection: "advertisers",
  idField: "advertiserId",
  sorts: { id: "id", name: "text", ...written },
  fields: Object.keys(storedAdvertiserSchema.shape),
  filters: { q: textFilter(), trade: textFilter(limits.tradeCharacters) },
});

export const campaignList = spec({
  collection: "campaigns",
  idField: "campaignId",
  sorts: {
    id: "id",
    name: "text",
    startsOn: "integer",
    endsOn: "integer",
    bidMicros: "integer",
    ...written,
  },
  fields: Object.keys(storedCampaignSchema.shape),
  filters: {
    q: textFilter(),
    advertiserId: idFilter(),
    status: wordFilter(["draft", "active", "paused", "ended"]),
    pricing: wordFilter(["cpm", "vcpm", "cpc"]),
    priority: wordFilter(["guaranteed", "paid", "house"]),
  },
});

export const creativeList = spec({
  collection: "creatives",
  idField: "creativeId",
  sorts: { id: "id", ...written },
  fields: [...new Set(storedCreativeSchema.options.flatMap((option) => Object.keys(option.shape)))],
  filters: {
    campaignId: idFilter(),
    advertiserId: idFilter(),
    format: wordFilter(["native", "image", "html"]),
    active: flagFilter(),
  },
});

export const placementList = spec({
  collection: "placements",
  idField: "placementId",
  sorts: { id: "id" },
  fields: Object.keys(storedPlacementSchema.shape),
  filters: { siteId: idFilter(), code: textFilter(64) },
});

export const siteList = spec({
  collection: "sites",
  idField: "siteId",
  sorts: { id: "id" },
  fields: Object.keys(toldSiteSchema.shape),
  filters: {},
});

export const segmentList = spec({
  collection: "segments",
  idField: "segmentId",
  sorts: { id: "id" },
  fields: Object.keys(storedSegmentSchema.shape),
  filters: { slug: textFilter(60) },
});

export const sspList = spec({
  collection: "ssps",
  idField: "sspId",
  sorts: { id: "id" },
  fields: Object.keys(toldSspSchema.shape),
  filters: { status: wordFilter(["active", "paused"]) },
});

/** A page of a list. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .describe("The `cursor` of the next page; null on the last one."),
  });

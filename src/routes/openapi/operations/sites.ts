import {
  createdSiteSchema,
  storedPlacementSchema,
  storedSegmentSchema,
  toldSiteSchema,
} from "../../../campaigns/answers.ts";
import { placementList, segmentList, siteList } from "../../../campaigns/lists.ts";
import { placementSchema, segmentSchema, siteSchema } from "../../../campaigns/siteSchema.ts";
import type { Operation } from "../operation.ts";
import { changeOf, idIn } from "../parameters.ts";
import { resourceOperations } from "../resources.ts";

const sites = resourceOperations({
  name: "Site",
  words: { one: "a site", many: "sites", it: "the site" },
  tag: "Sites",
  list: siteList,
  params: idIn("siteId"),
  input: {
    schema: siteSchema,
    examples: { site: { name: "Le Bon Lieu", allowedOrigins: ["https://www.example.fr"] } },
  },
  change: {
    schema: changeOf(siteSchema, "SiteChange"),
    examples: { rename: { name: "Le Lieu" } },
  },
  item: toldSiteSchema,
  created: createdSiteSchema,
  notes: { create: "The answer, and it alone, tells `signingSecret`." },
});

const placements = resourceOperations({
  name: "Placement",
  words: { one: "a placement", many: "placements", it: "the placement" },
  tag: "Sites",
  list: placementList,
  params: idIn("placementId"),
  input: {
    schema: placementSchema,
    examples: { top: { siteId: 1, code: "top", formats: ["image"], sizes: [[300, 250]] } },
  },
  change: {
    schema: changeOf(placementSchema, "PlacementChange", ["siteId"]),
    examples: { floor: { floorMicros: 500_000 } },
  },
  item: storedPlacementSchema,
  notes: { create: "It narrows what pages of the site may ask for under its `code`." },
});

const segments = resourceOperations({
  name: "Segment",
  words: { one: "a segment", many: "segments", it: "the segment" },
  tag: "Sites",
  list: segmentList,
  params: idIn("segmentId"),
  input: {
    schema: segmentSchema,
    examples: { car: { slug: "auto-acheteur", name: "Cherche une voiture" } },
  },
  change: {
    schema: changeOf(segmentSchema, "SegmentChange", ["slug"]),
    examples: { rename: { name: "Cherche une voiture d'occasion" } },
  },
  item: storedSegmentSchema,
  notes: { create: "Its slug is taken once and never changes." },
});

export const operationsOfSites: readonly Operation[] = [
  ...[sites.create, sites.list, sites.read, sites.change],
  ...[placements.create, placements.list, placements.read, placements.change],
  ...[segments.create, segments.list, segments.read, segments.change],
];

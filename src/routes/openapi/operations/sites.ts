import {
  createdSiteSchema,
  storedPlacementSchema,
  storedSegmentSchema,
  toldSiteSchema,
} from "../../../campaigns/answers.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import { placementSchema, segmentSchema, siteSchema } from "../../../campaigns/siteSchema.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, changeOf, idIn, listQuery, pageOf } from "../parameters.ts";

const site = { schema: toldSiteSchema, headers: ["ETag"] } as const;
const placement = { schema: storedPlacementSchema, headers: ["ETag"] } as const;

const siteOperations: readonly Operation[] = [
  {
    id: "createSite",
    method: "post",
    path: "/v1/sites",
    tag: "Sites",
    summary: "Register a site",
    description: "The answer, and it alone, tells `signingSecret`.",
    access: ["apiKey"],
    body: {
      schema: siteSchema,
      examples: {
        site: { name: "Le Bon Lieu", allowedOrigins: ["https://www.example.fr"] },
      },
    },
    answers: {
      201: {
        description: "The site, with its secret.",
        schema: createdSiteSchema,
        headers: ["ETag", "Location"],
      },
    },
  },
  {
    id: "listSites",
    method: "get",
    path: "/v1/sites",
    tag: "Sites",
    summary: "List sites",
    access: ["apiKey"],
    query: listQuery({}),
    answers: { 200: { description: "A page of them.", schema: pageOf(toldSiteSchema) } },
  },
  {
    id: "readSite",
    method: "get",
    path: "/v1/sites/:siteId",
    tag: "Sites",
    summary: "Read a site",
    access: ["apiKey"],
    params: idIn("siteId"),
    answers: { 200: { ...site, description: "The site." } },
  },
  {
    id: "changeSite",
    method: "patch",
    path: "/v1/sites/:siteId",
    tag: "Sites",
    summary: "Change a site",
    access: ["apiKey"],
    params: idIn("siteId"),
    headers: changeHeaders,
    body: { schema: changeOf(siteSchema, "SiteChange"), examples: { rename: { name: "Le Lieu" } } },
    answers: { 200: { ...site, description: "The site as it is now." } },
  },
];

const placementOperations: readonly Operation[] = [
  {
    id: "createPlacement",
    method: "post",
    path: "/v1/placements",
    tag: "Sites",
    summary: "Register a placement",
    description: "It narrows what pages of the site may ask for under its `code`.",
    access: ["apiKey"],
    body: {
      schema: placementSchema,
      examples: { top: { siteId: 1, code: "top", formats: ["image"], sizes: [[300, 250]] } },
    },
    answers: {
      201: { ...placement, description: "The placement.", headers: ["ETag", "Location"] },
    },
  },
  {
    id: "listPlacements",
    method: "get",
    path: "/v1/placements",
    tag: "Sites",
    summary: "List placements",
    access: ["apiKey"],
    query: listQuery({ siteId: entityId().optional() }),
    answers: { 200: { description: "A page of them.", schema: pageOf(storedPlacementSchema) } },
  },
  {
    id: "readPlacement",
    method: "get",
    path: "/v1/placements/:placementId",
    tag: "Sites",
    summary: "Read a placement",
    access: ["apiKey"],
    params: idIn("placementId"),
    answers: { 200: { ...placement, description: "The placement." } },
  },
  {
    id: "changePlacement",
    method: "patch",
    path: "/v1/placements/:placementId",
    tag: "Sites",
    summary: "Change a placement",
    access: ["apiKey"],
    params: idIn("placementId"),
    headers: changeHeaders,
    body: {
      schema: changeOf(placementSchema, "PlacementChange", ["siteId"]),
      examples: { floor: { floorMicros: 500_000 } },
    },
    answers: { 200: { ...placement, description: "The placement as it is now." } },
  },
];

const segmentOperations: readonly Operation[] = [
  {
    id: "createSegment",
    method: "post",
    path: "/v1/segments",
    tag: "Sites",
    summary: "Create a segment",
    description: "Its slug is taken once and never changes.",
    access: ["apiKey"],
    body: {
      schema: segmentSchema,
      examples: { car: { slug: "auto-acheteur", name: "Cherche une voiture" } },
    },
    answers: {
      201: { description: "The segment.", schema: storedSegmentSchema, headers: ["Location"] },
    },
  },
  {
    id: "listSegments",
    method: "get",
    path: "/v1/segments",
    tag: "Sites",
    summary: "List segments",
    access: ["apiKey"],
    query: listQuery({}),
    answers: { 200: { description: "A page of them.", schema: pageOf(storedSegmentSchema) } },
  },
  {
    id: "readSegment",
    method: "get",
    path: "/v1/segments/:segmentId",
    tag: "Sites",
    summary: "Read a segment",
    access: ["apiKey"],
    params: idIn("segmentId"),
    answers: { 200: { description: "The segment.", schema: storedSegmentSchema } },
  },
];

export const operationsOfSites: readonly Operation[] = [
  ...siteOperations,
  ...placementOperations,
  ...segmentOperations,
];

import {
  erasureProofSchema,
  visitorExportSchema,
  visitorParameters,
  visitorQuerySchema,
} from "../../../audience/visitorSchemas.ts";
import {
  transparencyQuerySchema,
  transparencySchema,
} from "../../../reports/transparencySchema.ts";
import type { Operation } from "../operation.ts";

const common = {
  path: "/v1/visitors/:visitorId",
  tag: "Serving",
  access: ["apiKey"],
  params: visitorParameters,
  query: visitorQuerySchema,
  problems: ["invalid_site"],
} as const;
const whose =
  "For the operator's administrators, or without an API key for whoever shows the site's signature over the id.";

export const visitorOperations: readonly Operation[] = [
  {
    ...common,
    id: "exportVisitor",
    method: "get",
    summary: "Everything that is kept of a visitor",
    description: whose,
    answers: { 200: { description: "What each store has.", schema: visitorExportSchema } },
  },
  {
    ...common,
    id: "eraseVisitor",
    method: "delete",
    summary: "Forget a visitor everywhere",
    description: `${whose} No later load of scores brings the visitor back.`,
    answers: { 200: { description: "The proof.", schema: erasureProofSchema } },
  },
  {
    id: "readTransparency",
    method: "get",
    path: "/v1/transparency",
    tag: "Serving",
    summary: "Who had ads shown for which kinds of reasons on a day",
    description: "Visitors are not in it; lines under 50 ads are told together.",
    access: [],
    query: transparencyQuerySchema,
    answers: { 200: { description: "The lines.", schema: transparencySchema } },
  },
];

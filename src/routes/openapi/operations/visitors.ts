import {
  erasureProofSchema,
  keptIdentifiersSchema,
  visitorExportSchema,
  visitorIdentifiersSchema,
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
    deprecations: [
      {
        of: { field: "events" },
        since: "2026-11-24T00:00:00Z",
        sunset: "2027-06-30T23:59:59Z",
        moreAt: "/docs#eraseVisitor",
      },
    ],
  },
  {
    ...common,
    path: "/v1/visitors/:visitorId/log-out",
    id: "logOutVisitor",
    method: "post",
    summary: "Say that a visitor has logged out of its account",
    description: `${whose} What it does from now on belongs to nobody else, until it is seen with an account again.`,
    answers: { 204: { description: "Known." } },
  },
  {
    ...common,
    path: "/v1/visitors/:visitorId/identifiers",
    id: "giveVisitorIdentifiers",
    method: "post",
    summary: "Tell by which hashes a site knows a visitor",
    description: `${whose} Kept for 13 months, with consent to purposes 1, 3 and 4 only, to find visitors on the lists of customers that advertisers bring.`,
    body: {
      schema: visitorIdentifiersSchema,
      examples: {
        address: {
          identifiers: [
            {
              kind: "email_sha256",
              sha256: "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
            },
          ],
          gdpr: false,
        },
      },
    },
    answers: { 200: { description: "How many are kept.", schema: keptIdentifiersSchema } },
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

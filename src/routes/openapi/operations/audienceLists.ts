import { z } from "zod";
import { audienceListSchema, storedAudienceListSchema } from "../../../campaigns/audienceLists.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";

const ofList = z.object({ advertiserId: entityId(), listId: entityId() });
const all = "/v1/advertisers/:advertiserId/lists";
const one = `${all}/:listId`;
const list = { description: "The list.", schema: storedAudienceListSchema };

const entries = {
  path: `${one}/entries`,
  tag: "Advertisers",
  access: ["apiKey"],
  params: ofList,
  body: {
    schema: z
      .string()
      .describe(
        'A line a person: the SHA-256 in 64 hexadecimal digits (CSV), or `{"sha256": "…"}` (NDJSON). At most 100,000 lines.',
      ),
    contentTypes: ["text/csv", "application/x-ndjson"],
    examples: {
      csv: "sha256\n973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b\n",
    },
  },
  problems: ["conflict"],
  answers: { 200: list },
} as const;

export const audienceListOperations: readonly Operation[] = [
  {
    id: "listAudienceLists",
    method: "get",
    path: all,
    tag: "Advertisers",
    summary: "List the lists of customers of an advertiser",
    access: ["apiKey"],
    params: idIn("advertiserId"),
    answers: {
      200: {
        description: "All of them: twenty at most.",
        schema: z
          .object({ items: z.array(storedAudienceListSchema) })
          .meta({ title: "AudienceLists" }),
      },
    },
  },
  {
    id: "createAudienceList",
    method: "post",
    path: all,
    tag: "Advertisers",
    summary: "Make a list of customers",
    description:
      "It stands for a segment that this advertiser's campaigns may name once 50 visitors are found by it. Who is on it is told to nobody.",
    access: ["apiKey"],
    params: idIn("advertiserId"),
    body: {
      schema: audienceListSchema,
      examples: {
        customers: {
          name: "Clients fidèles",
          identifier: "email_sha256",
          basis: "consent",
          collectedOn: "2026-10-01",
          expiresOn: "2027-06-30",
          attests: { consent: true, adultsOnly: true, noSpecialCategories: true },
        },
      },
    },
    problems: ["conflict"],
    answers: { 201: { ...list, headers: ["Location"] } },
  },
  {
    id: "readAudienceList",
    method: "get",
    path: one,
    tag: "Advertisers",
    summary: "Read a list of customers",
    access: ["apiKey"],
    params: ofList,
    answers: { 200: list },
  },
  {
    ...entries,
    id: "replaceAudienceListEntries",
    method: "put",
    summary: "Put hashes on a list, in place of those that were on it",
  },
  {
    ...entries,
    id: "addAudienceListEntries",
    method: "post",
    summary: "Put more hashes on a list",
  },
  {
    id: "deleteAudienceList",
    method: "delete",
    path: one,
    tag: "Advertisers",
    summary: "Delete a list of customers",
    access: ["apiKey"],
    params: ofList,
    answers: {
      204: { description: "Its hashes are gone; who was on it is in no audience within minutes." },
    },
  },
];

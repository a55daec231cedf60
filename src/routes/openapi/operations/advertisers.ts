import { advertiserSchema } from "../../../campaigns/advertiserSchema.ts";
import { storedAdvertiserSchema } from "../../../campaigns/answers.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, changeOf, idIn, listQuery, pageOf } from "../parameters.ts";

const entity = { schema: storedAdvertiserSchema, headers: ["ETag"] } as const;

export const advertiserOperations: readonly Operation[] = [
  {
    id: "createAdvertiser",
    method: "post",
    path: "/v1/advertisers",
    tag: "Advertisers",
    summary: "Create an advertiser",
    access: ["apiKey"],
    body: {
      schema: advertiserSchema,
      examples: { garage: { name: "Garage du Pont", trade: "garage" } },
    },
    answers: {
      201: { ...entity, description: "The advertiser.", headers: ["ETag", "Location"] },
    },
  },
  {
    id: "listAdvertisers",
    method: "get",
    path: "/v1/advertisers",
    tag: "Advertisers",
    summary: "List advertisers",
    description: "Those that the key may see.",
    access: ["apiKey"],
    query: listQuery({}),
    answers: { 200: { description: "A page of them.", schema: pageOf(storedAdvertiserSchema) } },
  },
  {
    id: "readAdvertiser",
    method: "get",
    path: "/v1/advertisers/:advertiserId",
    tag: "Advertisers",
    summary: "Read an advertiser",
    access: ["apiKey"],
    params: idIn("advertiserId"),
    answers: { 200: { ...entity, description: "The advertiser." } },
  },
  {
    id: "changeAdvertiser",
    method: "patch",
    path: "/v1/advertisers/:advertiserId",
    tag: "Advertisers",
    summary: "Change an advertiser",
    description: "Replaces the fields that the body names. The balance is the operator's.",
    access: ["apiKey"],
    params: idIn("advertiserId"),
    headers: changeHeaders,
    body: {
      schema: changeOf(advertiserSchema, "AdvertiserChange"),
      examples: { payer: { payerName: "Garages du Limousin" } },
    },
    answers: { 200: { ...entity, description: "The advertiser as it is now." } },
  },
];

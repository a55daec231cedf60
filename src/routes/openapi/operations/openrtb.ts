import { z } from "zod";
import type { Operation } from "../operation.ts";
import { bidRequestSchema, bidResponseSchema } from "../schemas/bids.ts";

const notice = {
  method: "get",
  tag: "OpenRTB",
  access: [],
  params: z.object({ token: z.string() }),
  refusals: "bare",
  answers: {
    204: { description: "It was told." },
    404: { description: "An address that we did not sign." },
    503: { description: "To be told again later.", headers: ["Retry-After"] },
  },
} as const;

export const openrtbOperations: readonly Operation[] = [
  {
    id: "bid",
    method: "post",
    path: "/openrtb2/bid/:ssp",
    tag: "OpenRTB",
    summary: "Ask for bids",
    description: "gzip or deflate, whatever the content type. Refusals have no content.",
    access: ["sspKey"],
    params: z.object({ ssp: z.string() }),
    body: {
      schema: bidRequestSchema,
      examples: { banner: { id: "1", imp: [{ id: "1", banner: { w: 300, h: 250 } }] } },
    },
    refusals: "bare",
    answers: {
      200: { description: "Bids, or why there is none.", schema: bidResponseSchema },
      204: { description: "No bid." },
      400: { description: "No bid request." },
      401: { description: "Not the key of this SSP." },
      403: { description: "Not an address of this SSP." },
      404: { description: "There is no SSP of this name." },
      413: { description: "More than 512 kB." },
      415: { description: "An encoding that we do not take." },
    },
  },
  { ...notice, id: "noticeWin", path: "/openrtb2/n/w/:token", summary: "Tell that a bid has won" },
  {
    ...notice,
    id: "noticeBilling",
    path: "/openrtb2/n/b/:token",
    summary: "Tell that a bid is billed",
  },
  {
    ...notice,
    id: "noticeLoss",
    path: "/openrtb2/n/l/:token",
    summary: "Tell that a bid has lost",
  },
  {
    id: "syncVisitor",
    method: "get",
    path: "/openrtb2/sync/:ssp",
    tag: "OpenRTB",
    summary: "Match a visitor's ids, with consent",
    access: [],
    params: z.object({ ssp: z.string() }),
    query: z.object({
      gdpr: z.string().optional(),
      gdpr_consent: z.string().optional(),
      gpp: z.string().optional(),
      gpp_sid: z.string().optional(),
      coppa: z.string().optional(),
      uid: z.string().optional().describe("The SSP's own id, as it has signed it."),
      uid_exp: z.string().optional().describe("Until when that holds, seconds since 1970."),
      uid_sig: z.string().optional().describe("HMAC-SHA-256 of name, uid and uid_exp."),
      redirect: z.string().optional(),
      check: z.string().optional(),
    }),
    answers: {
      204: { description: "There is nothing to tell." },
      302: { description: "To the SSP, or round once for the cookie.", headers: ["Location"] },
    },
  },
];

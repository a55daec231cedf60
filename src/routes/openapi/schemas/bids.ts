import { z } from "zod";
import type { Bid, BidResponse } from "../../../openrtb/bidTypes.ts";
import { describing } from "./describing.ts";

/** OpenRTB 2.6, section 3.2.1, as far as a request needs to look like one; every field of 2.5 and 2.6 is read. */
export const bidRequestSchema = z
  .looseObject({
    id: z.string(),
    imp: z.array(z.looseObject({ id: z.string() })).min(1),
  })
  .meta({ title: "BidRequest", description: "An OpenRTB 2.5 or 2.6 bid request." });

const bid = describing<Bid>()(
  z.object({
    id: z.string(),
    impid: z.string(),
    price: z.number().describe("Per thousand, in `cur`."),
    adm: z.string(),
    adomain: z.array(z.string()),
    crid: z.string(),
    cid: z.string(),
    iurl: z.string().optional(),
    cat: z.array(z.string()).optional(),
    cattax: z.int().optional(),
    attr: z.array(z.int()).optional(),
    w: z.int().optional(),
    h: z.int().optional(),
    wratio: z.number().optional(),
    hratio: z.number().optional(),
    mtype: z.union([z.literal(1), z.literal(4)]),
    exp: z.int(),
    language: z.literal("fr"),
    dealid: z.string().optional(),
    nurl: z.string(),
    burl: z.string(),
    lurl: z.string(),
    ext: z
      .object({
        dsa: z.object({
          behalf: z.string(),
          paid: z.string(),
          transparency: z
            .array(z.object({ domain: z.string(), params: z.array(z.int()) }))
            .optional(),
          adrender: z.union([z.literal(0), z.literal(1)]),
        }),
      })
      .optional(),
  }),
).meta({ title: "Bid" });

export const bidResponseSchema = describing<BidResponse>()(
  z.object({
    id: z.string(),
    bidid: z.string().optional(),
    cur: z.string().optional(),
    seatbid: z.array(z.object({ seat: z.string().optional(), bid: z.array(bid) })).optional(),
    nbr: z.int().optional().describe("Why there is no bid, for SSPs that ask for it."),
  }),
).meta({ title: "BidResponse" });

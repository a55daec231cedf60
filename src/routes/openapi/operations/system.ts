import { z } from "zod";
import { sspName } from "../../../campaigns/sspSchema.ts";
import { sspHealthSchema, systemReportSchema } from "../../../metrics/systemReport.ts";
import type { Operation } from "../operation.ts";

export const systemOperations: readonly Operation[] = [
  {
    id: "readSystem",
    method: "get",
    path: "/v1/system",
    tag: "Operations",
    summary: "Say what this node does now",
    description:
      "Rates and latencies of the last minute, of the node that answers; made to be asked for every second or two.",
    access: ["apiKey"],
    problems: ["invalid_parameter"],
    answers: { 200: { description: "The node and its stores.", schema: systemReportSchema } },
  },
  {
    id: "readSspHealth",
    method: "get",
    path: "/v1/ssps/:name/health",
    tag: "SSPs",
    summary: "Say how an SSP's requests fare",
    description: "Of the node that answers: the last minute, the last hour, and by minute.",
    access: ["apiKey"],
    problems: ["invalid_parameter"],
    params: z.object({ name: z.string().regex(sspName) }),
    answers: {
      200: { description: "What was asked, bid, won and lost.", schema: sspHealthSchema },
    },
  },
];

import { z } from "zod";
import type { Operation } from "../operation.ts";

const check = z
  .object({
    ok: z.boolean(),
    detail: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional(),
  })
  .meta({ title: "CheckResult" });

const readiness = z
  .object({
    status: z.enum(["ready", "degraded", "not ready"]),
    reasons: z.array(z.string()),
    checks: z.record(z.string(), check),
  })
  .meta({ title: "Readiness" });

const startup = z.object({ status: z.enum(["started", "starting"]) }).meta({ title: "Startup" });

export const operationsOfOperators: readonly Operation[] = [
  {
    id: "readHealth",
    method: "get",
    path: "/healthz",
    tag: "Operations",
    summary: "Say whether the process answers",
    access: [],
    answers: {
      200: {
        description: "It does.",
        schema: z.object({ status: z.literal("alive") }).meta({ title: "Health" }),
      },
    },
  },
  {
    id: "readStartup",
    method: "get",
    path: "/startupz",
    tag: "Operations",
    summary: "Say whether this node has been ready once",
    access: [],
    refusals: "bare",
    answers: {
      200: { description: "It has.", schema: startup },
      503: { description: "Not yet.", schema: startup },
    },
  },
  {
    id: "readReadiness",
    method: "get",
    path: "/readyz",
    tag: "Operations",
    summary: "Say whether this node serves",
    access: [],
    refusals: "bare",
    answers: {
      200: { description: "It does; `degraded` names what is away.", schema: readiness },
      503: { description: "It does not, for these reasons.", schema: readiness },
    },
  },
  {
    id: "readMetrics",
    method: "get",
    path: "/metrics",
    tag: "Operations",
    summary: "Read the metrics of this node",
    access: ["metricsToken"],
    answers: {
      200: {
        description: "In Prometheus' text format.",
        schema: z.string(),
        contentType: "text/plain",
      },
    },
  },
  {
    id: "readOpenApi",
    method: "get",
    path: "/openapi.json",
    tag: "Operations",
    summary: "Read this description",
    access: [],
    refusals: "bare",
    answers: {
      200: {
        description: "OpenAPI 3.1.",
        schema: z.record(z.string(), z.unknown()),
        headers: ["ETag"],
      },
      304: { description: "As `If-None-Match` has it.", headers: ["ETag"] },
    },
  },
  {
    id: "readDocs",
    method: "get",
    path: "/docs",
    tag: "Operations",
    summary: "Browse this description, and try it",
    access: [],
    refusals: "bare",
    answers: { 200: { description: "A page.", schema: z.string(), contentType: "text/html" } },
  },
  {
    id: "readDocsFile",
    method: "get",
    path: "/docs/:file",
    tag: "Operations",
    summary: "Read a file of that page",
    access: [],
    params: z.object({ file: z.string() }),
    answers: {
      200: { description: "A script or style.", schema: z.string(), contentType: "*/*" },
      304: { description: "As `If-None-Match` has it.", headers: ["ETag"] },
    },
  },
];

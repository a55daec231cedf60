import { z } from "zod";
import { type ErrorCode, errorTable } from "../../errors.ts";
import type { Operation } from "./operation.ts";

const codes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

/** What every refusal looks like (RFC 9457). */
export const problemSchema = z
  .object({
    type: z
      .enum(codes.map((code) => `urn:atelier:problem:${code}`))
      .describe("A stable name: docs/errors.md explains each."),
    title: z.string().describe("The type in words."),
    status: z.int().min(400).max(599),
    detail: z.string().describe("For people."),
    instance: z
      .string()
      .optional()
      .describe("urn:atelier:request: and the answer's X-Request-Id, by which the log knows it."),
    errors: z
      .array(
        z
          .object({
            pointer: z
              .string()
              .describe("A JSON pointer into the body, or the name of a parameter or header."),
            rule: z.string().describe("What holds there."),
          })
          .meta({ title: "FieldProblem" }),
      )
      .max(50)
      .describe("Every problem that was found, up to 50."),
  })
  .meta({ title: "Problem", description: "Why a request was refused." });

export const problemContentType = "application/problem+json";

/** The problems that an operation may answer: what follows from its shape, and what it names itself. */
export function problemsOf(operation: Operation): readonly ErrorCode[] {
  const { access, params, query, headers, body, problems = [] } = operation;
  if (operation.refusals === "bare") {
    // A path that is no UTF-8 never reaches the route.
    return params === undefined || 400 in operation.answers ? [] : ["invalid_parameter"];
  }
  const isWrite = operation.method !== "get";
  const hasKey = access.includes("apiKey");
  const found: readonly (readonly [boolean, readonly ErrorCode[]])[] = [
    [params !== undefined, ["invalid_parameter", "not_found"]],
    [query !== undefined || headers !== undefined, ["invalid_parameter"]],
    [access.length > 0, ["unauthenticated"]],
    [hasKey, ["forbidden"]],
    [hasKey && isWrite, ["conflict"]],
    [headers !== undefined && "If-Match" in headers.shape, ["precondition_failed"]],
    [body !== undefined, bodyProblems],
    [true, ["internal", "unavailable"]],
  ];
  const all = found.flatMap(([applies, those]) => (applies ? those : []));
  return [...new Set([...all, ...problems])];
}

const bodyProblems: readonly ErrorCode[] = [
  "invalid_json",
  "invalid_encoding",
  "body_too_large",
  "unsupported_media_type",
  "invalid_body",
];

/** The codes by status, ascending. */
export function byStatus(found: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> {
  const grouped = Map.groupBy(found, (code) => errorTable[code].status as number);
  return new Map([...grouped].sort(([a], [b]) => a - b));
}

import { z } from "zod";
import type { Answer, AnswerHeader, Operation } from "./operation.ts";

/** What stands before every management route (`src/routes/admission.ts`) adds to its operation. */

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .describe(
    "1 to 255 visible ASCII characters of your choice: the same request with the same key is answered as the first time, for a day, and changes nothing more.",
  );

const dryRun = z
  .enum(["1", "0"])
  .optional()
  .describe("`1`: says what would come of it, and changes nothing.");

export const dryRunSchema = z
  .object({
    dryRun: z.literal(true),
    status: z.int().describe("What the write would have been answered with."),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("Its body, without the id of what does not exist."),
    forecast: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ title: "DryRun", description: "What a write would do." });

/** The operation with what admission adds: keys of writes, dry runs, limits. Pure. */
export function withAdmission(operation: Operation): Operation {
  const { access, admission, method, query, headers, answers, problems = [] } = operation;
  if (!access.includes("apiKey") || admission === "own") return operation;
  const isWrite = method !== "get";
  const told: readonly AnswerHeader[] = [
    "RateLimit",
    "RateLimit-Policy",
    ...(isWrite ? (["Idempotency-Replayed"] as const) : []),
  ];
  const isDryRunnable = operation.dryRun === true;
  return {
    ...operation,
    ...(isDryRunnable ? { query: z.object({ ...query?.shape, dryRun }) } : {}),
    ...(isWrite
      ? { headers: z.object({ ...headers?.shape, "Idempotency-Key": idempotencyKey }) }
      : {}),
    answers: withHeaders(isDryRunnable ? withDryRun(answers) : answers, told),
    problems: [
      ...problems,
      "too_many_requests",
      ...(isWrite ? (["idempotency_in_progress", "idempotency_key_reused"] as const) : []),
    ],
  };
}

function withDryRun(answers: Operation["answers"]): Operation["answers"] {
  const { 200: own } = answers;
  if (own?.schema === undefined)
    return { 200: { description: "What a dry run found.", schema: dryRunSchema }, ...answers };
  const description = `${own.description} Or what a dry run found.`;
  return { ...answers, 200: { ...own, description, schema: z.union([own.schema, dryRunSchema]) } };
}

function withHeaders(
  answers: Operation["answers"],
  told: readonly AnswerHeader[],
): Operation["answers"] {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]): [string, Answer] => [
      status,
      { ...answer, headers: [...(answer.headers ?? []), ...told] },
    ]),
  );
}

import { z } from "zod";
import { errorTable, type FieldProblem, PublicError } from "../errors.ts";
import { entityId } from "./fieldTypes.ts";
import { type Parsed, parseFields } from "./problems.ts";
import type { StoredApiKey, WriteOutcome } from "./repository.ts";

/** What one bulk call may bring. */
export const bulkLimits = {
  lines: 10_000,
  /** Of a call that is one transaction: until it ends, serving nodes hear of nobody's changes. */
  atomicLines: 1_000,
  bytes: 16 * 1024 * 1024,
  /** Of one line, as of the body of one write. */
  lineCharacters: 1024 * 1024,
  /** Lines that are written in one transaction; what a batch computes must not hold up requests for ads. */
  batchLines: 50,
} as const;

const fields = z.record(z.string(), z.unknown());
const entityTag = z
  .string()
  .max(300)
  .describe("As in the header `If-Match`: the `ETag` of an answer.");

export const bulkCreateSchema = z
  .strictObject({ op: z.literal("create"), body: fields })
  .meta({ title: "BulkCreate" });

export const bulkUpdateSchema = z
  .strictObject({
    op: z.literal("update"),
    id: entityId(),
    ifMatch: entityTag.optional(),
    body: fields,
  })
  .meta({ title: "BulkUpdate" });

/** One line of a bulk call. */
export const bulkLineSchema = z.discriminatedUnion("op", [bulkCreateSchema, bulkUpdateSchema]);
export type BulkLine = z.output<typeof bulkLineSchema>;

const flag = z.enum(["0", "1"]).optional();
/** The parameters of a bulk call. */
export const bulkQuerySchema = z.strictObject({
  atomic: flag.describe("1: all lines or none; at most 1,000 of them."),
  dryRun: flag.describe("1: tells what would be, and changes nothing."),
});

/** What became of one line. */
export const bulkResultSchema = z
  .object({
    line: z.int().min(1),
    status: z
      .int()
      .describe("As the same write alone would have answered; 424 = another line was refused."),
    id: entityId().optional(),
    version: z.int().min(1).optional(),
    problem: z
      .object({
        type: z.string(),
        title: z.string(),
        detail: z.string(),
        errors: z.array(z.object({ pointer: z.string(), rule: z.string() })),
      })
      .optional(),
  })
  .meta({ title: "BulkResult" });
export type BulkResult = z.output<typeof bulkResultSchema>;

/** What a bulk call knows of something that it has written. */
export interface BulkKept {
  readonly id: number;
  readonly version: number;
}

/** Writes lines of one collection for one caller. */
export interface BulkWriter<Prepared> {
  /** Checks what can be checked without the database. Throws PublicError. */
  prepare(line: BulkLine): Prepared;
  /** In a transaction of the caller; one outcome a line, in their order. */
  apply(prepared: readonly Prepared[]): Promise<readonly WriteOutcome<BulkKept>[]>;
}

/** Begins a bulk call. Throws PublicError `forbidden`. */
export type OpenBulkWriter<Prepared> = (key: StoredApiKey) => Promise<BulkWriter<Prepared>>;

/** Reads a parsed line. Every problem at once. Pure. */
export function parseBulkLine(value: unknown): Parsed<BulkLine> {
  const op = typeof value === "object" && value !== null && "op" in value ? value.op : undefined;
  if (op === "create") return parseFields(bulkCreateSchema, value);
  if (op === "update") return parseFields(bulkUpdateSchema, value);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const problem: FieldProblem = isObject
    ? { pointer: "/op", rule: "must be one of create, update" }
    : { pointer: "", rule: "must be an object" };
  return { ok: false, problems: [problem] };
}

/** The result of a line that was written. `isKept`: false in a dry run, which keeps no new id. */
export function doneResult(
  line: number,
  op: BulkLine["op"],
  { id, version }: BulkKept,
  isKept: boolean,
): BulkResult {
  if (op === "update") return { line, status: 200, id, version };
  return isKept ? { line, status: 201, id, version } : { line, status: 201, version };
}

const mostProblems = 50;

/** The result of a line that was refused. */
export function refusedResult(line: number, error: PublicError): BulkResult {
  const { status, title } = errorTable[error.code];
  const type = `urn:atelier:problem:${error.code}`;
  const errors = error.problems.slice(0, mostProblems);
  return { line, status, problem: { type, title, detail: error.message, errors: [...errors] } };
}

/** The result of a line that would have been written, had all the others been too. */
export const undoneResult = (line: number): BulkResult => ({ line, status: 424 });

/** A refusal of a line's body, with pointers into the line. */
export function withinLine(error: PublicError): PublicError {
  const problems = error.problems.map(({ pointer, rule }) => ({
    pointer: pointer === "" || pointer.startsWith("/") ? `/body${pointer}` : pointer,
    rule,
  }));
  return new PublicError(error.code, error.message, problems);
}

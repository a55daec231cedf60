import { z } from "zod";
import { type FieldProblem, PublicError } from "../errors.ts";

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Rules between fields. They get the fields that are valid on their own; one that is absent was refused already. */
export type CrossRules<Fields> = (fields: Partial<Fields>) => readonly FieldProblem[];

/**
 * Checks a body against a schema and the rules between its fields, and reports every problem at once.
 * Pure; never throws for bad input.
 */
export function parseFields<Schema extends z.ZodObject>(
  schema: Schema,
  body: unknown,
  rules: CrossRules<z.output<Schema>> = () => [],
): Parsed<z.output<Schema>> {
  const parsed = schema.safeParse(body, { error: ruleOfIssue });
  if (parsed.success) {
    const problems = rules(parsed.data);
    return problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems };
  }
  const problems = parsed.error.issues.flatMap(issueToProblems);
  return { ok: false, problems: [...problems, ...rules(keepValidFields(schema, body))] };
}

/** Throws PublicError `invalid_body` when there are problems. */
export function valueOrThrow<Value>(parsed: Parsed<Value>): Value {
  if (parsed.ok) return parsed.value;
  throw invalidBody(parsed.problems);
}

export function invalidBody(problems: readonly FieldProblem[]): PublicError {
  const count = problems.length === 1 ? "a rule" : `${problems.length} rules`;
  return new PublicError("invalid_body", `The body breaks ${count}.`, problems);
}

function keepValidFields<Schema extends z.ZodObject>(
  schema: Schema,
  body: unknown,
): Partial<z.output<Schema>> {
  const valid: Record<string, unknown> = {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) return {};
  const given = new Map<string, unknown>(Object.entries(body));
  for (const [name, field] of Object.entries(schema.shape)) {
    const parsed = z.safeParse(field, given.get(name));
    if (parsed.success) valid[name] = parsed.data;
  }
  // Each field was parsed by the schema's own field, which TypeScript cannot follow through the loop.
  return valid as Partial<z.output<Schema>>;
}

/** A JSON pointer (RFC 6901) to a place in the body. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).slice(0, 64).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function issueToProblems(issue: z.core.$ZodIssue): readonly FieldProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, 20).map((key) => ({
      pointer: toPointer([...issue.path, key]),
      rule: "is not a known field",
    }));
  }
  return [{ pointer: toPointer(issue.path), rule: issue.message }];
}

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a finite number",
  int: "an integer",
  boolean: "true or false",
  array: "an array",
  tuple: "an array",
  object: "an object",
  null: "null",
};

/** The text of a rule that zod checks; own rules bring their own text. */
export function ruleOfIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is required";
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "too_big":
      return `must ${measured(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "too_small":
      return `must ${measured(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "invalid_value":
      if (issue.input === undefined) return "is required";
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `must match ${issue.pattern ?? issue.format}`;
    case "invalid_union":
      return unionRule(issue);
    default:
      return issue.message ?? "is not valid";
  }
}

function unionRule(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  return options.length > 0
    ? `must be one of ${options.map(String).join(", ")}`
    : "has no known shape";
}

const measured = (origin: string): string =>
  origin === "array" || origin === "string" ? "have" : "be";

function unitOf(origin: string): string {
  if (origin === "array") return " items";
  return origin === "string" ? " characters" : "";
}

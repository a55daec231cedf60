import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { errorTable } from "../../../src/errors.ts";
import { type JsonSchema, toJsonSchema } from "../../../src/routes/openapi/jsonSchemas.ts";
import type { Operation } from "../../../src/routes/openapi/operation.ts";
import { operations } from "../../../src/routes/openapi/operations.ts";
import {
  problemContentType,
  problemSchema,
  problemsOf,
} from "../../../src/routes/openapi/problems.ts";

/** An answer as it went over the wire. */
export interface SentAnswer {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string | null;
  /** Unpacked. */
  readonly body: string;
}

const ajv = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  formats: {
    date: /^\d{4}-\d{2}-\d{2}$/,
    "date-time": /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/,
    uri: (text: string) => URL.canParse(text),
    uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
    email: /^\S+@\S+$/,
  },
});

type Schema = Parameters<typeof toJsonSchema>[0];

function createValidatorOf(toJson: (schema: Schema) => JsonSchema) {
  const compiled = new Map<Schema, ValidateFunction>();
  return (schema: Schema): ValidateFunction => {
    const made = compiled.get(schema) ?? ajv.compile(toJson(schema));
    compiled.set(schema, made);
    return made;
  };
}

const validatorOf = createValidatorOf((schema) => toJsonSchema(schema, "output"));
/** Of answers to `?fields=`: each field as ever, and any may be missing. */
const sparseValidatorOf = createValidatorOf((schema) => sparse(toJsonSchema(schema, "output")));

function sparse(schema: JsonSchema): JsonSchema {
  const { required: _required, ...rest } = schema;
  const options = (rest.oneOf ?? rest.anyOf) as readonly JsonSchema[] | undefined;
  if (options !== undefined) return { anyOf: options.map(sparse) };
  const { items } = (rest.properties ?? {}) as { readonly items?: JsonSchema };
  if (items?.items === undefined) return rest;
  const item = sparse(items.items as JsonSchema);
  return {
    ...rest,
    properties: { ...(rest.properties as object), items: { ...items, items: item } },
  };
}

/** Why an answer is not what its operation says, or null. What no operation describes may only be refused. */
export function answerProblem(
  answer: SentAnswer,
  known: readonly Operation[] = operations,
): string | null {
  const { method, url, status } = answer;
  if (method === "OPTIONS") return null;
  const path = new URL(url, "http://localhost").pathname;
  const asked = method === "HEAD" ? "get" : method.toLowerCase();
  const operation = operationOf(known, asked, path);
  const told = `${method} ${path} answered ${status}`;
  if (operation === null) {
    const isOurs = path.startsWith("/v1/") || path.startsWith("/openrtb2/");
    return isOurs && status < 400 ? `${told}, and no operation describes it` : null;
  }
  const problem = problemWith(operation, answer);
  return problem === null ? null : `${told}, and ${operation.id} says otherwise: ${problem}`;
}

interface Route {
  readonly operation: Operation;
  readonly steps: readonly string[];
}

/** By method and number of steps, nearest first. Every answer of the tests asks, and the operations are always the same. */
const routesOf = new WeakMap<readonly Operation[], ReadonlyMap<string, readonly Route[]>>();

function sortRoutes(known: readonly Operation[]): ReadonlyMap<string, readonly Route[]> {
  const rank = ({ path: pattern }: Operation) => pattern.replace(/[^:]/g, "").length;
  const nearness = (a: Operation, b: Operation) =>
    rank(a) - rank(b) || b.path.length - a.path.length;
  const routes = known
    .toSorted(nearness)
    .map((operation) => ({ operation, steps: operation.path.split("/") }));
  return Map.groupBy(routes, ({ operation, steps }) => `${operation.method} ${steps.length}`);
}

/** Fixed steps before parameters: "/v1/keys/mine" is not "/v1/keys/:id". */
function operationOf(known: readonly Operation[], method: string, path: string): Operation | null {
  const asked = path.replace(/\/$/, "").split("/");
  const routes = routesOf.get(known) ?? sortRoutes(known);
  routesOf.set(known, routes);
  const candidates = routes.get(`${method} ${asked.length}`) ?? [];
  return candidates.find(({ steps }) => fits(steps, asked))?.operation ?? null;
}

function fits(pattern: readonly string[], steps: readonly string[]): boolean {
  return pattern.every((step, index) => {
    const asked = steps[index] ?? "";
    // ":invoiceId.pdf" is a parameter and its ending.
    const ending = step.startsWith(":") ? /\.\w+$/.exec(step)?.[0] : undefined;
    if (ending !== undefined) return asked.endsWith(ending) && asked !== ending;
    return step.startsWith(":") ? asked !== "" : step.toLowerCase() === asked.toLowerCase();
  });
}

function problemWith(operation: Operation, answer: SentAnswer): string | null {
  const expected = operation.answers[answer.status];
  const isRefusal = answer.status >= 400 && typeOf(answer) === problemContentType;
  if (expected === undefined || isRefusal) return problemOfRefusal(operation, answer);
  const { schema, contentType = "application/json" } = expected;
  if (answer.method === "HEAD") return null;
  if (schema === undefined) return answer.body === "" ? null : "it has no content";
  const type = typeOf(answer);
  if (type !== undefined && expected.files?.includes(type)) return null;
  const isOfKind = contentType.endsWith("/*") && type?.startsWith(contentType.slice(0, -1));
  if (contentType !== "*/*" && type !== contentType && !isOfKind)
    return `its content type is not ${type}`;
  if (contentType === "application/x-ndjson") return unfitLine(validatorOf(schema), answer.body);
  if (contentType !== "application/json") return null;
  const isSparse = new URL(answer.url, "http://localhost").searchParams.has("fields");
  return unfit(isSparse ? sparseValidatorOf(schema) : validatorOf(schema), answer.body);
}

function problemOfRefusal(operation: Operation, answer: SentAnswer): string | null {
  const codes = problemsOf(operation).filter((code) => errorTable[code].status === answer.status);
  const statuses = Object.keys(operation.answers).join(", ");
  if (codes.length === 0) return `it answers ${statuses}, or other problems`;
  if (answer.method === "HEAD") return null;
  if (typeOf(answer) !== problemContentType) return `a refusal is ${problemContentType}`;
  const broken = unfit(validatorOf(problemSchema), answer.body);
  if (broken !== null) return broken;
  const { type } = JSON.parse(answer.body) as { readonly type: string };
  const isKnown = codes.some((code) => type === `urn:atelier:problem:${code}`);
  return isKnown ? null : `${type} is not among its problems (${codes.join(", ")})`;
}

function typeOf({ contentType }: SentAnswer): string | undefined {
  return contentType?.split(";")[0]?.trim();
}

function unfitLine(validate: ValidateFunction, body: string): string | null {
  const lines = body.split("\n").filter((line) => line !== "");
  return lines.map((line) => unfit(validate, line)).find((problem) => problem !== null) ?? null;
}

function unfit(validate: ValidateFunction, body: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `its body is no JSON: ${body.slice(0, 80)}`;
  }
  if (validate(value)) return null;
  const errors = (validate.errors ?? []).slice(0, 6);
  const words = errors.map(
    ({ instancePath, message, params }) =>
      `${instancePath || "the body"} ${message} ${JSON.stringify(params)}`,
  );
  return `${words.join("; ")} in ${body.slice(0, 300)}`;
}

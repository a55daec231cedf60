import type { z } from "zod";
import { type ErrorCode, errorTable } from "../../errors.ts";
import { isParameterGoing, isRouteGoing, withDeprecations } from "./goingAway.ts";
import {
  createSchemaCollector,
  type Finished,
  type JsonSchema,
  type SchemaCollector,
} from "./jsonSchemas.ts";
import { type Answer, answerHeaders, type Operation, tags } from "./operation.ts";
import { permissionInWords, permissionOf } from "./permissions.ts";
import { byStatus, problemContentType, problemSchema, problemsOf } from "./problems.ts";

/** An OpenAPI document: plain JSON. */
export type OpenApiDocument = { readonly [field: string]: unknown };

/** Changes with the interface, once a release: what is new is a minor version, what is taken away a major one (docs/api-versions.md). */
export const apiVersion = "1.1.0";

/**
 * The OpenAPI 3.1 description of operations. Pure; throws when two operations or schemas claim one name, or when a path's
 * parameters are not described.
 */
export function buildOpenApi(operations: readonly Operation[]): OpenApiDocument {
  const collector = createSchemaCollector();
  const problems = createProblemAnswers(collector);
  const paths = new Map<string, Record<string, unknown>>();
  const ids = new Set<string>();
  for (const operation of operations) {
    if (ids.has(operation.id)) throw new Error(`two operations have the id ${operation.id}`);
    ids.add(operation.id);
    const path = templateOf(operation.path);
    const item = paths.get(path) ?? {};
    if (operation.method in item) throw new Error(`${operation.method} ${path} is described twice`);
    item[operation.method] = describe(operation, collector, problems);
    paths.set(path, item);
  }
  const finished = collector.components();
  return {
    openapi: "3.1.1",
    info,
    servers: [{ url: "/", description: "This server." }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: finished.finish(Object.fromEntries(paths)),
    components: componentsOf(finished, problems.answers()),
  };
}

const info = {
  title: "Atelier",
  version: apiVersion,
  summary: "A geo-targeted ad server for France's smallest shops.",
  description:
    "Money is integer micros of a euro (1 € is 1000000), ids are integers, days are budget days of Europe/Paris. Unknown fields of bodies are refused; readers of answers are to ignore fields that they do not know. Every refusal is application/problem+json and lists every problem at once.",
  contact: { name: "Atelier" },
  license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
} as const;

/** "/v1/campaigns/:campaignId" → "/v1/campaigns/{campaignId}". */
export function templateOf(path: string): string {
  return path.replace(/:([A-Za-z]+)/g, "{$1}");
}

function describe(
  given: Operation,
  collector: SchemaCollector,
  problems: ProblemAnswers,
): JsonSchema {
  const operation = withDeprecations(given);
  const { id, tag, summary, body } = operation;
  const permission = permissionOf(operation);
  const told = permission === null ? [] : [permissionInWords(permission)];
  const description = [operation.description ?? [], told].flat().join(" ");
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === "" ? {} : { description }),
    ...(permission === null ? {} : { "x-permission": permission.scope }),
    ...(isRouteGoing(operation) ? { deprecated: true } : {}),
    security: securityOf(operation),
    ...parametersOf(operation, collector),
    ...(body === undefined ? {} : { requestBody: requestBodyOf(body, collector) }),
    responses: responsesOf(operation, collector, problems),
  };
}

/** What an API key opens, a session of the console does too. */
function securityOf({ access }: Operation): readonly JsonSchema[] {
  const schemes = access.flatMap((one) => (one === "apiKey" ? [one, "session"] : [one]));
  return [...new Set(schemes)].map((scheme) => ({ [scheme]: [] }));
}

function parametersOf(operation: Operation, collector: SchemaCollector): JsonSchema {
  const { path, params, query, headers } = operation;
  const named = [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = ""]) => name);
  const described = Object.keys(params?.shape ?? {});
  if (named.join() !== described.join())
    throw new Error(`${operation.id}: params must describe ${named.join(", ") || "nothing"}`);
  const all = [
    ...parametersIn("path", params, operation, collector),
    ...parametersIn("query", query, operation, collector),
    ...parametersIn("header", headers, operation, collector),
  ];
  return all.length === 0 ? {} : { parameters: all };
}

function parametersIn(
  place: "path" | "query" | "header",
  shape: z.ZodObject | undefined,
  operation: Operation,
  collector: SchemaCollector,
): readonly JsonSchema[] {
  if (shape === undefined) return [];
  const json = collector.add(shape, "input");
  const required = Array.isArray(json.required) ? json.required : [];
  return Object.entries((json.properties ?? {}) as Record<string, JsonSchema>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: place,
      required: place === "path" || required.includes(name),
      ...(place === "query" && isParameterGoing(operation, name) ? { deprecated: true } : {}),
      ...(description === undefined ? {} : { description }),
      schema,
    }),
  );
}

function requestBodyOf(
  {
    schema,
    contentTypes = ["application/json"],
    examples,
    required = true,
  }: NonNullable<Operation["body"]>,
  collector: SchemaCollector,
): JsonSchema {
  const named = Object.entries(examples ?? {}).map(([name, value]) => [name, { value }]);
  const media = {
    schema: collector.add(schema, "input"),
    ...(named.length === 0 ? {} : { examples: Object.fromEntries(named) }),
  };
  return { required, content: Object.fromEntries(contentTypes.map((type) => [type, media])) };
}

function responsesOf(
  operation: Operation,
  collector: SchemaCollector,
  problems: ProblemAnswers,
): JsonSchema {
  const { answers } = operation;
  const byCode = byStatus(problemsOf(operation));
  const own = Object.entries(answers).map(([status, answer]) => {
    const codes = byCode.get(Number(status));
    const response = responseOf(answer, collector);
    return [status, codes === undefined ? response : withProblem(response, problems.write(codes))];
  });
  const refused = [...byCode]
    .filter(([status]) => !(status in answers))
    .map(([status, codes]) => [String(status), problems.referTo(codes)]);
  return Object.fromEntries([...refused, ...own]);
}

function responseOf(answer: Answer, collector: SchemaCollector): JsonSchema {
  const { description, schema, contentType = "application/json", headers = [], example } = answer;
  const told = headers.map((name) => [
    name,
    { description: answerHeaders[name], schema: { type: "string" } },
  ]);
  const media = schema && {
    schema: collector.add(schema, "output"),
    ...(example === undefined ? {} : { example }),
  };
  return {
    description,
    ...(told.length === 0 ? {} : { headers: Object.fromEntries(told) }),
    ...(media === undefined ? {} : { content: { [contentType]: media, ...filesOf(answer) } }),
  };
}

function filesOf({ files = [] }: Answer): JsonSchema {
  return Object.fromEntries(files.map((type) => [type, {}]));
}

/** A status that is an answer of its own kind, or a refusal as ever. */
function withProblem(response: JsonSchema, problem: JsonSchema): JsonSchema {
  const description = `${response.description} Or: ${problem.description}`;
  const content = { ...(response.content as object), ...(problem.content as object) };
  return { ...response, description, content };
}

interface ProblemAnswers {
  /** The whole answer. */
  write(codes: readonly ErrorCode[]): JsonSchema;
  referTo(codes: readonly ErrorCode[]): JsonSchema;
  answers(): Readonly<Record<string, JsonSchema>>;
}

/** Each combination of problems of one status is written once. */
function createProblemAnswers(collector: SchemaCollector): ProblemAnswers {
  const known = new Map<string, JsonSchema>();
  const schema = collector.add(problemSchema, "output");
  const write = (codes: readonly ErrorCode[]): JsonSchema => {
    const lines = codes.toSorted().map((code) => `\`${code}\`: ${errorTable[code].title}.`);
    return { description: lines.join(" "), content: { [problemContentType]: { schema } } };
  };
  return {
    write,
    referTo(codes) {
      const name = codes.toSorted().map(pascalCase).join("Or");
      known.set(name, write(codes));
      return { $ref: `#/components/responses/${name}` };
    },
    answers: () => Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function pascalCase(code: string): string {
  return code.replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function componentsOf({ schemas, finish }: Finished, responses: JsonSchema): JsonSchema {
  const bearer = (description: string) => ({ type: "http", scheme: "bearer", description });
  return {
    schemas,
    responses: finish(responses),
    securitySchemes: {
      apiKey: bearer("An API key: `Authorization: Bearer atl_…` (or `X-Api-Key`)."),
      session: {
        type: "apiKey",
        in: "cookie",
        name: "__Host-atelier",
        description:
          "A session of a person (`POST /v1/sessions`), for the console: writes need its header `X-Atelier-Console: 1` too.",
      },
      postbackKey: bearer("A postback key of an advertiser, `atp_…`."),
      sspKey: bearer("The key of the SSP, `ssp_…` (or `X-Api-Key`, or `?key=`)."),
      metricsToken: bearer("What METRICS_TOKEN says; without it only the machine itself may."),
    },
  };
}

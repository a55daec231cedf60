import { describe, expect, test } from "vitest";
import { z } from "zod";
import { lintOpenApi } from "../../../../scripts/lintOpenApi.ts";
import { advertiserSchema } from "../../../../src/campaigns/advertiserSchema.ts";
import { errorTable } from "../../../../src/errors.ts";
import { buildOpenApi } from "../../../../src/routes/openapi/document.ts";
import type { Operation } from "../../../../src/routes/openapi/operation.ts";
import { operations } from "../../../../src/routes/openapi/operations.ts";
import { changeOf, idIn } from "../../../../src/routes/openapi/parameters.ts";
import { problemsOf } from "../../../../src/routes/openapi/problems.ts";

const inner = z.strictObject({ size: z.int().default(1) }).meta({ title: "Inner" });
const operation: Operation = {
  id: "makeThing",
  method: "post",
  path: "/v1/things/:thingId",
  tag: "Operations",
  summary: "Make a thing",
  access: ["apiKey"],
  params: idIn("thingId"),
  body: {
    schema: z.strictObject({ inner, name: z.string().max(5) }).meta({ title: "ThingInput" }),
    examples: { small: { inner: {}, name: "Un" } },
  },
  answers: {
    200: {
      description: "The thing.",
      schema: z.object({ inner, at: z.iso.datetime() }).meta({ title: "Thing" }),
    },
  },
};
const build = (...them: readonly Operation[]) =>
  JSON.parse(JSON.stringify(buildOpenApi(them))) as {
    paths: Record<string, Record<string, { responses: object; parameters: unknown }>>;
    components: { schemas: Record<string, object> };
  };
const lint = (document: object) => lintOpenApi(JSON.stringify(document));

describe("a description", () => {
  test("names schemas by their titles, once for what is sent and once for what is answered where they differ", () => {
    const { schemas } = build(operation).components;
    expect(Object.keys(schemas)).toEqual([
      "FieldProblem",
      "Inner",
      "InnerInput",
      "Problem",
      "Thing",
      "ThingInput",
    ]);
    expect(schemas.InnerInput).toEqual({
      type: "object",
      properties: { size: expect.objectContaining({ type: "integer", default: 1 }) },
      additionalProperties: false,
    });
    // Readers are to expect new fields; a default is no news to them.
    expect(schemas.Inner).toEqual({
      type: "object",
      properties: { size: expect.not.objectContaining({ default: 1 }) },
      required: ["size"],
    });
    expect(schemas.Thing).toMatchObject({
      properties: {
        inner: { $ref: "#/components/schemas/Inner" },
        at: { type: "string", format: "date-time" },
      },
    });
  });
  test("tells of every refusal that follows from an operation's shape", () => {
    const { responses } = build(operation).paths["/v1/things/{thingId}"]?.post ?? {};
    expect(Object.keys(responses ?? {}).sort()).toEqual(
      "200 400 401 403 404 409 413 415 422 500 503".split(" "),
    );
    expect(problemsOf({ ...operation, access: [], method: "get" })).not.toContain(
      "unauthenticated",
    );
    // A path that is no UTF-8 is refused before any route sees it.
    expect(problemsOf({ ...operation, refusals: "bare" })).toEqual(["invalid_parameter"]);
  });
  test.each<[string, readonly Operation[], RegExp]>([
    ["two operations of one id", [operation, { ...operation, method: "put" }], /the id makeThing/],
    ["two operations of one route", [operation, { ...operation, id: "other" }], /described twice/],
    [
      "parameters that nobody describes",
      [{ ...operation, params: idIn("otherId") }],
      /params must describe thingId/,
    ],
    [
      "two schemas of one title",
      [
        operation,
        {
          ...operation,
          id: "other",
          method: "put",
          answers: {
            200: { description: "x", schema: z.object({ a: z.string() }).meta({ title: "Thing" }) },
          },
        },
      ],
      /two schemas have the title Thing/,
    ],
    [
      "what no schema can say",
      [
        {
          ...operation,
          answers: { 200: { description: "x", schema: z.string().transform(Number) } },
        },
      ],
      /[Tt]ransform/,
    ],
  ])("is not made of %s", (_what, them, expected) => {
    expect(() => buildOpenApi(them)).toThrow(expected);
  });
});

describe("the body of a change", () => {
  const change = changeOf(advertiserSchema, "AdvertiserChange", ["trade"]);
  test("may leave out everything, and fills nothing in", () => {
    expect(change.parse({})).toEqual({});
    expect(change.parse({ version: 3, payerName: null })).toEqual({ version: 3, payerName: null });
  });
  test("takes no field that cannot be changed, and is as strict as the creation", () => {
    expect(change.safeParse({ trade: "garage" }).success).toBe(false);
    expect(change.safeParse({ name: "" }).success).toBe(false);
  });
});

describe("our own operations", () => {
  test("have examples that pass what they are examples of", () => {
    const broken = operations.flatMap(({ id, body }) =>
      Object.entries(body?.examples ?? {}).flatMap(([name, example]) =>
        body?.schema.safeParse(example).success ? [] : [`${id} ${name}`],
      ),
    );
    expect(broken).toEqual([]);
  });
  test("write JSON by an example", () => {
    const isWritten = ({ method, body }: Operation) =>
      method !== "get" && (body?.contentTypes ?? ["application/json"]).includes("application/json");
    const missing = operations
      .filter((one) => one.body !== undefined && isWritten(one))
      .filter(({ body }) => body?.examples === undefined);
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
  test("name every kind of refusal there is", () => {
    const told = new Set(operations.flatMap(problemsOf));
    const rest = Object.keys(errorTable).filter(
      (code) => !told.has(code as keyof typeof errorTable),
    );
    // Of a path with another method nothing is described.
    expect(rest).toEqual(["method_not_allowed"]);
  });
});

describe("the linter", () => {
  const { paths, ...document } = build(operation);
  test("has nothing to say of ours", async () => {
    expect(await lint(buildOpenApi(operations))).toEqual([]);
  });
  test("finds an example that breaks its schema, and a reference that leads nowhere", async () => {
    const examples = { long: { inner: {}, name: "too long" } };
    const body = { schema: operation.body?.schema ?? z.string(), examples };
    expect((await lint(buildOpenApi([{ ...operation, body }]))).join()).toContain("example");
    const { schemas } = document.components;
    const { Inner: _gone, ...others } = schemas;
    const cut = { ...document, paths, components: { ...document.components, schemas: others } };
    expect((await lint(cut)).join()).toMatch(/Thing.*Can't resolve \$ref/);
  });
});

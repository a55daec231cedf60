import { describe, expect, test } from "vitest";
import { generateSdk } from "../../../scripts/sdk/generateSdk.ts";
import { typeOfSchema } from "../../../scripts/sdk/typeOfSchema.ts";

describe("a JSON Schema as a type", () => {
  test.each<[object, string]>([
    [{ type: "integer", minimum: 1 }, "number"],
    [{ $ref: "#/components/schemas/Zone" }, "Zone"],
    [{ enum: ["a", "b"] }, '"a" | "b"'],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "string | null"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ type: "array", items: { type: "string" } }, "readonly string[]"],
    [{ type: "array", items: { enum: ["a", "b"] } }, 'readonly ("a" | "b")[]'],
    [
      { type: "array", prefixItems: [{ type: "number" }, { type: "string" }] },
      "readonly [number, string]",
    ],
    [
      { type: "object", additionalProperties: { type: "integer" } },
      "Readonly<Record<string, number>>",
    ],
    [{}, "unknown"],
    [
      {
        type: "object",
        properties: {
          a: { type: "string", description: "It */ ends" },
          "b-c": { type: "boolean" },
        },
        required: ["a"],
      },
      '{\n  /** It *\\/ ends */\n  readonly a: string;\n  readonly "b-c"?: boolean | undefined;\n}',
    ],
  ])("%j is %s", (schema, expected) => {
    expect(typeOfSchema({ ...schema })).toBe(expected);
  });
});

describe("a client", () => {
  const answer = (type: string) => ({
    200: { content: { [type]: { schema: { type: "string" } } } },
  });
  const operation = (operationId: string, fields: object) => ({
    operationId,
    summary: "Do it",
    tags: ["Campaigns"],
    responses: answer("application/json"),
    ...fields,
  });
  const generate = (paths: object) =>
    generateSdk({ paths, components: { schemas: { Problem: { type: "object" } } } });

  test("has no pictures, pages and redirects", () => {
    const text = generate({
      "/a": { get: operation("readJson", {}) },
      "/b": { get: operation("readGif", { responses: answer("image/gif") }) },
      "/c": { get: operation("goAway", { responses: { 302: {} } }) },
      "/d": { get: operation("bid", { tags: ["OpenRTB"] }) },
    });
    expect(text).toContain("readJson");
    expect(text).not.toMatch(/readGif|goAway|bid/);
  });
  test("cannot be made where a parameter hides another", () => {
    const parameter = { name: "body", in: "query", required: true, schema: { type: "string" } };
    const paths = { "/a": { get: operation("read", { parameters: [parameter] }) } };
    expect(() => generate(paths)).not.toThrow();
    const both = { ...operation("write", { parameters: [parameter] }), requestBody: bodyOfText };
    expect(() => generate({ "/a": { post: both } })).toThrow(/write: two of its parameters/);
  });
});

const bodyOfText = { required: true, content: { "text/csv": { schema: { type: "string" } } } };

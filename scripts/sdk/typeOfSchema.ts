import type { JsonSchema } from "../../src/routes/openapi/jsonSchemas.ts";

/** A JSON Schema as a TypeScript type, readonly at every level. References are to types of their component's name. */
export function typeOfSchema(schema: JsonSchema): string {
  const { bodyType, ...described } = schema;
  if (typeof bodyType === "string") return typeOfBody(bodyType, described);
  const { $ref, const: literal, enum: words, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === "string") return $ref.split("/").at(-1) ?? "unknown";
  if (literal !== undefined) return JSON.stringify(literal);
  if (Array.isArray(words)) return words.map((word) => JSON.stringify(word)).join(" | ");
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return union(options);
  if (Array.isArray(allOf)) return allOf.map((one) => `(${typeOfSchema(one)})`).join(" & ");
  if (Array.isArray(type)) return union(type.map((one) => ({ ...schema, type: one })));
  return typeOfKind(schema);
}

/** Lines are given one by one, and files as they are. */
function typeOfBody(bodyType: string, schema: JsonSchema): string {
  const type = typeOfSchema(schema);
  if (bodyType === "application/x-ndjson") return `Iterable<${type}> | AsyncIterable<${type}>`;
  const isText = bodyType === "application/json" || bodyType.startsWith("text/");
  return isText ? type : "Uint8Array | Blob";
}

function union(options: readonly JsonSchema[]): string {
  return [...new Set(options.map(typeOfSchema))].join(" | ");
}

function typeOfKind(schema: JsonSchema): string {
  switch (schema.type) {
    case "integer":
    case "number":
      return "number";
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return typeOfArray(schema);
    case "object":
      return typeOfObject(schema);
    default:
      return schema.properties === undefined ? "unknown" : typeOfObject(schema);
  }
}

function typeOfArray({ prefixItems, items }: JsonSchema): string {
  if (Array.isArray(prefixItems)) return `readonly [${prefixItems.map(typeOfSchema).join(", ")}]`;
  const item = typeof items === "object" ? typeOfSchema(items as JsonSchema) : "unknown";
  return /[ {]/.test(item) ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function typeOfObject(schema: JsonSchema): string {
  const { properties, additionalProperties } = schema;
  const more = isSchema(additionalProperties)
    ? `Readonly<Record<string, ${typeOfSchema(additionalProperties)}>>`
    : null;
  if (properties === undefined) return more ?? "Readonly<Record<string, unknown>>";
  const own = bodyOfInterface(schema);
  return more === null ? own : `${own} & ${more}`;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}

/** `{ readonly name: string; … }`, with what the schema says of each field. */
export function bodyOfInterface(schema: JsonSchema): string {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const lines = fields.map(([name, field]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    const mark = required.has(name) ? "" : "?";
    // A caller may hand on what is not there.
    const absent = required.has(name) ? "" : " | undefined";
    return `${docOf(field)}readonly ${key}${mark}: ${typeOfSchema(field)}${absent};`;
  });
  return `{\n${indent(lines.join("\n"))}\n}`;
}

/** The description of a schema as a comment with its line break, or nothing. */
export function docOf({ description, default: usual }: JsonSchema): string {
  const told = typeof description === "string" ? description : "";
  const missing = usual === undefined ? "" : `Default: ${JSON.stringify(usual)}.`;
  const text = [told, missing].filter((part) => part !== "").join(" ");
  return text === "" ? "" : `/** ${text.replaceAll("*/", "*\\/").replace(/\s+/g, " ")} */\n`;
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

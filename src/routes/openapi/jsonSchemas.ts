import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

export type JsonSchema = { readonly [keyword: string]: unknown };

/** "input": what a caller may send (defaults may be left out); "output": what we answer. */
export type Direction = "input" | "output";

/**
 * A zod schema as JSON Schema (draft 2020-12), with everything inline. Answers are closed (`additionalProperties: false`),
 * which tests hold us to and readers are not told. Throws for what JSON Schema cannot say.
 */
export function toJsonSchema(schema: z.ZodType, direction: Direction): JsonSchema {
  const { $schema: _draft, ...json } = z.toJSONSchema(schema, {
    io: direction,
    override: ({ jsonSchema }) => {
      if (direction === "output") delete jsonSchema.default;
      // The format says it; zod's pattern for it has 300 characters.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
  return json;
}

export interface SchemaCollector {
  /** The schema, or a reference to the component of its title. Its names stand once `components` was called. */
  add(schema: z.ZodType, direction: Direction): JsonSchema;
  /** Every component by name, and `finish`, which puts the names into what `add` gave. */
  components(): Finished;
}

export interface Finished {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly finish: (value: unknown) => unknown;
}

const titled = /^[A-Z][A-Za-z0-9]*$/;
const draftPrefix = "atelier:";

/**
 * Collects schemas: what has a title such as "Campaign" (`.meta({ title: "Campaign" })`) becomes a component of that name,
 * whatever stands in it. What differs as input is "CampaignInput" there. Throws when two schemas claim one title.
 */
export function createSchemaCollector(): SchemaCollector {
  const drafts = new Map<string, JsonSchema>();

  const hoist = (node: unknown, direction: Direction): unknown => {
    if (Array.isArray(node)) return node.map((one) => hoist(one, direction));
    if (typeof node !== "object" || node === null) return node;
    const { title, default: usual, ...rest } = node as JsonSchema;
    const isNamed = typeof title === "string" && titled.test(title);
    const inner = Object.fromEntries(
      Object.entries(isNamed ? rest : node).map(([key, value]) => [key, hoist(value, direction)]),
    );
    const content = direction === "output" ? opened(inner) : inner;
    if (!isNamed) return content;
    const key = `${title}|${direction}`;
    keep(drafts, key, content);
    return { $ref: `${draftPrefix}${key}`, ...(usual === undefined ? {} : { default: usual }) };
  };

  return {
    add: (schema, direction) => hoist(toJsonSchema(schema, direction), direction) as JsonSchema,
    components: () => nameComponents(drafts),
  };
}

/** Readers are to expect fields that do not exist yet. */
function opened(node: JsonSchema): JsonSchema {
  if (node.additionalProperties !== false) return node;
  const { additionalProperties: _closed, ...open } = node;
  return open;
}

function keep(drafts: Map<string, JsonSchema>, key: string, content: JsonSchema): void {
  // A field may describe anew what it holds.
  const { description: _told, readOnly: _readOnly, ...bare } = content;
  const { description: _known, readOnly: _was, ...known } = drafts.get(key) ?? content;
  if (!isDeepStrictEqual(bare, known))
    throw new Error(`two schemas have the title ${key.split("|")[0]}: give one another title`);
  if (!drafts.has(key)) drafts.set(key, content);
}

function nameComponents(drafts: ReadonlyMap<string, JsonSchema>): Finished {
  const nameOf = createNameOf(drafts);
  const finish = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(finish);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        const isDraft = key === "$ref" && typeof value === "string";
        const draft = isDraft && value.startsWith(draftPrefix) ? value : null;
        if (draft === null) return [key, finish(value)];
        return [key, `#/components/schemas/${nameOf(draft.slice(draftPrefix.length))}`];
      }),
    );
  };
  const named = [...drafts].map(
    ([key, json]) => [nameOf(key), finish(json) as JsonSchema] as const,
  );
  const schemas = Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { schemas, finish };
}

/** Titles that mean one thing as input and another as output get two names, and so does what is made of them. */
function createNameOf(drafts: ReadonlyMap<string, JsonSchema>): (key: string) => string {
  const inputs = [...drafts.keys()].filter((key) => key.endsWith("|input"));
  const both = inputs
    .map((key) => key.slice(0, -"|input".length))
    .filter((title) => drafts.has(`${title}|output`));
  const plain = (key: string) => JSON.stringify(drafts.get(key));
  const direct = (text: string) => text.replaceAll("|input", "|output");
  const different = new Set(
    both.filter((title) => direct(plain(`${title}|input`)) !== plain(`${title}|output`)),
  );
  const touches = (title: string) =>
    [...different].some((one) => plain(`${title}|input`).includes(`${draftPrefix}${one}|input`));
  for (let before = -1; before !== different.size; ) {
    before = different.size;
    for (const title of both) if (touches(title)) different.add(title);
  }
  return (key) => {
    const [title = "", direction] = key.split("|");
    return direction === "input" && different.has(title) ? `${title}Input` : title;
  };
}

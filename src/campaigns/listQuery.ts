import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import {
  decodeCursor,
  encodeCursor,
  isCursor,
  type ListOrder,
  type ListPosition,
  listFingerprint,
  type SortKind,
} from "./cursor.ts";
import { limits } from "./limits.ts";
import { ruleOfIssue } from "./problems.ts";

export const usualPageItems = 50;
export const maxPageItems = 200;
const maxSearchCharacters = 100;

/** What a list can be asked for. */
export interface ListSpec<Filters extends z.ZodRawShape> {
  /** The collection's name in paths. */
  readonly collection: string;
  /** The field that `fields` never leaves out. */
  readonly idField: string;
  /** By what it can be ordered, and what kind of value that is; the first is the usual one. */
  readonly sorts: Readonly<Record<string, SortKind>>;
  /** The usual order begins with the latest. */
  readonly isLatestFirst?: boolean;
  /** The greatest id of an item; that of entities when left out. */
  readonly maxId?: number;
  /** Every field of an item. */
  readonly fields: readonly string[];
  readonly filters: Filters;
}

/** What a list was asked for, read. */
export interface ListRequest<Filters extends z.ZodRawShape> {
  readonly filters: z.output<z.ZodObject<Filters>>;
  readonly limit: number;
  readonly order: ListOrder;
  readonly after: ListPosition | null;
  /** Null = all fields. */
  readonly fields: readonly string[] | null;
  /** The cursor of a position in this list. */
  readonly cursorOf: (position: ListPosition) => string;
}

export type ListOutcome<Filters extends z.ZodRawShape> =
  | { readonly ok: true; readonly value: ListRequest<Filters> }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Keeps the types of a list's filters. */
export const listSpec = <Filters extends z.ZodRawShape>(
  spec: ListSpec<Filters>,
): ListSpec<Filters> => spec;

const refuse = (rule: string) => ({ error: () => rule });

/** An integer of a query, written in digits. */
function integerText(minimum: number, maximum: number) {
  const rule = `must be an integer from ${minimum} to ${maximum}`;
  return z
    .string(refuse(rule))
    .refine((text) => {
      const isDigits = /^(?:0|[1-9]\d{0,9})$/.test(text);
      return isDigits && Number(text) >= minimum && Number(text) <= maximum;
    }, refuse(rule))
    .transform(Number)
    .meta({ type: "integer", minimum, maximum });
}

/** A filter by an id. */
export const idFilter = () => integerText(1, limits.maxId).optional();

/** A filter by one of some words. */
export const wordFilter = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, refuse(`must be one of ${words.join(", ")}`)).optional();

/** A filter by true or false. */
export const flagFilter = () =>
  z
    .enum(["true", "false"], refuse("must be true or false"))
    .transform((word) => word === "true")
    .optional();

/** A search for names that contain it, without regard to case and accents; a filter by a text. */
export const textFilter = (maxCharacters = maxSearchCharacters) => {
  const rule = `must have 1 to ${maxCharacters} characters`;
  return z
    .string(refuse(rule))
    .transform((text) => text.normalize("NFC").trim())
    .refine(
      (text) =>
        text.length >= 1 &&
        text.length <= maxCharacters &&
        text.isWellFormed() &&
        !text.includes("\u0000"),
      refuse(rule),
    )
    .meta({ type: "string", minLength: 1, maxLength: maxCharacters })
    .optional();
};

/** The schema of the parameters of a list, for its parser and for the API's description. */
export function listQuerySchema<Filters extends z.ZodRawShape>(spec: ListSpec<Filters>) {
  const sorts = Object.keys(spec.sorts).flatMap((by) => [by, `-${by}`]);
  return z.strictObject({
    ...spec.filters,
    limit: integerText(1, maxPageItems).default(usualPageItems),
    cursor: z
      .string()
      .refine(isCursor, refuse("must be the nextCursor of an answer"))
      .optional()
      .meta({ description: "The nextCursor of the page before." }),
    sort: z
      .enum(sorts as [string, ...string[]], refuse(`must be one of ${sorts.join(", ")}`))
      .optional()
      .meta({ description: sortDescription(spec) }),
    fields: fieldsSchema(spec),
  });
}

function sortDescription(spec: ListSpec<z.ZodRawShape>): string {
  const { by, descending } = orderOf(spec, undefined);
  const usual = `${descending ? "-" : ""}${by}`;
  return `Ascending, or descending with a minus; ties by id. Left out: \`${usual}\`.`;
}

/** The parameters of reading one entity. */
export const readQuerySchema = (spec: Pick<ListSpec<z.ZodRawShape>, "fields">) =>
  z.strictObject({ fields: fieldsSchema(spec) });

/** `?fields=a,b`: which fields of an entity are wanted. */
export function fieldsSchema(spec: Pick<ListSpec<z.ZodRawShape>, "fields">) {
  const rule = `must be some of ${spec.fields.join(", ")}, separated by commas`;
  return z
    .string(refuse(rule))
    .refine((text) => text.split(",").every((name) => spec.fields.includes(name)), refuse(rule))
    .transform((text): readonly string[] => text.split(","))
    .meta({ type: "string", description: `Some of ${spec.fields.join(", ")}.` })
    .optional();
}

interface CommonParameters {
  readonly limit: number;
  readonly cursor?: string;
  readonly sort?: string;
  readonly fields?: readonly string[];
}

/** Reads the parameters of a list. Tells every problem at once. Pure. */
export function parseListRequest<Filters extends z.ZodRawShape>(
  spec: ListSpec<Filters>,
  query: Readonly<Record<string, unknown>>,
): ListOutcome<Filters> {
  const parsed = parseParameters(listQuerySchema(spec), query);
  if (!parsed.ok) return parsed;
  // A generic schema's output, which TypeScript does not follow through the spread of its filters.
  const { limit, cursor, sort, fields, ...filters } = parsed.value as CommonParameters;
  const order = orderOf(spec, sort);
  const fingerprint = listFingerprint(spec.collection, order, filters);
  const after =
    cursor === undefined
      ? null
      : decodeCursor(cursor, fingerprint, kindOf(spec, order.by), spec.maxId);
  if (cursor !== undefined && after === null) {
    const rule = "must be the nextCursor of an answer to the same question";
    return { ok: false, problems: [{ pointer: "cursor", rule }] };
  }
  const value: ListRequest<Filters> = {
    filters: filters as z.output<z.ZodObject<Filters>>,
    limit,
    order,
    after,
    fields: fields === undefined ? null : [...new Set([spec.idField, ...fields])],
    cursorOf: (position) => encodeCursor(position, fingerprint),
  };
  return { ok: true, value };
}

function orderOf(spec: ListSpec<z.ZodRawShape>, sort: string | undefined): ListOrder {
  const [usual = "id"] = Object.keys(spec.sorts);
  if (sort === undefined) return { by: usual, descending: spec.isLatestFirst ?? false };
  return sort.startsWith("-")
    ? { by: sort.slice(1), descending: true }
    : { by: sort, descending: false };
}

const kindOf = (spec: ListSpec<z.ZodRawShape>, by: string): SortKind =>
  Object.hasOwn(spec.sorts, by) ? (spec.sorts[by] ?? "id") : "id";

/** Checks the parameters of a request against a schema of strings; names each bad one. Pure. */
export function parseParameters<Schema extends z.ZodObject>(
  schema: Schema,
  query: Readonly<Record<string, unknown>>,
):
  | { readonly ok: true; readonly value: z.output<Schema> }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const pointer = name.slice(0, 64);
    if (!Object.hasOwn(schema.shape, name))
      problems.push({ pointer, rule: "is not a known parameter" });
    else if (typeof value !== "string") problems.push({ pointer, rule: "must be given once" });
    else known[name] = value;
  }
  const parsed = schema.safeParse(known, { error: ruleOfIssue });
  if (parsed.success && problems.length === 0) return { ok: true, value: parsed.data };
  for (const { path, message } of parsed.error?.issues ?? [])
    problems.push({ pointer: String(path[0] ?? ""), rule: message });
  // In the order in which they were given.
  const places = Object.keys(query).map((name) => name.slice(0, 64));
  const place = ({ pointer }: FieldProblem) => places.indexOf(pointer);
  return { ok: false, problems: problems.toSorted((one, other) => place(one) - place(other)) };
}

/** The wanted fields of an item; null = all. */
export function pickFields(item: object, fields: readonly string[] | null): object {
  if (fields === null) return item;
  const wanted = new Set(fields);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
}

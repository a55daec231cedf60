import type { Request, Response } from "express";
import { limits } from "../campaigns/limits.ts";
import type { Page } from "../campaigns/repository.ts";
import { type FieldProblem, PublicError } from "../errors.ts";

/** What the management routes have in common: ids in paths, pages of lists, versions as entity tags. */

const defaultPageItems = 50;
const maxPageItems = 200;

/** The id in a path. Throws PublicError `invalid_parameter`. */
export function parseId(request: Request, name: string): number {
  const text = request.params[name];
  const id = typeof text === "string" ? toId(text) : null;
  if (id === null) throw invalidParameters([{ pointer: name, rule: idRule }]);
  return id;
}

const idRule = `must be an integer from 1 to ${limits.maxId}`;

function toId(text: string): number | null {
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= limits.maxId ? id : null;
}

export interface ListQuery {
  readonly page: Page;
  /** The id given for each filter; null = not given. */
  readonly ids: ReadonlyMap<string, number>;
  readonly words: ReadonlyMap<string, string>;
}

export interface ListFilters {
  /** Parameters that hold an id. */
  readonly ids: readonly string[];
  /** Parameters that hold one of some words. */
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** Reads `limit` (1–200), `cursor` and the filters of a list. Throws PublicError `invalid_parameter` with every problem. */
export function parseListQuery(request: Request, filters: ListFilters): ListQuery {
  const problems: FieldProblem[] = [];
  const ids = new Map<string, number>();
  const words = new Map<string, string>();
  for (const [name, value] of Object.entries(request.query)) {
    const rule = readParameter(name, value, filters, ids, words);
    if (rule !== null) problems.push({ pointer: name.slice(0, 64), rule });
  }
  if (problems.length > 0) throw invalidParameters(problems);
  const page = { limit: ids.get("limit") ?? defaultPageItems, afterId: ids.get("cursor") ?? 0 };
  return { page, ids, words };
}

function readParameter(
  name: string,
  value: unknown,
  filters: ListFilters,
  ids: Map<string, number>,
  words: Map<string, string>,
): string | null {
  const allowed = Object.hasOwn(filters.words, name) ? filters.words[name] : undefined;
  const isId = name === "limit" || name === "cursor" || filters.ids.includes(name);
  if (!isId && allowed === undefined) return "is not a known parameter";
  if (typeof value !== "string") return "must be given once";
  if (allowed !== undefined) {
    words.set(name, value);
    return allowed.includes(value) ? null : `must be one of ${allowed.join(", ")}`;
  }
  const id = toId(value);
  if (name === "limit" && (id === null || id > maxPageItems)) {
    return `must be an integer from 1 to ${maxPageItems}`;
  }
  if (id === null) return name === "cursor" ? "must be the nextCursor of an answer" : idRule;
  ids.set(name, id);
  return null;
}

/** A page of a list; `nextCursor` is null on the last one. */
export function sendPage<Item>(
  response: Response,
  items: readonly Item[],
  page: Page,
  idOf: (item: Item) => number,
): void {
  const last = items.at(-1);
  const isFull = last !== undefined && items.length === page.limit;
  response.json({ items, nextCursor: isFull ? String(idOf(last)) : null });
}

/** An entity with its version as entity tag. */
export function sendEntity(
  response: Response,
  entity: { readonly version: number },
  status = 200,
): void {
  response.status(status).setHeader("etag", `"${entity.version}"`).json(entity);
}

/** The body of a change, with the version of `If-Match` when there is one. Throws PublicError `invalid_parameter`. */
export function bodyOfChange(request: Request): unknown {
  const header = request.headers["if-match"];
  const body: unknown = request.body;
  if (header === undefined || header === "*") return body;
  const version = /^"([1-9]\d{0,8})"$/.exec(header)?.[1];
  if (version === undefined) {
    throw invalidParameters([{ pointer: "if-match", rule: "must be the etag of an answer" }]);
  }
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject ? { version: Number(version), ...body } : body;
}

function invalidParameters(problems: readonly FieldProblem[]): PublicError {
  return new PublicError("invalid_parameter", "A parameter is not valid.", problems);
}

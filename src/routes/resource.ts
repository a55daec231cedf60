import type { Request, Response } from "express";
import type { z } from "zod";
import { limits } from "../campaigns/limits.ts";
import {
  type ListRequest,
  type ListSpec,
  parseListRequest,
  parseParameters,
  pickFields,
  readQuerySchema,
} from "../campaigns/listQuery.ts";
import { ifMatch, withIfMatch } from "../campaigns/mergePatch.ts";
import type { PageOfItems } from "../campaigns/repository.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import { markNewId } from "./dryRun.ts";
import { etagOf, isNoneMatch, versionsOfIfMatch } from "./entityTags.ts";

/** What the management routes have in common: ids in paths, pages of lists, versions as entity tags. */

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

/** Reads all that a list can be asked for. Throws PublicError `invalid_parameter` with every problem. */
export function parseList<Filters extends z.ZodRawShape>(
  request: Request,
  spec: ListSpec<Filters>,
): ListRequest<Filters> {
  const outcome = parseListRequest(spec, request.query);
  if (!outcome.ok) throw invalidParameters(outcome.problems);
  return outcome.value;
}

/** A page of a list, as it was asked for. */
export function sendList<Item extends object>(
  response: Response,
  list: ListRequest<z.ZodRawShape>,
  page: PageOfItems<Item>,
): void {
  response.json(toldPage(list, page));
}

/** The same for an answer that has more to say. */
export function toldPage<Item extends object>(
  { cursorOf, fields }: ListRequest<z.ZodRawShape>,
  { items, next }: PageOfItems<Item>,
): { readonly items: readonly object[]; readonly nextCursor: string | null } {
  const nextCursor = next === null ? null : cursorOf(next);
  return { items: items.map((item) => pickFields(item, fields)), nextCursor };
}

/** An entity with its version as entity tag. */
export function sendEntity(
  response: Response,
  entity: { readonly version: number },
  status = 200,
): void {
  response.status(status).setHeader("etag", etagOf(entity.version)).json(entity);
}

/** What never changes has no version, and counts as the first. */
function versionOf(entity: object): number {
  return "version" in entity && typeof entity.version === "number" ? entity.version : 1;
}

/**
 * The answer to a read: the fields that `?fields=` names, or 304 where the reader has this version. Throws PublicError
 * `invalid_parameter`.
 */
export function sendRead(
  request: Request,
  response: Response,
  spec: ListSpec<z.ZodRawShape>,
  entity: object,
): void {
  const parsed = parseParameters(readQuerySchema(spec), request.query);
  if (!parsed.ok) throw invalidParameters(parsed.problems);
  const { fields } = parsed.value;
  const version = versionOf(entity);
  response.setHeader("etag", etagOf(version));
  if (isNoneMatch(request.headers["if-none-match"], version)) {
    response.status(304).end();
    return;
  }
  const wanted = fields === undefined ? null : [spec.idField, ...fields];
  response.json(pickFields(entity, wanted));
}

/** The answer to a creation; a dry run keeps neither the place nor the id. */
export function sendCreated(
  response: Response,
  spec: Pick<ListSpec<z.ZodRawShape>, "collection" | "idField">,
  name: number | string,
  entity: object,
): void {
  markNewId(response, spec.idField);
  response.location(`/v1/${spec.collection}/${name}`);
  response
    .status(201)
    .setHeader("etag", etagOf(versionOf(entity)))
    .json(entity);
}

/**
 * The body of a change, with what `If-Match` and `If-None-Match` demand of the present version (`mergePatch` checks it).
 * Throws PublicError `invalid_parameter`.
 */
export function bodyOfChange(request: Request): unknown {
  const versions = versionsDemanded(request);
  return versions === null ? request.body : withIfMatch(request.body, versions);
}

/** The same of a deletion, which has no body. */
export function demandOfDeletion(request: Request): object {
  const versions = versionsDemanded(request);
  return versions === null ? {} : { [ifMatch]: versions };
}

/** `If-None-Match: *` demands that there be nothing yet, which no change can meet. */
function versionsDemanded({ headers }: Request): readonly number[] | null {
  if (headers["if-none-match"]?.trim() === "*") return [];
  return versionsOfIfMatch(headers["if-match"]);
}

function invalidParameters(problems: readonly FieldProblem[]): PublicError {
  return new PublicError("invalid_parameter", "A parameter is not valid.", problems);
}

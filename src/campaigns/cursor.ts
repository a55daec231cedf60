import { createHash } from "node:crypto";
import { limits } from "./limits.ts";

/** Where a page of a list ended: the sort value of its last item, and its id. Pages are stable under inserts and deletes. */
export interface ListPosition {
  /** Null in the order of ids. Instants are microseconds since 1970, days are days since 1970. */
  readonly value: string | number | null;
  readonly id: number;
}

/** By what a list is ordered: a column of its whitelist, ties by id in the same direction. */
export interface ListOrder {
  readonly by: string;
  readonly descending: boolean;
}

/** What a sort value is: the cursor of another kind is refused. */
export type SortKind = "id" | "text" | "integer";

const maxCursorCharacters = 1_000;
const maxTextCharacters = 400;

/** A short name for the filters and the order of a list, so that a cursor is not taken to another one. */
export function listFingerprint(
  collection: string,
  order: ListOrder,
  filters: Readonly<Record<string, unknown>>,
): string {
  const given = Object.entries(filters)
    .filter(([, value]) => value !== undefined && value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([collection, order.by, order.descending, given]);
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

/** The opaque text of a position in the list with this fingerprint. */
export function encodeCursor(position: ListPosition, fingerprint: string): string {
  const content = JSON.stringify([fingerprint, position.id, position.value]);
  return Buffer.from(content).toString("base64url");
}

/** The position, or null for a text that is not the cursor of this list. Never throws. Pure. */
export function decodeCursor(
  text: string,
  fingerprint: string,
  kind: SortKind,
  maxId: number = limits.maxId,
): ListPosition | null {
  const content = contentOf(text);
  if (content === null || content[0] !== fingerprint) return null;
  const [, id, value] = content;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > maxId) return null;
  if (kind === "id") return value === null ? { id, value } : null;
  if (kind === "text") return isText(value) ? { id, value } : null;
  return isSortInteger(value) ? { id, value } : null;
}

/** Whether a text is the cursor of some list. Never throws. Pure. */
export const isCursor = (text: string): boolean => contentOf(text) !== null;

function contentOf(text: string): readonly unknown[] | null {
  if (text.length > maxCursorCharacters || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const content = parseContent(text);
  return Array.isArray(content) && content.length === 3 ? content : null;
}

/** Microseconds of any year that the database takes. */
function isSortInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(Number(value)) <= 5e15;
}

function isText(value: unknown): value is string {
  if (typeof value !== "string" || value.length > maxTextCharacters) return false;
  return value.isWellFormed() && !value.includes("\u0000");
}

function parseContent(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

import type { ErasedKeys } from "../../jobs/lakePorts.ts";
import type { LakeRow } from "./readEvent.ts";

const likeKeys = /(?<![\w-])[\w-]{22}(?![\w-])/g;

/** Everything in a line that looks like the key of a visitor or an account: also in fields that are not known, or torn. */
export function keysInLine(text: string): readonly string[] {
  return text.match(likeKeys) ?? [];
}

/** Whether a row tells of somebody who was erased after it happened. */
export function isErasedRow(row: LakeRow | null, { isErased }: ErasedKeys): boolean {
  if (row === null) return false;
  const atMs = Date.parse(`${String(row.occurred_at).replace(" ", "T")}Z`);
  return [row.visitor_key, row.account_key].some(
    (key) => typeof key === "string" && isErased(key, atMs),
  );
}

/** Whether a line that is no event names somebody who was erased: when it happened is not known. */
export function namesErased(
  row: LakeRow | null,
  text: string | null,
  { isErased }: ErasedKeys,
): boolean {
  return row === null && text !== null && keysInLine(text).some((key) => isErased(key, null));
}

/** Whether an event's line names somebody who was erased after it happened; one without a time: whether it names one at all. */
export function isErasedLine(text: string, { isErased }: ErasedKeys): boolean {
  const keys = keysInLine(text);
  if (keys.length === 0) return false;
  const [, occurredAt = ""] = /"occurredAt":"([^"]{24})"/.exec(text) ?? [];
  const atMs = Date.parse(occurredAt);
  return keys.some((key) => isErased(key, Number.isNaN(atMs) ? null : atMs));
}

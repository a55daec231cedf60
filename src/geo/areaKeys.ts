import type { AreaKey } from "./types.ts";

export type NamedAreaKind = "commune" | "postalCode" | "departement" | "region" | "france";

const kinds: readonly NamedAreaKind[] = [
  "commune",
  "postalCode",
  "departement",
  "region",
  "france",
];
const kindUnit = 2 ** 29;

/** The key of all of France. */
export const franceKey: AreaKey = 5 * kindUnit;

/**
 * A named area as one integer below 2^32: kind in the top 3 bits, the code in base 36 below them. It depends on the
 * official code alone, so zones stored before a new edition of the table stay right.
 */
export function encodeAreaKey(kind: NamedAreaKind, code: string): AreaKey {
  if (kind === "france") return franceKey;
  return (kinds.indexOf(kind) + 1) * kindUnit + Number.parseInt(code, 36);
}

/** The kind of a key, nothing allocated; undefined for a number that is no key. */
export function areaKeyKind(key: AreaKey): NamedAreaKind | undefined {
  return kinds[Math.floor(key / kindUnit) - 1];
}

/** The kind and official code of a key ("france" has the code ""). Throws RangeError for a number that is no key. */
export function decodeAreaKey(key: AreaKey): {
  readonly kind: NamedAreaKind;
  readonly code: string;
} {
  const kind = areaKeyKind(key);
  if (kind === undefined || !Number.isInteger(key)) throw new RangeError(`not an area key: ${key}`);
  if (kind === "france") return { kind, code: "" };
  const digits = kind === "commune" || kind === "postalCode" ? 5 : 2;
  return { kind, code: (key % kindUnit).toString(36).toUpperCase().padStart(digits, "0") };
}

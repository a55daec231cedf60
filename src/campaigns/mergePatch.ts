import { PublicError } from "../errors.ts";
import { invalidBody } from "./problems.ts";

/** Where the body of a change carries what its request demands of the present version. No field of JSON can be it. */
export const ifMatch = Symbol("If-Match");

/** The body of a change with the versions of `If-Match`: another one than these must not be changed. Empty = none may. */
export function withIfMatch(body: unknown, versions: readonly number[]): unknown {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject ? { ...body, [ifMatch]: versions } : body;
}

/** Throws PublicError `precondition_failed` where the request demands another version. */
export function requireIfMatch(body: unknown, presentVersion: number): void {
  const isDemanding = typeof body === "object" && body !== null && ifMatch in body;
  const versions = isDemanding ? body[ifMatch] : null;
  if (!Array.isArray(versions) || versions.includes(presentVersion)) return;
  throw new PublicError("precondition_failed", "Somebody else changed this meanwhile.", [
    { pointer: "if-match", rule: `the present version is ${presentVersion}` },
  ]);
}

/**
 * The present fields with those of a patch in their place. A `version` in the patch must be the present one, and so must
 * one that the request's `If-Match` names; the fields named in `fixed` may be repeated but not changed. Unknown fields
 * pass: the schema that reads the result names them. Throws PublicError `precondition_failed`, `invalid_body` or `conflict`.
 */
export function mergePatch(
  present: Readonly<Record<string, unknown>>,
  patch: unknown,
  presentVersion: number,
  fixed: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw invalidBody([{ pointer: "", rule: "must be an object" }]);
  }
  requireIfMatch(patch, presentVersion);
  const { version, [ifMatch]: _demanded, ...changes } = patch as PatchFields;
  refuseOtherVersion(version, presentVersion);
  const moved = fixed.filter((name) => name in changes && changes[name] !== present[name]);
  if (moved.length > 0) {
    throw invalidBody(moved.map((name) => ({ pointer: `/${name}`, rule: "cannot be changed" })));
  }
  return { ...present, ...changes };
}

interface PatchFields {
  readonly [name: string]: unknown;
  readonly [ifMatch]?: unknown;
}

function refuseOtherVersion(version: unknown, presentVersion: number): void {
  if (version === undefined || version === presentVersion) return;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw invalidBody([{ pointer: "/version", rule: "must be a positive integer" }]);
  }
  throw new PublicError("conflict", "Somebody else changed this meanwhile.", [
    { pointer: "/version", rule: `the present version is ${presentVersion}` },
  ]);
}

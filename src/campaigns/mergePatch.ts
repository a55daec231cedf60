import { PublicError } from "../errors.ts";
import { invalidBody } from "./problems.ts";

/**
 * The present fields with those of a patch in their place. A `version` in the patch must be the present one; the
 * fields named in `fixed` may be repeated but not changed. Unknown fields pass: the schema that reads the result
 * names them. Throws PublicError `invalid_body` or `conflict`.
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
  const { version, ...changes } = patch as Readonly<Record<string, unknown>>;
  refuseOtherVersion(version, presentVersion);
  const moved = fixed.filter((name) => name in changes && changes[name] !== present[name]);
  if (moved.length > 0) {
    throw invalidBody(moved.map((name) => ({ pointer: `/${name}`, rule: "cannot be changed" })));
  }
  return { ...present, ...changes };
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

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apiVersion } from "../../../src/routes/openapi/document.ts";
import { surfaceOf } from "../../support/releases/apiSurface.ts";
import {
  fileOfRelease,
  hasRelease,
  previousRelease,
} from "../../support/releases/checkOutRelease.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const now = surfaceOf(read("docs/openapi.json"));
const isThere = hasRelease(previousRelease);
if (!isThere)
  console.warn(
    `The release before (${previousRelease.commit}) is not in this clone: fetch its history.`,
  );

test("the description and the client have the interface's version, and the page names it", () => {
  expect(now.version).toBe(apiVersion);
  expect(JSON.parse(read("sdk/package.json")).version).toBe(apiVersion);
  expect(read("docs/api-versions.md")).toContain(`It is ${apiVersion}`);
});

describe.skipIf(!isThere)("beside the release before", () => {
  const before = isThere ? surfaceOf(fileOfRelease(previousRelease, "docs/openapi.json")) : now;
  const [major, minor] = apiVersion.split(".").map(Number);
  const [majorBefore, minorBefore] = before.version.split(".").map(Number);

  test("nothing is gone, and nothing more is needed, within a major version", () => {
    expect(major).toBe(majorBefore);
    expect([...before.there].filter((it) => !now.there.has(it))).toEqual([]);
    const more = [...now.needed].filter((it) => !before.needed.has(it));
    // Of what is new itself, anything may be.
    expect(more.filter((it) => isOld(it))).toEqual([]);
  });

  test("what is new is the next minor version, once a release", () => {
    const isGrown = [...now.there].some((it) => !before.there.has(it));
    expect(minor).toBe((minorBefore ?? 0) + (isGrown ? 1 : 0));
  });

  /** Whether the operation or schema of a field was there. */
  function isOld(name: string): boolean {
    const [whole = ""] = name.split(/[?.]/);
    return [...before.there].some((it) => it === whole || it.startsWith(`${whole}.`));
  }
});

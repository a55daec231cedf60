import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  isAllowed,
  type LockedPackage,
  packageProblems,
} from "../../../scripts/packages/checkPackages.ts";
import { allowedLicences } from "../../../scripts/packages/packageRules.ts";

const good: LockedPackage = {
  version: "1.2.3",
  license: "MIT",
  integrity: `sha512-${"A".repeat(86)}==`,
};
const problemsOf = (entry: LockedPackage, name = "thing") =>
  packageProblems({ packages: { "": {}, [`node_modules/${name}`]: entry } });

test.each(["package-lock.json", "infra/package-lock.json"])(
  "what %s installs has hashes and licences, and no addresses",
  (file) => {
    const text = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
    expect(packageProblems(JSON.parse(text))).toEqual([]);
  },
);

describe("a package is refused", () => {
  const { integrity: _hash, ...withoutHash } = good;
  const { license: _licence, ...unlicensed } = good;
  test.each<[string, LockedPackage, RegExp]>([
    ["without a hash", withoutHash, /no sha512/],
    ["with a weak hash", { ...good, integrity: "sha1-abc=" }, /no sha512/],
    ["from an address", { ...good, resolved: "https://evil.example/a.tgz" }, /evil\.example/],
    ["that is a folder", { ...good, link: true }, /link/],
    ["under the GPL", { ...good, license: "GPL-3.0-only" }, /GPL/],
    ["under part of a licence", { ...good, license: "MIT AND GPL-2.0-only" }, /GPL/],
    ["under no licence", unlicensed, /no licence/],
  ])("%s", (_why, entry, told) => {
    expect(problemsOf(entry).join()).toMatch(told);
  });

  test("with an exception that holds for tools, when it is shipped", () => {
    const entry = { ...good, license: "MPL-2.0" };
    expect(problemsOf({ ...entry, dev: true }, "axe-core")).toEqual([]);
    expect(problemsOf(entry, "axe-core")).toHaveLength(1);
  });
});

test("one of several licences is enough where there is a choice", () => {
  expect(isAllowed("(MIT OR GPL-3.0-or-later)", allowedLicences)).toBe(true);
  expect(isAllowed("MIT AND OFL-1.1", allowedLicences)).toBe(true);
  expect(isAllowed("Apache-2.0 AND LGPL-3.0-or-later", allowedLicences)).toBe(false);
});

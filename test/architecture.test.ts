import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBreaches, type SourceTree } from "./support/architecture/findBreaches.ts";
import { readImports } from "./support/architecture/readImports.ts";

const repository = join(import.meta.dirname, "..");

function readTree(): SourceTree {
  const paths = [
    "src",
    "migrations",
    "scripts",
    "bench",
    "test",
    "sdk/src",
    "console",
    "tag/page",
  ].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((path) => /\.(tsx?|mjs)$/.test(path) && !path.endsWith(".d.ts"))
      // What a program has written has as many lines as it takes.
      .filter(
        (path) => path !== "sdk/src/generated.ts" && !/^(console|tag\/page)\/dist\//.test(path),
      ),
  );
  return Object.fromEntries(
    paths.map((path) => [path, readFileSync(join(repository, path), "utf8")]),
  );
}

test("the house stands: no file breaks a wall", () => {
  const tree = readTree();
  expect(Object.keys(tree).length).toBeGreaterThan(100);
  expect(findBreaches(tree)).toEqual([]);
});

describe("a planted breach is found", () => {
  test.each<[string, string, string, RegExp]>([
    [
      "geo reads a file",
      "src/geo/a.ts",
      'import { readFileSync } from "node:fs";',
      /src\/geo\/ may use only these packages: h3-js/,
    ],
    [
      "geo imports targeting",
      "src/geo/a.ts",
      'import type { Snapshot } from "../targeting/types.ts";',
      /src\/geo\/ may import only src\/geo\//,
    ],
    [
      "consent imports geo",
      "src/consent/a.ts",
      'import { x } from "../geo/cells.ts";',
      /may import only src\/consent\//,
    ],
    [
      "targeting imports the code of consent",
      "src/targeting/rules/a.ts",
      'import { consentOf } from "../../consent/consentOf.ts";',
      /may import only/,
    ],
    [
      "targeting reads a clock",
      "src/targeting/a.ts",
      "export const now = () => Date.now();",
      /uses Date\.now\(, but src\/targeting\/ is pure/,
    ],
    [
      "targeting rolls dice",
      "src/targeting/a.ts",
      "export const dice = () => Math.random();",
      /Math\.random/,
    ],
    [
      "targeting takes today's date",
      "src/targeting/a.ts",
      "export const today = () => new Date();",
      /new Date\(\)/,
    ],
    [
      "budgets imports campaigns",
      "src/budgets/a.ts",
      'import { x } from "../campaigns/days.ts";',
      /may import only/,
    ],
    [
      "serving imports a store",
      "src/serving/a.ts",
      'import { x } from "../stores/redis/holds.ts";',
      /only src\/main\.ts.* may/,
    ],
    [
      "a route imports a store",
      "src/routes/a.ts",
      'import { x } from "../stores/postgres/pool.ts";',
      /only src\/main\.ts.* may/,
    ],
    [
      "a route imports a store on demand",
      "src/routes/a.ts",
      'const x = await import("../stores/postgres/pool.ts");',
      /only src\/main\.ts.* may/,
    ],
    [
      "serving knows the embedded servers",
      "src/serving/a.ts",
      'import { x } from "../embedded/redis.ts";',
      /only src\/main\.ts.* may/,
    ],
    [
      "serving uses express",
      "src/serving/a.ts",
      'import type { Request } from "express";',
      /it belongs to src\/routes\//,
    ],
    [
      "a job uses ioredis",
      "src/jobs/a.ts",
      'import { Redis } from "ioredis";',
      /it belongs to src\/stores\//,
    ],
    [
      "audience uses an AWS SDK",
      "src/audience/a.ts",
      'import { X } from "@aws-sdk/client-dynamodb";',
      /it belongs to src\/stores\//,
    ],
    [
      "a store re-exports pg by a subpath",
      "src/compose/a.ts",
      'export { Pool } from "pg/lib/pool.js";',
      /imports pg, but it belongs to/,
    ],
    [
      "a room reads the environment",
      "src/jobs/a.ts",
      "export const port = process.env.PORT;",
      /reads process\.env/,
    ],
    [
      "a migration imports src",
      "migrations/0009_a.ts",
      'import { x } from "../src/campaigns/limits.ts";',
      /migrations import nothing from src/,
    ],
    [
      "src imports a test",
      "src/jobs/a.ts",
      'import { until } from "../../test/support/until.ts";',
      /nothing from outside src/,
    ],
    [
      "the console imports a route",
      "console/src/create/a.tsx",
      'import { x } from "../../../src/routes/keys.ts";',
      /console\/ may import only console\//,
    ],
    [
      "the console carries the table of communes",
      "console/src/create/a.ts",
      'import { loadPlaces } from "../../../src/geo/places.ts";',
      /console\/ may import only console\//,
    ],
    [
      "a server room imports the console",
      "src/routes/a.ts",
      'import { x } from "../../console/src/words/dictionary.ts";',
      /nothing from outside src/,
    ],
    [
      "the console uses a package of the server",
      "console/src/api/a.ts",
      'import { z } from "zod";',
      /console\/ may use only these packages/,
    ],
    ["a default export", "src/jobs/a.ts", "export default function run() {}", /default export/],
    [
      "a barrel",
      "src/jobs/a.ts",
      'export { x } from "./b.ts";\nexport * from "./c.ts";\n',
      /only passes on/,
    ],
    [
      "a drawer of odds and ends",
      "src/jobs/utils.ts",
      "export const x = 1;",
      /named after what it holds/,
    ],
    [
      "a long file",
      "src/jobs/a.ts",
      "export const x = 1;\n".repeat(251),
      /has 251 lines, the limit is 250/,
    ],
    [
      "a silenced check",
      "src/jobs/a.ts",
      "// biome-ignore lint: later\nexport const x = 1;",
      /silences a check/,
    ],
    [
      "a path that breaks in a folder with spaces",
      "bench/a.ts",
      'export const path = new URL("./b.ts", import.meta.url).pathname;',
      /%20 for a space/,
    ],
    ["any", "src/jobs/a.ts", "export const x = (y: any) => y;", /uses any/],
  ])("%s", (_name, path, source, rule) => {
    const breaches = findBreaches({ [path]: source });
    expect(breaches.filter((breach) => rule.test(breach))).toHaveLength(1);
    expect(breaches.every((breach) => breach.startsWith(`${path}: `))).toBe(true);
  });

  test("a cycle over three files", () => {
    const tree = {
      "src/jobs/a.ts": 'import { b } from "./b.ts";',
      "src/jobs/b.ts": 'import { c } from "./c.ts";',
      "src/jobs/c.ts": 'import { a } from "./a.ts";',
    };
    expect(findBreaches(tree)).toEqual([
      "src/jobs/a.ts: imports itself through src/jobs/a.ts → src/jobs/b.ts → src/jobs/c.ts → src/jobs/a.ts",
    ]);
  });
});

describe("what is allowed passes", () => {
  test.each<[string, string, string]>([
    [
      "targeting imports geo",
      "src/targeting/rules/a.ts",
      'import { distance } from "../../geo/sphere.ts";',
    ],
    [
      "main imports stores and the environment",
      "src/main.ts",
      'import { x } from "./stores/redis/connect.ts";\nconst port = process.env.PORT;',
    ],
    [
      "a comment that names what is forbidden",
      "src/targeting/a.ts",
      '// Date.now() is an argument\n/* import x from "express" */\nexport const x = 1;',
    ],
    ["a date of a given time", "src/geo/a.ts", "export const day = (ms: number) => new Date(ms);"],
    ["a URL in a string", "src/geo/a.ts", 'export const source = "https://geo.example/a"; // fine'],
  ])("%s", (_name, path, source) => {
    expect(findBreaches({ [path]: source })).toEqual([]);
  });

  test("two files that name each other's types only", () => {
    const tree = {
      "src/jobs/a.ts": 'import { type B } from "./b.ts";',
      "src/jobs/b.ts": 'import type { A } from "./a.ts";',
    };
    expect(findBreaches(tree)).toEqual([]);
  });
});

test("every form of an import is read", () => {
  const source = [
    'import "./effect.ts";',
    'import {\n  one,\n  type Two,\n} from "../geo/cells.ts";',
    'import type { T } from "h3-js";',
    'export { x } from "@aws-sdk/client-dynamodb/deep";',
    'const later = await import("node:fs/promises");',
  ].join("\n");
  expect(readImports("src/jobs/a.ts", source)).toEqual([
    { from: "src/jobs/a.ts", to: "src/jobs/effect.ts", typeOnly: false },
    { from: "src/jobs/a.ts", to: "src/geo/cells.ts", typeOnly: false },
    { from: "src/jobs/a.ts", to: "h3-js", typeOnly: true },
    { from: "src/jobs/a.ts", to: "@aws-sdk/client-dynamodb", typeOnly: false },
    { from: "src/jobs/a.ts", to: "node:fs", typeOnly: false },
  ]);
});

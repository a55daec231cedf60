import { join } from "node:path";
import { SetUpError, say } from "./say.mjs";
import { repository } from "./setUp.mjs";
import { runNode } from "./supervise.mjs";

const bin = (name) => join(repository, "node_modules", ".bin", name);

const steps = [
  ["format and lint", [bin("biome"), "check", "--error-on-warnings", "."]],
  ["types", [bin("tsc"), "-p", "."]],
  ["types of the console", [bin("tsc"), "-p", "console"]],
  ["types of the page tag", [bin("tsc"), "-p", "tag/page"]],
  ["types of the demo town", [bin("tsc"), "-p", "town"]],
  [
    "architecture",
    [join(repository, "node_modules", "vitest", "vitest.mjs"), "run", "test/architecture.test.ts"],
  ],
  ["SQL of the warehouse", [join(repository, "scripts", "warehouse-lint.ts")]],
  ["packages", [join(repository, "scripts", "check-packages.ts")]],
  ["docs in step", [join(repository, "scripts", "docs-config.ts"), "--check"]],
  ["API description", [join(repository, "scripts", "docs-openapi.ts"), "--check"]],
];

/** `npm run check`: every step runs, so that one look shows all that is wrong. */
export async function runChecks() {
  const failed = [];
  for (const [name, args] of steps) {
    say(`checking ${name}`);
    // These tests read files only: no server is started for them.
    if ((await runNode(args, { TEST_WITHOUT_SERVERS: "1" })) !== 0) failed.push(name);
  }
  if (failed.length > 0) throw new SetUpError(`the check failed: ${failed.join(", ")}`);
  say("everything is in order");
  return 0;
}

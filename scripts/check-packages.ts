import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageProblems } from "./packages/checkPackages.ts";

/** `npm run check`: every locked package has a hash and a licence that we may use, and comes from no address of its own. */
const root = join(import.meta.dirname, "..");
for (const file of ["package-lock.json", "infra/package-lock.json"]) {
  const problems = packageProblems(JSON.parse(readFileSync(join(root, file), "utf8")));
  for (const problem of problems) console.error(`${file}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

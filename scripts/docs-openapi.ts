import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildOpenApi } from "../src/routes/openapi/document.ts";
import { operations } from "../src/routes/openapi/operations.ts";
import { lintOpenApi } from "./lintOpenApi.ts";

/**
 * Writes `docs/openapi.json` from the operations and their schemas; with `--check` only says whether it is in step. Lints
 * it in both cases.
 */
const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const document = `${JSON.stringify(buildOpenApi(operations), null, 2)}\n`;
const files = new Map([["docs/openapi.json", document]]);

const problems = await lintOpenApi(document);
for (const problem of problems) console.error(`docs/openapi.json ${problem}`);
if (problems.length > 0) process.exitCode = 1;

for (const [file, text] of files) {
  if (!process.argv.includes("--check")) writeFileSync(pathOf(file), text);
  else if (readFileSync(pathOf(file), "utf8") !== text) {
    console.error(`${file} is not in step with src/routes/openapi: run \`npm run docs:openapi\``);
    process.exitCode = 1;
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildOpenApi } from "../src/routes/openapi/document.ts";
import { operations } from "../src/routes/openapi/operations.ts";
import { lintOpenApi } from "./lintOpenApi.ts";
import { generateSdk } from "./sdk/generateSdk.ts";

/**
 * Writes `docs/openapi.json` from the operations and their schemas, and the types of the SDK from it; with `--check` only
 * says whether they are in step. Lints the document in both cases.
 */
const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const openApi = buildOpenApi(operations);
const document = `${JSON.stringify(openApi, null, 2)}\n`;
const files = new Map([
  ["docs/openapi.json", document],
  ["sdk/src/generated.ts", generateSdk(openApi)],
]);

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

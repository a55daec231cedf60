import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configurationPage } from "./configurationPage.ts";

/** Writes `docs/configuration.md` from the table of settings; with `--check` only says whether it is in step. */
const page = fileURLToPath(new URL("../docs/configuration.md", import.meta.url));
if (process.argv.includes("--check")) {
  if (readFileSync(page, "utf8") !== configurationPage()) {
    console.error(
      "docs/configuration.md is not in step with src/settings.ts: run `npm run docs:config`",
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, configurationPage());
}

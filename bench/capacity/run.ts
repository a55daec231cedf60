import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { allTables, withTables } from "./page.ts";

/**
 * `npm run capacity`: what leboncoin's traffic takes and costs, from measured figures (`measured.json`) and named assumptions
 * (`assumptions.ts`). `--write` puts the tables into docs/capacity.md.
 */
const { write } = parseArgs({ options: { write: { type: "boolean", default: false } } }).values;
const page = new URL("../../docs/capacity.md", import.meta.url);
const tables = allTables();
if (write) writeFileSync(page, withTables(readFileSync(page, "utf8"), tables));
else for (const [name, text] of Object.entries(tables)) console.log(`${name}\n\n${text}\n`);

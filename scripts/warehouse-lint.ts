import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readDialect } from "../src/stores/redshift/dialect/dialect.ts";
import { describeBreach, lintSql } from "../src/stores/redshift/dialect/lintSql.ts";

/** `npm run check`: no SQL of the warehouse lies outside what Redshift supports (`warehouse/dialect.json`). */
const root = join(import.meta.dirname, "..");
const dialect = readDialect();
const files = readdirSync(join(root, "warehouse"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".sql"))
  .sort();
const breaches = files.flatMap((name) => {
  const file = join("warehouse", name);
  const sql = readFileSync(join(root, file), "utf8");
  return lintSql(sql, dialect).map((breach) => describeBreach(file, breach));
});
for (const line of breaches) console.error(line);
if (breaches.length > 0) process.exitCode = 1;

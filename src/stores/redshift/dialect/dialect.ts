import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const source = z.url({ protocol: /^https$/, hostname: /^docs\.aws\.amazon\.com$/ });
const words = z.array(z.string().min(1).max(40)).min(1).max(200);
const refusals = z.record(z.string(), z.object({ why: z.string().min(1), source }));

const dialectSchema = z.object({
  about: z.string(),
  functions: z.array(z.object({ source, names: words })),
  dateParts: z.object({ source, names: words }),
  types: z.object({ source, names: words }),
  clauses: z.array(z.object({ source, words })),
  operators: z.object({ source, names: words }),
  refusedFunctions: refusals,
  refusedWords: refusals,
  rules: z.object({
    frame: source,
    windowNulls: source,
    distinctFrom: source,
    distinctOn: source,
    setAll: source,
    groupByAll: source,
    average: source,
    division: source,
    backslash: source,
    oneStatement: source,
  }),
});

/** What SQL of the warehouse may use, each with the page of Redshift's documentation that says so. */
export interface Dialect {
  readonly functions: ReadonlySet<string>;
  readonly dateParts: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly operators: ReadonlySet<string>;
  readonly refusedFunctions: ReadonlyMap<string, Refusal>;
  readonly refusedWords: ReadonlyMap<string, Refusal>;
  /** The page behind each rule that is more than a list. */
  readonly rules: Readonly<z.infer<typeof dialectSchema>["rules"]>;
}

export interface Refusal {
  readonly why: string;
  readonly source: string;
}

const published = fileURLToPath(new URL("../../../../warehouse/dialect.json", import.meta.url));

/** Reads `warehouse/dialect.json`. Throws when it is malformed or names no source: the file is ours. */
export function readDialect(file = published): Dialect {
  const read = dialectSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return {
    functions: new Set(read.functions.flatMap(({ names }) => names)),
    dateParts: new Set(read.dateParts.names),
    types: new Set(read.types.names),
    words: new Set(read.clauses.flatMap((clause) => clause.words)),
    operators: new Set(read.operators.names),
    refusedFunctions: new Map(Object.entries(read.refusedFunctions)),
    refusedWords: new Map(Object.entries(read.refusedWords)),
    rules: read.rules,
  };
}

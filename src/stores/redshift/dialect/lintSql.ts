import { clauseRules } from "./clauseRules.ts";
import type { Dialect } from "./dialect.ts";
import { type SqlToken, sqlTokens } from "./sqlTokens.ts";
import { valueRules } from "./valueRules.ts";

/** Something that Redshift, or one of its relatives, does not take as it stands. */
export interface SqlBreach {
  /** From 1. */
  readonly line: number;
  /** What stands there. */
  readonly found: string;
  readonly why: string;
  /** The page that says so; null = the list itself, in which it does not stand. */
  readonly source: string | null;
}

/** A rule looks at the token at an index and answers what is wrong with it, or null. */
export type SqlRule = (
  at: number,
  tokens: readonly SqlToken[],
  dialect: Dialect,
) => SqlBreach | null;

const rules: readonly SqlRule[] = [...clauseRules, ...valueRules];

/**
 * What of a statement lies outside the dialect that Redshift, DuckDB and Postgres share, in the order of its lines. It knows
 * words and their neighbours, not grammar: what engines refuse by themselves is found where the statement is run on two of
 * them. Pure.
 */
export function lintSql(sql: string, dialect: Dialect): readonly SqlBreach[] {
  const tokens = sqlTokens(sql);
  return tokens.flatMap((_token, at) => {
    // One word breaks one rule: the first says it best.
    for (const rule of rules) {
      const breach = rule(at, tokens, dialect);
      if (breach !== null) return [breach];
    }
    return [];
  });
}

/** One line about a breach: "file.sql:12: `filter` …". */
export function describeBreach(file: string, { line, found, why, source }: SqlBreach): string {
  return `${file}:${line}: \`${found}\` ${why}${source === null ? "" : ` (${source})`}`;
}

import type { SqlBreach } from "./lintSql.ts";
import type { SqlToken } from "./sqlTokens.ts";

export function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === "word" && words.includes(token.text);
}

export function isOperator(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === "operator" && token.text === text;
}

/** The index of the parenthesis that closes the one at `open`; the end where there is none. */
export function closing(open: number, tokens: readonly SqlToken[]): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (isOperator(tokens[at], "(")) depth += 1;
    if (isOperator(tokens[at], ")")) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

/** The index of the parenthesis that opens what is closed at `close`; -1 where there is none. */
export function opening(close: number, tokens: readonly SqlToken[]): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (isOperator(tokens[at], ")")) depth += 1;
    if (isOperator(tokens[at], "(")) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

/** Indexes between a parenthesis and the one that closes it, without what lies in further ones. */
export function inside(open: number, tokens: readonly SqlToken[]): readonly number[] {
  const end = closing(open, tokens);
  const found: number[] = [];
  for (let at = open + 1; at < end; at++) {
    found.push(at);
    if (isOperator(tokens[at], "(")) at = closing(at, tokens) - 1;
  }
  return found;
}

export function breachAt(token: SqlToken, why: string, source: string | null): SqlBreach {
  return { line: token.line, found: token.text, why, source };
}

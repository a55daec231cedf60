/** A token of a statement. Words are lower case; `text` of a string is what stands between its quotes. */
export interface SqlToken {
  readonly kind: "word" | "name" | "string" | "number" | "operator" | "parameter" | "unknown";
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Where it begins and ends in the statement. */
  readonly start: number;
  readonly end: number;
}

/**
 * The parts of SQL, in the order of the alternatives: blanks, comments, texts, quoted names, parameters (`:from`, `$1`),
 * numbers, words, operators. What fits none is one unknown character.
 */
const parts =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*")|(?<parameter>(?<![:\w]):[a-z_][a-z0-9_]*|\$\d+)|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<operator>::|\|\||<>|!=|<=|>=|->>?|[-+*/%=<>,.();[\]{}^~&|#@!?:])/giuy;

/** The tokens of a statement, without blanks and comments. Total: what is no SQL becomes unknown tokens. Pure. */
export function sqlTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let line = 1;
  for (let at = 0; at < sql.length; ) {
    parts.lastIndex = at;
    const groups = parts.exec(sql)?.groups ?? {};
    const [kind, text] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [
      "unknown",
      sql[at] ?? "",
    ];
    const end = at + text.length;
    if (kind !== "blank") tokens.push(tokenOf(kind as SqlToken["kind"], text, line, at));
    line += text.split("\n").length - 1;
    at = end;
  }
  return tokens;
}

function tokenOf(kind: SqlToken["kind"], text: string, line: number, start: number): SqlToken {
  const end = start + text.length;
  if (kind === "word") return { kind, text: text.toLowerCase(), line, start, end };
  if (kind === "string") return { kind, text: text.slice(1, -1), line, start, end };
  return { kind, text, line, start, end };
}

export interface PositionalSql {
  /** With `$1`, `$2` … for the named parameters. */
  readonly text: string;
  /** Their names, in the order of their numbers. */
  readonly names: readonly string[];
}

/**
 * A statement with named parameters (`:from`), as Redshift's Data API takes it, for engines that number them: the same
 * name has the same number wherever it stands. Texts and comments are left alone. Pure.
 */
export function toPositional(sql: string): PositionalSql {
  const names: string[] = [];
  let text = "";
  let from = 0;
  for (const token of sqlTokens(sql)) {
    if (token.kind !== "parameter" || !token.text.startsWith(":")) continue;
    const name = token.text.slice(1);
    if (!names.includes(name)) names.push(name);
    text += `${sql.slice(from, token.start)}$${names.indexOf(name) + 1}`;
    from = token.end;
  }
  return { text: text + sql.slice(from), names };
}

import type { SqlRule } from "./lintSql.ts";
import { breachAt, inside, isOperator, isWord } from "./tokenSteps.ts";

const framed = new Set(
  "sum count avg min max stddev_samp stddev_pop var_samp var_pop first_value last_value".split(" "),
);

/** Words that Redshift, or one of its relatives, has no use for. */
const refusedWord: SqlRule = (at, tokens, { refusedWords }) => {
  const token = tokens[at]!;
  // A column may be called so where it stands behind its table or the name that it is given.
  if (token.kind !== "word" || isOperator(tokens[at - 1], ".")) return null;
  const refusal = refusedWords.get(token.text);
  return refusal === undefined ? null : breachAt(token, refusal.why, refusal.source);
};

/** `is distinct from`, `distinct on`, `except all`, `group by all`. */
const combination: SqlRule = (at, tokens, { rules }) => {
  const token = tokens[at]!;
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (isWord(token, "distinct") && isWord(before, "is", "not") && isWord(after, "from"))
    return breachAt(
      token,
      "from is not supported by Redshift: compare, and ask for null",
      rules.distinctFrom,
    );
  if (isWord(token, "distinct") && isWord(after, "on"))
    return breachAt(token, "on is not supported by Redshift: number the rows", rules.distinctOn);
  if (isWord(token, "all") && isWord(before, "except", "intersect"))
    return breachAt(token, "is known to union only", rules.setAll);
  if (isWord(token, "all") && isWord(before, "by"))
    return breachAt(token, "is no list: name the columns", rules.groupByAll);
  return null;
};

/** What stands in `over (…)`: a frame where Redshift wants one, and no order of nulls. */
const windowRule: SqlRule = (at, tokens, { rules }) => {
  const token = tokens[at]!;
  if (!isWord(token, "over") || !isOperator(tokens[at + 1], "(")) return null;
  const within = inside(at + 1, tokens).map((index) => tokens[index]!);
  const nulls = within.find((one) => isWord(one, "nulls"));
  if (nulls !== undefined)
    return breachAt(nulls, "has no order in Redshift's windows: coalesce", rules.windowNulls);
  const isOrdered = within.some((one) => isWord(one, "order"));
  const hasFrame = within.some((one) => isWord(one, "rows"));
  if (!isOrdered || hasFrame || !framed.has(functionBefore(at, tokens))) return null;
  return breachAt(
    token,
    "with an order wants a frame on Redshift: rows between … and …",
    rules.frame,
  );
};

/** The function whose call ends right before `over`. */
function functionBefore(at: number, tokens: Parameters<SqlRule>[1]): string {
  for (let index = at - 1, depth = 0; index >= 0; index--) {
    if (isOperator(tokens[index], ")")) depth += 1;
    if (isOperator(tokens[index], "(")) depth -= 1;
    if (depth === 0) return tokens[index - 1]?.text ?? "";
  }
  return "";
}

const starts = ["select", "with", "create", "insert", "delete", "drop"];

const statementStart: SqlRule = (at, tokens) =>
  at > 0 || isWord(tokens[0], ...starts)
    ? null
    : breachAt(tokens[0]!, `begins no statement of ours: ${starts.join(", ")}`, null);

const oneStatement: SqlRule = (at, tokens, { rules }) =>
  isOperator(tokens[at], ";") && at < tokens.length - 1
    ? breachAt(tokens[at]!, "ends a statement: a file has one", rules.oneStatement)
    : null;

/**
 * Two values in a row: a clause that is not listed, or an alias without `as`. It is what makes lists of words complete: an
 * unknown word cannot stand where a clause does.
 */
const unknownClause: SqlRule = (at, tokens, dialect) => {
  const [before, token] = [tokens[at - 1], tokens[at]!];
  if (before === undefined || !beginsValue(at) || !endsValue(at - 1)) return null;
  if (isTyped(at)) return null;
  return breachAt(token, "is in no list of clauses; an alias is written with `as`", null);

  function isName(index: number): boolean {
    const one = tokens[index];
    return one?.kind === "name" || (one?.kind === "word" && !dialect.words.has(one.text));
  }
  function beginsValue(index: number): boolean {
    return isName(index) || ["string", "number", "parameter"].includes(tokens[index]?.kind ?? "");
  }
  function endsValue(index: number): boolean {
    return beginsValue(index) || isOperator(tokens[index], ")") || isWord(tokens[index], "end");
  }
  /** `date '2026-06-01'`, `double precision`, and a column with its type in `create table`. */
  function isTyped(index: number): boolean {
    const one = tokens[index]!;
    if (one.kind === "string") return isWord(tokens[index - 1], "date", "timestamp");
    if (isWord(one, "precision")) return isWord(tokens[index - 1], "double");
    return (
      isWord(tokens[0], "create") && [...dialect.types].some((type) => type.startsWith(one.text))
    );
  }
};

export const clauseRules: readonly SqlRule[] = [
  statementStart,
  oneStatement,
  refusedWord,
  combination,
  windowRule,
  unknownClause,
];

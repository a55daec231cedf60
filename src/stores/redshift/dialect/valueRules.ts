import type { SqlRule } from "./lintSql.ts";
import { breachAt, closing, inside, isOperator, isWord, opening } from "./tokenSteps.ts";

type Tokens = Parameters<SqlRule>[1];

/** A call of something that is in no list; why, where that is known. */
const unknownFunction: SqlRule = (at, tokens, dialect) => {
  const token = tokens[at]!;
  const isCall =
    (token.kind === "word" || token.kind === "name") && isOperator(tokens[at + 1], "(");
  if (!isCall || dialect.functions.has(token.text)) return null;
  if (dialect.words.has(token.text) || isTypeLength(at, tokens)) return null;
  // `insert into t (a, b)`, `create table t (a bigint)`
  if (isWord(tokens[at - 1], "into", "table", "exists") && isWord(tokens[0], "insert", "create"))
    return null;
  const refusal = dialect.refusedFunctions.get(token.text);
  if (refusal !== undefined) return breachAt(token, refusal.why, refusal.source);
  return breachAt(token, "is in no list of functions", null);
};

/** `varchar(10)`, `decimal(18, 6)`: a type, not a call; that it is one is another rule's. */
function isTypeLength(at: number, tokens: Tokens): boolean {
  const isNamed = isWord(tokens[at], "varchar", "char", "decimal", "numeric");
  return isNamed && (isWord(tokens[at - 1], "as") || isWord(tokens[0], "create"));
}

/** `cast(x as type)`: a type that all engines spell so. */
const castType: SqlRule = (at, tokens, { types }) => {
  const token = tokens[at]!;
  if (!isWord(token, "cast") || !isOperator(tokens[at + 1], "(")) return null;
  const within = inside(at + 1, tokens);
  const as = within.findLast((index) => isWord(tokens[index], "as"));
  if (as === undefined) return breachAt(token, "names no type", null);
  const end = closing(at + 1, tokens);
  const words = tokens.slice(as + 1, end).filter(({ kind }) => kind === "word" || kind === "name");
  const type = words.map(({ text }) => text).join(" ");
  if (types.has(type)) return null;
  return breachAt(tokens[as + 1] ?? token, "is in no list of types", null);
};

/** `extract(isodow from x)`, `date_trunc('decade', x)`. */
const datePart: SqlRule = (at, tokens, { dateParts }) => {
  if (!isOperator(tokens[at + 1], "(") || !isWord(tokens[at], "extract", "date_trunc", "date_part"))
    return null;
  const part = tokens[at + 2];
  if (part === undefined || dateParts.has(part.text.toLowerCase())) return null;
  return breachAt(part, "is in no list of parts of dates", null);
};

const unknownOperator: SqlRule = (at, tokens, { operators }) => {
  const token = tokens[at]!;
  if (token.kind === "unknown") return breachAt(token, "is no SQL of ours", null);
  if (token.kind !== "operator" || operators.has(token.text)) return null;
  const why =
    token.text === "::"
      ? "is in no list of operators: write cast(… as …)"
      : "is in no list of operators";
  return breachAt(token, why, null);
};

const wholeCalls = ["count", "length", "row_number", "rank", "dense_rank", "extract", "strpos"];
const wholeTypes = ["smallint", "integer", "bigint"];

/**
 * Whole numbers truncate on Redshift and Postgres, and do not on DuckDB. Only where both sides are whole by what stands
 * there: of columns alone nobody knows.
 */
const division: SqlRule = (at, tokens, { rules }) => {
  if (!isOperator(tokens[at], "/") || !isWholeBefore(at, tokens) || !isWholeAfter(at, tokens))
    return null;
  const why =
    "truncates whole numbers on Redshift, not on DuckDB: cast one side to double precision";
  return breachAt(tokens[at]!, why, rules.division);
};

function isWholeBefore(at: number, tokens: Tokens): boolean {
  if (!isOperator(tokens[at - 1], ")")) return isWholeNumber(tokens[at - 1]);
  return isWholeCall(opening(at - 1, tokens) - 1, tokens);
}

/** `nullif(count(*), 0)` is as whole as what stands in it. */
function isWholeAfter(at: number, tokens: Tokens): boolean {
  const from = isWord(tokens[at + 1], "nullif") ? at + 3 : at + 1;
  return isWholeNumber(tokens[from]) || isWholeCall(from, tokens);
}

function isWholeNumber(token: Tokens[number] | undefined): boolean {
  return token?.kind === "number" && /^\d+$/.test(token.text);
}

function isWholeCall(name: number, tokens: Tokens): boolean {
  if (!isOperator(tokens[name + 1], "(")) return false;
  if (!isWord(tokens[name], "cast")) return isWord(tokens[name], ...wholeCalls);
  return isWord(tokens[closing(name + 1, tokens) - 1], ...wholeTypes);
}

const fractions =
  "cast ln exp sqrt power sin cos asin acos atan atan2 radians avg stddev_samp".split(" ");

/** The mean of whole numbers is a whole number on Redshift. */
const average: SqlRule = (at, tokens, { rules }) => {
  if (!isWord(tokens[at], "avg") || !isOperator(tokens[at + 1], "(")) return null;
  const within = tokens.slice(at + 2, closing(at + 1, tokens));
  const isFraction = within.some(
    (one) => isWord(one, ...fractions) || (one.kind === "number" && one.text.includes(".")),
  );
  if (isFraction) return null;
  const why = "of whole numbers is a whole one on Redshift: avg(cast(x as double precision))";
  return breachAt(tokens[at]!, why, rules.average);
};

const backslash: SqlRule = (at, tokens, { rules }) =>
  tokens[at]?.kind === "string" && tokens[at].text.includes("\\")
    ? breachAt(
        tokens[at],
        "has a backslash, which escapes on Redshift and stands for itself elsewhere",
        rules.backslash,
      )
    : null;

export const valueRules: readonly SqlRule[] = [
  unknownFunction,
  castType,
  datePart,
  unknownOperator,
  division,
  average,
  backslash,
];

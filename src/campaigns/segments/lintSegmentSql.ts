/** What a statement that defines an audience may be made of: DuckDB, Postgres and Redshift understand all of it alike. */
const keywords = new Set(
  `select distinct from where group by having order asc desc limit as on and or not in is null like between case when then
  else end join inner left with union all except intersect interval cast true false varchar bigint integer timestamp date
  double precision extract epoch day month year hour dow over partition nulls first last`.split(
    /\s+/,
  ),
);
const functions = new Set(
  "count sum min max avg coalesce nullif abs ln exp sqrt round floor ceil lower upper substring length row_number cast extract".split(
    " ",
  ),
);
const columns = new Set(
  "visitor_key occurred_at kind category item_id price_micros insee_code".split(" "),
);

const token =
  /\s+|'(?:[^']|'')*'|\d+(?:\.\d+)?|\$1|[A-Za-z_][A-Za-z0-9_]*|<=|>=|<>|\|\||[(),.+\-*/=<>%]/y;

/**
 * Why a statement may not define an audience; null = it may. Pure. It is to be one SELECT of `visitor_key` over
 * `visitor_activity` and its own subqueries, of words and functions on a list, without comments, quoted names, comma joins,
 * other tables, or tables by file name. `$1` is the date as of which is scored.
 */
export function segmentSqlProblem(sql: string): string | null {
  const tokens = tokensOf(sql);
  if (typeof tokens === "string") return tokens;
  const [first] = tokens;
  if (first !== "select" && first !== "with") return "must be one SELECT";
  if (!tokens.includes("visitor_activity")) return "must read visitor_activity";
  if (!tokens.includes("visitor_key")) return "must answer visitor_key";
  return wordProblem(tokens) ?? fromProblem(tokens);
}

function tokensOf(sql: string): readonly string[] | string {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < sql.length) {
    const at = token.lastIndex;
    const [text] = token.exec(sql) ?? [];
    if (text === undefined || sql.startsWith("--", at) || sql.startsWith("/*", at))
      return `must not contain ${JSON.stringify(sql.slice(at, at + 2))} (at character ${at + 1})`;
    if (text.trim() !== "") tokens.push(text.startsWith("'") ? text : text.toLowerCase());
  }
  return tokens.length > 1_000 ? "must have at most 1,000 words" : tokens;
}

/** Names of its own come after `as`, or before `as (` where a WITH makes them. */
function wordProblem(tokens: readonly string[]): string | null {
  const own = new Set(["visitor_activity"]);
  for (const [index, word] of tokens.entries()) {
    const before = tokens[index - 1];
    const isMade = tokens[index + 1] === "as" && tokens[index + 2] === "(";
    if (isName(word) && (before === "as" || isMade)) own.add(word);
  }
  for (const [index, word] of tokens.entries()) {
    if (!/^[a-z_]/.test(word)) continue;
    const isCall = tokens[index + 1] === "(";
    if (isCall && !functions.has(word) && !keywords.has(word)) return `must not call ${word}`;
    if (!isCall && !keywords.has(word) && !columns.has(word) && !own.has(word))
      return `must not say ${word}: names of your own need "as"`;
  }
  return null;
}

function isName(word: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(word) && !keywords.has(word) && !functions.has(word);
}

const ends = new Set([
  "where",
  "group",
  "having",
  "order",
  "limit",
  "union",
  "except",
  "intersect",
]);

/**
 * What stands after FROM and JOIN is `visitor_activity`, a table that the WITH at the beginning has made by then, or a subquery:
 * a name that is the statement's own elsewhere could be another table's. Nothing is joined by a comma.
 */
function fromProblem(tokens: readonly string[]): string | null {
  const inFrom: boolean[] = [false];
  const tables = new Set(["visitor_activity"]);
  for (const [index, word] of tokens.entries()) {
    const before = tokens[index - 1] ?? "";
    const depth = inFrom.length - 1;
    if (word === "with" && index > 0) return "must have its WITH at the beginning";
    const isSource =
      before === "join" || (before === "from" && inFrom[depth] && !isComparison(tokens, index - 1));
    if (isSource && !isTable(tokens, index, tables)) return "must read tables by their names";
    if (word === "(") inFrom.push(false);
    else if (word === ")") {
      if (depth === 0) return "must close only brackets that it opens";
      inFrom.pop();
      if (depth === 1) addMade(tables, tokens, index);
    } else if (word === "from" && !isOfExtract(tokens, index)) inFrom[depth] = true;
    else if (ends.has(word)) inFrom[depth] = false;
    else if (word === "," && inFrom[depth]) return "must join with JOIN, not with a comma";
  }
  return inFrom.length === 1 ? null : "must close its brackets";
}

/** A table that is known, without a schema before it, or a bracket that a SELECT begins. */
function isTable(tokens: readonly string[], at: number, tables: ReadonlySet<string>): boolean {
  const [word = "", next] = tokens.slice(at, at + 2);
  return word === "(" ? next === "select" : tables.has(word) && next !== ".";
}

/** The bracket that closes at `end` may be that of `name as (…)`: from there on the name is a table. */
function addMade(tables: Set<string>, tokens: readonly string[], end: number): void {
  let [at, depth] = [end, 1];
  while (depth > 0) {
    at -= 1;
    if (tokens[at] === ")") depth += 1;
    if (tokens[at] === "(") depth -= 1;
  }
  const name = tokens[at - 2] ?? "";
  if (tokens[at - 1] === "as" && isName(name)) tables.add(name);
}

/** `is distinct from` reads no table. */
function isComparison(tokens: readonly string[], at: number): boolean {
  if (tokens[at - 1] !== "distinct") return false;
  return tokens[at - 2] === "is" || (tokens[at - 2] === "not" && tokens[at - 3] === "is");
}

/** `extract(epoch from …)` reads no table. */
function isOfExtract(tokens: readonly string[], at: number): boolean {
  return tokens[at - 2] === "(" && tokens[at - 3] === "extract";
}

import { isBudgetDay } from "../budgets/budgetDay.ts";
import { type FieldProblem, PublicError } from "../errors.ts";

/** What an SSP reports of one day in one currency. */
export interface ReportedDay {
  /** "YYYY-MM-DD". */
  readonly day: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly impressions: number;
  /** Micros of the currency. */
  readonly spendMicros: number;
}

export const reportLimits = {
  lines: 20_000,
  bytes: 2 * 1024 * 1024,
  impressions: 1e12,
  /** Units of a currency. */
  spend: 1e9,
  problems: 50,
} as const;

const fields = ["day", "impressions", "spend", "currency"] as const;
type Field = (typeof fields)[number];
type Line = { readonly number: number; readonly values: Partial<Record<Field, unknown>> };

/**
 * Reads a report: CSV with a header that names day, impressions, spend (units of the currency) and currency in any order
 * (comma or semicolon, other columns are ignored), or one JSON object with these fields a line. Lines of the same day and
 * currency are added up. Throws PublicError `invalid_body` that names lines and rules, 50 at most. Pure.
 */
export function parseSspReport(text: string): readonly ReportedDay[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "");
  if (lines.length === 0) throw invalid([{ pointer: "", rule: "must have at least one line" }]);
  if (lines.length > reportLimits.lines)
    throw invalid([{ pointer: "", rule: `must have at most ${reportLimits.lines} lines` }]);
  const read = lines[0]?.text.startsWith("{") ? readJsonLines(lines) : readCsv(lines);
  return addUp(read);
}

interface TextLine {
  readonly number: number;
  readonly text: string;
}

function readJsonLines(lines: readonly TextLine[]): readonly Line[] {
  return lines.map(({ number, text }) => {
    const value = parseJson(text);
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw invalid([{ pointer: `line ${number}`, rule: "must be a JSON object" }]);
    return { number, values: value };
  });
}

function readCsv([header, ...lines]: readonly TextLine[]): readonly Line[] {
  const separator = header?.text.includes(";") ? ";" : ",";
  const names = cellsOf(header?.text ?? "", separator).map((name) => name.toLowerCase());
  const missing = fields.filter((field) => !names.includes(field));
  if (missing.length > 0)
    throw invalid([
      {
        pointer: "line 1",
        rule: `must name the columns ${fields.join(", ")} (${missing.join(", ")} missing)`,
      },
    ]);
  return lines.map(({ number, text }) => {
    const cells = cellsOf(text, separator);
    const values = Object.fromEntries(fields.map((field) => [field, cells[names.indexOf(field)]]));
    return { number, values };
  });
}

/** A quoted cell may hold separators, and quotes that are doubled. */
function cellsOf(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === '"' && quoted && line[at + 1] === '"') cell += line[at++];
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  return [...cells, cell.trim()];
}

function addUp(lines: readonly Line[]): readonly ReportedDay[] {
  const problems: FieldProblem[] = [];
  const days = new Map<string, ReportedDay>();
  for (const line of lines) {
    const read = readLine(line, problems);
    if (read === null) continue;
    const key = `${read.day} ${read.currency}`;
    const known = days.get(key) ?? { ...read, impressions: 0, spendMicros: 0 };
    const sum = {
      ...read,
      impressions: known.impressions + read.impressions,
      spendMicros: known.spendMicros + read.spendMicros,
    };
    if (sum.impressions > reportLimits.impressions || sum.spendMicros > reportLimits.spend * 1e6)
      problems.push({ pointer: `line ${line.number}`, rule: "makes the sum of its day too large" });
    days.set(key, sum);
  }
  if (problems.length > 0) throw invalid(problems.slice(0, reportLimits.problems));
  return [...days.values()];
}

function readLine({ number, values }: Line, problems: FieldProblem[]): ReportedDay | null {
  const before = problems.length;
  const refuse = (field: Field, rule: string): void => {
    problems.push({ pointer: `line ${number}, ${field}`, rule });
  };
  const { day, impressions, spend, currency } = values;
  const count = decimalOf(impressions);
  const units = decimalOf(spend);
  if (typeof day !== "string" || !isBudgetDay(day)) refuse("day", 'must be written "YYYY-MM-DD"');
  if (count === null || !Number.isInteger(count) || count > reportLimits.impressions)
    refuse("impressions", `must be an integer from 0 to ${reportLimits.impressions}`);
  if (units === null || units > reportLimits.spend)
    refuse("spend", `must be a number from 0 to ${reportLimits.spend}, with a point`);
  if (typeof currency !== "string" || !/^[A-Za-z]{3}$/.test(currency))
    refuse("currency", 'must be an ISO 4217 code such as "EUR"');
  if (problems.length > before) return null;
  return {
    day: String(day),
    currency: String(currency).toUpperCase(),
    impressions: count ?? 0,
    spendMicros: Math.round((units ?? 0) * 1_000_000),
  };
}

/** Plain decimals only: a comma may part thousands or decimals, and nobody can tell which. */
function decimalOf(value: unknown): number | null {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^\d{1,15}(\.\d{1,12})?$/.test(text) ? Number(text) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function invalid(problems: readonly FieldProblem[]): PublicError {
  return new PublicError("invalid_body", "The report breaks a rule.", problems);
}

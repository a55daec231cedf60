import { addDays, budgetDayOf, isBudgetDay } from "../budgets/budgetDay.ts";
import { type Question, questions } from "../reports/analysis/chartOf.ts";
import { SetupError } from "../setupError.ts";

export interface Asked {
  readonly question: Question;
  /** "*" = all. */
  readonly category: string;
  readonly departement: string;
  /** The first day, and the one after the last. */
  readonly from: string;
  readonly to: string;
  readonly format: "text" | "json" | "csv" | "svg";
  /** Null = the terminal. */
  readonly file: string | null;
}

const usage = `Usage: npm run analyse -- ${questions.join(" | ")}
  [--category vehicules/voitures] [--departement 87] [--from YYYY-MM-DD] [--to YYYY-MM-DD]
  [--json | --csv | --svg] [FILE]
Days are UTC, --to is not included. Without --from: a year, of forecasts four. Without --departement forecasts are national.`;

const options = {
  category: /^[a-z0-9][a-z0-9_/-]{0,99}$/,
  departement: /^(\d{2}|2[AB]|9[78]\d|other|\*)$/,
  from: /^\d{4}-\d{2}-\d{2}$/,
  to: /^\d{4}-\d{2}-\d{2}$/,
} as const;
type OptionName = keyof typeof options;

/** Throws SetupError with the usage, and what is wrong, for anything else. */
export function parseAsked(args: readonly string[], nowMs: number): Asked {
  const question = questions.find((one) => one === args[0]);
  if (question === undefined) throw new SetupError(usage);
  const given = new Map<OptionName, string>();
  let format: Asked["format"] = "text";
  let file: string | null = null;
  for (let at = 1; at < args.length; at++) {
    const name = (args[at] ?? "").replace(/^--/, "");
    if (name === "json" || name === "csv" || name === "svg") {
      const next = args[at + 1];
      format = name;
      if (next !== undefined && !next.startsWith("--")) file = args[++at] ?? null;
    } else if (Object.hasOwn(options, name))
      given.set(name as OptionName, checkedValue(name as OptionName, args[++at]));
    else throw new SetupError(`${args[at]} is not known.\n${usage}`);
  }
  const today = budgetDayOf(nowMs);
  // A forecast takes whole weeks: one that ends today is not whole.
  const to = given.get("to") ?? addDays(today, question === "forecast" ? 0 : 1);
  const from = given.get("from") ?? addDays(to, question === "forecast" ? -1_461 : -365);
  if (from >= to) throw new SetupError(`--from must be before --to.\n${usage}`);
  const [category, departement] = [given.get("category") ?? "*", given.get("departement") ?? "*"];
  return { question, category, departement, from, to, format, file };
}

function checkedValue(name: OptionName, value = ""): string {
  const isDay = name === "from" || name === "to";
  if (options[name].test(value) && (!isDay || isBudgetDay(value))) return value;
  throw new SetupError(`--${name} "${value}" is none.\n${usage}`);
}

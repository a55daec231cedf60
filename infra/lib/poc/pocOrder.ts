import { parseArgs } from "node:util";

/** A proof of concept as it was ordered. */
export interface PocOrder {
  readonly name: string;
  readonly days: number;
  /** US dollars, as AWS bills. */
  readonly budgetDollars: number;
  readonly region: "eu-west-3";
  /** When it deletes itself, ms since 1970. */
  readonly endsAtMs: number;
}

export const pocLimits = { days: 30, budgetDollars: 2_000, nameCharacters: 20 } as const;
const usage = "Usage: npm run poc -- NAME [--days 7] [--budget 300]";
const dayMs = 86_400_000;

/**
 * Reads `NAME --days N --budget DOLLARS`. Throws an Error that says what is wrong: names are small letters, digits and dashes
 * (3 to 20), days 1 to 30, budgets 20 to 2,000.
 */
export function readPocOrder(args: readonly string[], nowMs: number): PocOrder {
  const { name, days, budget } = parse(args);
  if (!/^[a-z](?:[a-z0-9-]{1,18})[a-z0-9]$/.test(name) || name.includes("--"))
    throw new Error(
      `NAME must be 3 to ${pocLimits.nameCharacters} small letters, digits and single dashes, beginning with a letter; it is "${name}"\n${usage}`,
    );
  const wholeDays = wholeNumber("--days", days, 1, pocLimits.days);
  const budgetDollars = wholeNumber("--budget", budget, 20, pocLimits.budgetDollars);
  const endsAtMs = Math.floor(nowMs / 60_000) * 60_000 + wholeDays * dayMs;
  return { name, days: wholeDays, budgetDollars, region: "eu-west-3", endsAtMs };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new Error(
      `${option} must be a whole number from ${least} to ${most}; it is "${text}"\n${usage}`,
    );
  return value;
}

function parse(args: readonly string[]): {
  readonly name: string;
  readonly days: string;
  readonly budget: string;
} {
  const options = {
    days: { type: "string", default: "7" },
    budget: { type: "string", default: "300" },
  } as const;
  const read = () => parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read();
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
  const [name, ...others] = parsed.positionals;
  if (name === undefined || others.length > 0) throw new Error(`One NAME is needed\n${usage}`);
  return { name, ...parsed.values };
}

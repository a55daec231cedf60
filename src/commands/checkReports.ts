import { addDays, budgetDayOf, isBudgetDay } from "../budgets/budgetDay.ts";
import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import {
  findReportDifferences,
  type ReportDifference,
  repairReportDay,
} from "../stores/postgres/reportCheck.ts";

const usage =
  "Usage: npm run reports:check -- [--from YYYY-MM-DD] [--to YYYY-MM-DD] [--repair]   (budget days, Europe/Paris; the last 7 days)";
const usualDays = 7;

interface Wish {
  readonly from: string;
  readonly to: string;
  readonly repair: boolean;
}

/**
 * `reports:check [--from DAY] [--to DAY] [--repair]`: compares the sums of reports with the ledger of `DATABASE_URL`, table by
 * table, and makes days that differ equal to it when told to. Throws a SetupError when they differ and are left so: the
 * command then ends with 1.
 */
export async function checkReports(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { from, to, repair } = parseWish(args, budgetDayOf(Date.now()));
  const { databaseUrl } = parseConfig(environment, "reports:check");
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    const found = await findReportDifferences(db, from, to);
    for (const difference of found) say(describeDifference(difference));
    if (repair)
      for (const day of new Set(found.map((one) => one.day)))
        say(`${day}: ${await repairReportDay(db, day)} sums written anew from the ledger`);
    const left = repair ? await findReportDifferences(db, from, to) : found;
    const micros = left.reduce((sum, { spendMicros }) => sum + Math.abs(spendMicros), 0);
    const conclusion = `${from} to ${to}: ${left.length} differences, ${micros} micros`;
    if (left.length > 0) throw new SetupError(conclusion);
    say(conclusion);
  } finally {
    await db.destroy();
  }
}

function describeDifference({ table, campaignId, day, ...less }: ReportDifference): string {
  const figures = Object.entries(less).filter(([, value]) => value !== 0);
  const told = figures.map(([name, value]) => `${name} ${value > 0 ? "+" : ""}${value}`);
  return `${day} campaign ${campaignId} ${table}: the ledger has ${told.join(", ")}`;
}

function parseWish(args: readonly string[], today: string): Wish {
  let wish: Wish = { from: addDays(today, 1 - usualDays), to: today, repair: false };
  for (let at = 0; at < args.length; at++) {
    const [name, value = ""] = [args[at], args[at + 1]];
    if (name === "--repair") wish = { ...wish, repair: true };
    else if ((name === "--from" || name === "--to") && isBudgetDay(value)) {
      wish = { ...wish, [name.slice(2)]: value };
      at++;
    } else throw new SetupError(usage);
  }
  if (wish.from > wish.to) throw new SetupError(usage);
  return wish;
}

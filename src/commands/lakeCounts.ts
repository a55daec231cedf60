import { addDays, budgetDayOf, isBudgetDay } from "../budgets/budgetDay.ts";
import { lakePlaces } from "../compose/lake.ts";
import { type Environment, parseConfig } from "../config.ts";
import {
  type ComparedDay,
  compareLake,
  countedFigures,
  type Figures,
  sumFigures,
} from "../jobs/compareLake.ts";
import type { DayRange } from "../jobs/lakePorts.ts";
import { SetupError } from "../setupError.ts";
import { readEventSchemas } from "../stores/lake/eventSchemas.ts";
import { openLakeStorage } from "../stores/lake/openStorage.ts";
import { openLakeReader, readLakeCounts } from "../stores/lake/readLake.ts";
import { countLedgerDays } from "../stores/postgres/ledgerEvents.ts";
import { createDatabase } from "../stores/postgres/pool.ts";

type Say = (line: string) => void;

const usage =
  "Usage: npm run lake:counts -- [--from YYYY-MM-DD] [--to YYYY-MM-DD]   (budget days, Europe/Paris; the last 7 days)";
const usualDays = 7;

/**
 * `lake:counts [--from DAY] [--to DAY]`: what the lake and the ledger count by day and campaign, side by side. The ledger is
 * that of `DATABASE_URL`, or of the `npm start` that runs on the data folder.
 */
export async function lakeCounts(
  environment: Environment,
  args: readonly string[],
  say: Say,
): Promise<void> {
  const range = parseRange(args, budgetDayOf(Date.now()));
  const config = parseConfig(environment, "lake:counts");
  const url = config.databaseUrl ?? (await runningDatabase(config.dataDir));
  if (url === null)
    throw new SetupError(
      `The ledger is not found: name it with DATABASE_URL, or run \`npm start\` on ${config.dataDir} meanwhile.`,
    );
  const { storage } = openLakeStorage(lakePlaces(config), { nowMs: Date.now });
  const reader = await openLakeReader(storage, await readEventSchemas());
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    const lake = await readLakeCounts(reader, range);
    const days = compareLake(lake, await countLedgerDays(db, range));
    for (const line of table(days)) say(line);
    say("");
    for (const line of conclusion(days, reader)) say(line);
  } finally {
    reader.close();
    await db.destroy();
  }
}

/** Only with `npm start` is there an embedded Postgres; a production tree has no such room. */
async function runningDatabase(dataDir: string): Promise<string | null> {
  const { findRunningDatabase } = await import("../embedded/runningDatabase.ts");
  return findRunningDatabase(dataDir);
}

/** Throws SetupError with the usage for anything else than days in their order. */
export function parseRange(args: readonly string[], today: string): DayRange {
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index += 2) {
    const name = args[index] ?? "";
    const day = args[index + 1] ?? "";
    if ((name !== "--from" && name !== "--to") || given.has(name) || !isBudgetDay(day))
      throw new SetupError(usage);
    given.set(name, day);
  }
  const to = given.get("--to") ?? today;
  const from = given.get("--from") ?? addDays(to, 1 - usualDays);
  if (from > to) throw new SetupError(usage);
  return { from, to };
}

const titles = ["impressions", "viewable", "clicks", "conversions", "spend €"];

/** Each figure of the lake, and where the ledger has another one its difference. */
function table(days: readonly ComparedDay[]): readonly string[] {
  const head = ["day", "campaign", ...titles.flatMap((title) => [title, "ledger", "diff"])];
  const rows = days.map((day) => [day.day, String(day.campaignId), ...cellsOf(day)]);
  const all = {
    lake: sumFigures(days.map(({ lake }) => lake)),
    ledger: sumFigures(days.map(({ ledger }) => ledger)),
    difference: sumFigures(days.map(({ difference }) => difference)),
  };
  const lines = [head, ...rows, ["all", "", ...cellsOf(all)]];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? "").length)),
  );
  return lines.map((cells) =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "),
  );
}

function cellsOf(counts: Pick<ComparedDay, "lake" | "ledger" | "difference">): readonly string[] {
  return countedFigures.flatMap((figure) =>
    [counts.lake, counts.ledger, counts.difference].map((of) => shown(of, figure)),
  );
}

function shown(figures: Figures, figure: (typeof countedFigures)[number]): string {
  const value = figures[figure];
  return figure === "spendMicros" ? (value / 1_000_000).toFixed(6) : String(value);
}

function conclusion(
  days: readonly ComparedDay[],
  { writtenAtMs, rejected }: { readonly writtenAtMs: number; readonly rejected: number },
): readonly string[] {
  const differing = days.filter(({ isEqual }) => !isEqual).length;
  const upTo =
    writtenAtMs === 0
      ? "The lake is empty"
      : `The lake was last added to at ${new Date(writtenAtMs).toISOString()}`;
  return [
    `${days.length} campaign-days, ${differing} of them differ. ${upTo}; ${rejected} lines were no events.`,
    ...(differing === 0
      ? []
      : [
          "Events of the last minutes reach the ledger first. What stays is explained in docs/lake.md.",
        ]),
  ];
}

import { join } from "node:path";
import { parseArgs } from "node:util";
import { isBudgetDay } from "../../src/budgets/budgetDay.ts";

/** What `npm run simulate` was asked to do. */
export interface Options {
  readonly processes: number;
  readonly days: number;
  readonly seed: number;
  readonly campaigns: number;
  /** The first day, "YYYY-MM-DD" in Paris. */
  readonly from: string;
  /** Virtual time moves in steps of so many seconds. */
  readonly tickSeconds: number;
  /** Share of the usual traffic in which towns and villages are visited. */
  readonly traffic: number;
  readonly killNode: boolean;
  readonly killRedis: boolean;
  readonly killPostgres: boolean;
  /** The true traffic is so much more (or less, when negative) than its history, as a share. */
  readonly forecastError: number;
  /** The true traffic comes so many hours later than its history says. */
  readonly shiftHours: number;
  readonly quick: boolean;
  /** Where result.json and the pictures go. */
  readonly out: string;
}

export const usage = `npm run simulate -- [flags]
  --quick               one day of towns and villages, at most a minute
  --processes N         ad-server processes (4)
  --days N              days of traffic (2; quick: 1)
  --from YYYY-MM-DD     the first day in Paris (2026-06-01); 2026-03-28 and 2026-10-24 hold the changes of the clock
  --campaigns N         campaigns (36; quick: 23)
  --seed N              everything that is left to chance on the side of the readers (1)
  --tick N              seconds of virtual time in one step (30; quick: 120)
  --traffic X           share of the usual traffic (1)
  --kill-node           kills ad servers (SIGKILL) under load and starts them again
  --kill-redis          kills Redis (SIGKILL) under load and starts it again
  --kill-postgres       crashes Postgres under load; it recovers by itself
  --forecast-error=X    true traffic is 1 + X times what its history says (0)
  --shift-hours=N       true traffic comes N hours later than its history says (0)
  --out DIR             where result.json and the pictures go (.cache/simulate)`;

/** Reads the flags. Throws an Error that says what is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  const quick = values.quick ?? false;
  const number = numberReader(values);
  const from = values.from ?? "2026-06-01";
  if (!isBudgetDay(from)) throw new Error(`--from ${from}: must be a date written YYYY-MM-DD`);
  return {
    quick,
    from,
    processes: number("processes", 4, 1, 16),
    days: number("days", quick ? 1 : 2, 1, 31),
    seed: number("seed", 1, 0, 2 ** 31),
    campaigns: number("campaigns", quick ? 23 : 36, 2, 400),
    tickSeconds: number("tick", quick ? 120 : 30, 1, 300),
    traffic: number("traffic", 1, 0.01, 10),
    killNode: values["kill-node"] ?? false,
    killRedis: values["kill-redis"] ?? false,
    killPostgres: values["kill-postgres"] ?? false,
    forecastError: number("forecast-error", 0, -0.9, 5),
    shiftHours: number("shift-hours", 0, -12, 12),
    out: values.out ?? join(import.meta.dirname, "../../.cache/simulate"),
  };
}

const flags = {
  quick: { type: "boolean" },
  processes: { type: "string" },
  days: { type: "string" },
  from: { type: "string" },
  campaigns: { type: "string" },
  seed: { type: "string" },
  tick: { type: "string" },
  traffic: { type: "string" },
  "kill-node": { type: "boolean" },
  "kill-redis": { type: "boolean" },
  "kill-postgres": { type: "boolean" },
  "forecast-error": { type: "string" },
  "shift-hours": { type: "string" },
  out: { type: "string" },
} as const;

const whole = new Set(["processes", "days", "campaigns", "seed", "tick", "shift-hours"]);

function numberReader(values: Readonly<Record<string, string | boolean | undefined>>) {
  return (name: keyof typeof flags, standard: number, low: number, high: number): number => {
    const text = values[name];
    if (text === undefined) return standard;
    const value = Number(text);
    const isRight = value >= low && value <= high && (!whole.has(name) || Number.isInteger(value));
    if (!isRight)
      throw new Error(
        `--${name} ${text}: must be a${whole.has(name) ? " whole" : ""} number from ${low} to ${high}`,
      );
    return value;
  };
}

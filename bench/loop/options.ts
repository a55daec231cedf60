import { parseArgs } from "node:util";

/** What `npm run loop` was asked to do. */
export interface LoopOptions {
  readonly seed: number;
  readonly visitors: number;
  /** Days in which visitors only look around: what the scores are learnt from. */
  readonly historyDays: number;
  /** Days in which ads are shown. */
  readonly adDays: number;
  /** Share of visitors without profiles. */
  readonly holdoutPercent: number;
  /** What those outside the holdout are served with. */
  readonly scores: "all" | "session" | "batch" | "none";
  /** How many times more often a page of something wanted is looked at. */
  readonly focus: number;
  readonly isJson: boolean;
}

export const usage = `npm run loop -- [flags]
  --seed N       everything that is left to chance (1)
  --visitors N   visitors in all (12000)
  --history N    days that scores are learnt from (14)
  --days N       days of ads (5)
  --holdout N    percent of visitors whose ads are chosen by page and place alone (50)
  --scores WHAT  all | session | batch | none (all); none: both groups are served alike, and the lift must be about 0
  --focus N      how many times more often a page of something wanted is looked at (2); the higher, the more a page alone tells
  --json         one JSON object instead of a table`;

const flags = {
  seed: { type: "string" },
  visitors: { type: "string" },
  history: { type: "string" },
  days: { type: "string" },
  holdout: { type: "string" },
  scores: { type: "string" },
  focus: { type: "string" },
  json: { type: "boolean" },
} as const;

/** Reads the flags. Throws an Error that says what is wrong. */
export function parseLoopOptions(args: readonly string[]): LoopOptions {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  const number = (name: keyof typeof flags, fallback: number, low: number, high: number) => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isInteger(value) || value < low || value > high)
      throw new Error(`--${name}: must be an integer from ${low} to ${high}`);
    return value;
  };
  const scores = values.scores ?? "all";
  if (scores !== "all" && scores !== "session" && scores !== "batch" && scores !== "none")
    throw new Error("--scores: must be all, session, batch or none");
  return {
    seed: number("seed", 1, 0, 2 ** 31),
    visitors: number("visitors", 12_000, 100, 100_000),
    historyDays: number("history", 14, 8, 60),
    adDays: number("days", 5, 1, 30),
    holdoutPercent: number("holdout", 50, 1, 90),
    scores,
    focus: number("focus", 2, 1, 100),
    isJson: values.json ?? false,
  };
}

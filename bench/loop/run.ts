import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { startRedis } from "../../src/embedded/redis.ts";
import { findRedis } from "../../src/embedded/redisBinary.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import { type ArmFigures, armFigures, type Lift, liftOf, type VisitorSums } from "./measure.ts";
import { type LoopOptions, parseLoopOptions, usage } from "./options.ts";
import { scoreVisitors } from "./score.ts";
import { createLoopServing, loopPriors } from "./serve.ts";
import { drawCampaigns, drawVisitors, type LoopVisitor } from "./world.ts";

/**
 * `npm run loop`: visitors with hidden tastes look around, scores are learnt from what they did, ads are chosen by them on the
 * real serving path, and clicks per euro are compared with those of visitors who were held out. The same seed, the same figures.
 */
const together = 200;

export interface LoopGroup {
  readonly name: string;
  readonly treated: ArmFigures;
  readonly holdout: ArmFigures;
  readonly lift: Lift;
}

export interface LoopResult {
  readonly groups: readonly LoopGroup[];
  readonly scored: number;
  readonly decisions: { readonly all: number; readonly heldOut: number };
}

/** Runs the world on a Redis of its own. */
export async function runLoop(options: LoopOptions, redis: RedisClient): Promise<LoopResult> {
  const visitors = drawVisitors(options);
  const keyOf = createVisitorKeyOf("the visitors of the loop");
  const scores = scoreVisitors(options, visitors, keyOf);
  const campaigns = drawCampaigns(options.seed);
  const priors = loopPriors(options, visitors);
  const serving = createLoopServing(options, redis, campaigns, scores, keyOf, priors);
  const seen: { readonly visitor: LoopVisitor; readonly sums: VisitorSums }[] = [];
  for (let at = 0; at < visitors.length; at += together)
    seen.push(
      ...(await Promise.all(
        visitors
          .slice(at, at + together)
          .map(async (visitor) => ({ visitor, sums: await serving.visit(visitor) })),
      )),
    );
  const group = (name: string, isIn: (visitor: LoopVisitor) => boolean): LoopGroup => {
    const of = seen.filter(
      ({ visitor, sums }) => visitor.consents && sums.euros > 0 && isIn(visitor),
    );
    const arm = (heldOut: boolean) =>
      armFigures(
        of.filter(({ visitor }) => serving.isHeldOut(visitor) === heldOut).map(({ sums }) => sums),
      );
    const [treated, holdout] = [arm(false), arm(true)];
    return { name, treated, holdout, lift: liftOf(treated, holdout) };
  };
  return {
    groups: [
      group("all who allow profiles", () => true),
      group("known before", ({ firstDay }) => firstDay < options.historyDays),
      group("new on the site", ({ firstDay }) => firstDay >= options.historyDays),
    ],
    scored: scores.scored,
    decisions: serving.decisions(),
  };
}

const percent = (value: number): string => `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;

function linesOf(options: LoopOptions, result: LoopResult, seconds: number): readonly string[] {
  const { all, heldOut } = result.decisions;
  return [
    `${options.visitors} visitors, ${result.scored} of them scored after ${options.historyDays} days; ${options.adDays} days of ads: ${all} decisions, ${heldOut} held out; seed ${options.seed}, scores: ${options.scores}; ${seconds.toFixed(0)} s`,
    "",
    "visitors                 clicks/€ with scores   held out   lift (95 %)",
    ...result.groups.map(({ name, treated, holdout, lift }) =>
      [
        name.padEnd(24),
        treated.clicksPerEuro.toFixed(2).padStart(12),
        `(${treated.clicks} clicks)`.padEnd(15),
        holdout.clicksPerEuro.toFixed(2).padStart(5),
        `(${holdout.clicks})`.padEnd(8),
        `${percent(lift.value)} (${percent(lift.low)} to ${percent(lift.high)})`,
      ].join(" "),
    ),
  ];
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help")) return console.log(usage);
  const options = parseLoopOptions(args);
  const folder = await mkdtemp(join(tmpdir(), "atelier-loop-"));
  const log = (line: string) => console.error(line);
  const binary = await findRedis({
    searchPath: process.env.PATH ?? "",
    cacheDir: join(import.meta.dirname, "../../.cache"),
    log,
  });
  const logFile = join(folder, "redis.log");
  const server = await startRedis({ dataDir: folder, logFile, durable: false, log }, binary);
  const redis = connectRedis({ url: server.url, commandTimeoutMs: 30_000 });
  try {
    await redisReady(redis);
    const beganAtMs = performance.now();
    const result = await runLoop(options, redis);
    const seconds = (performance.now() - beganAtMs) / 1_000;
    if (options.isJson) console.log(JSON.stringify({ options, ...result }));
    else for (const line of linesOf(options, result, seconds)) console.log(line);
  } finally {
    redis.disconnect();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main)
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? `${error.message}\n\n${usage}` : error);
    process.exitCode = 2;
  });

import { parseArgs } from "node:util";
import { addDays, budgetDayBounds } from "../../src/budgets/budgetDay.ts";
import { chooseRequest } from "../../src/jobs/forecastRecorder.ts";
import { forecastCampaign } from "../../src/reports/forecast/forecast.ts";
import type { ForecastSample } from "../../src/reports/forecast/forecastSample.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { type Options, parseOptions } from "../simulate/options.ts";
import { type Area, buildWorld } from "../simulate/world.ts";
import { createGathering } from "./gather.ts";
import { triedCampaigns } from "./ideas.ts";
import { marketOf } from "./marketOf.ts";
import { pagesBetween } from "./pages.ts";
import { printScores, scoreTrials, type Trial } from "./score.ts";
import { countComers, runCampaigns, type Tried } from "./truth.ts";

/**
 * `npm run forecast:backtest`: four weeks of the simulated world are gathered as a server gathers them; campaigns that nobody
 * has run yet are forecast for the week after; then that week comes, and they run in it. Ends with 1 when a target is missed.
 */
const usage = `npm run forecast:backtest -- [flags]
  --worlds N      so many worlds, each with traffic of its own (1)
  --traffic X     pages, as a multiple of the simulation's (5)
  --most-rows N   rows that the sample may keep of one bucket (60000)`;

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "1" },
    traffic: { type: "string", default: "5" },
    "most-rows": { type: "string", default: "60000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const historyDays = 28;
const weekDays = 7;
const from = "2026-06-01";
const beganMs = performance.now();
const places = readPlaces();
const trials: Trial[] = [];
for (let seed = 1; seed <= Number(values.worlds); seed++) {
  const options = parseOptions([
    "--seed",
    String(seed),
    "--traffic",
    values.traffic,
    "--campaigns",
    "36",
  ]);
  trials.push(...(await tryWorld(options)));
}
for (const { name, forecast, truth } of trials)
  progress(
    `${name}: people ${forecast.people.value} / ${truth.people}, impressions ${forecast.impressions.value} / ${truth.impressions}`,
  );
const scores = scoreTrials(trials);
printScores(scores);
const missed = scores.filter(({ isMet }) => !isMet);
console.log(
  missed.length === 0
    ? "\nEvery target is met."
    : `\nMissed: ${missed.map(({ sizeClass, figure }) => `${figure} at ${sizeClass.name}`).join(", ")}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;

async function tryWorld(options: Options): Promise<readonly Trial[]> {
  const areas = buildWorld(options, places);
  const market = marketOf(areas, places);
  const at = (day: number): number => budgetDayBounds(addDays(from, day)).startMs;
  const rounds = triedCampaigns(areas, market, places);
  const lastWeeks = rounds.map((tried) => tried.map(countComers));
  const levels = levelsOf(areas, options, at(-historyDays));
  const gathering = createGathering(market, places, levels);
  for (const page of pagesBetween(areas, options, places, at(-historyDays), at(0))) {
    gathering.see(page);
    if (page.atMs >= at(-weekDays))
      for (const round of lastWeeks) for (const one of round) one.see(page);
  }
  const sample = await gathering.build(at(0));
  progress(
    `world ${options.seed}: ${gathering.rows()} rows, ${sample.visitors.count} visitors, ${sample.atoms.count} atoms`,
  );
  const runs = rounds.map((tried) => runCampaigns(tried, market));
  for (const page of pagesBetween(areas, options, places, at(0), at(weekDays)))
    for (const run of runs) run.see(page);
  progress(`world ${options.seed}: the week has come`);
  return rounds.flatMap((tried, round) => {
    const truths = runs[round]?.results() ?? [];
    return tried.flatMap((one, index) => {
      const truth = truths[index];
      const lastWeek = lastWeeks[round]?.[index]?.result();
      if (truth === undefined || lastWeek === undefined) return [];
      return [{ name: one.campaign.name, forecast: ask(sample, one), truth, lastWeek }];
    });
  });
}

function ask(sample: ForecastSample, { campaign, dailyBudgetMicros }: Tried) {
  return forecastCampaign(sample, {
    ...campaign,
    formats: ["native"],
    dailyBudgetMicros,
    startsOn: from,
    endsOn: addDays(from, weekDays - 1),
  });
}

/** How far the fullest buckets are thinned, judged by a first day. */
function levelsOf(
  areas: readonly Area[],
  options: Options,
  fromMs: number,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const page of pagesBetween(areas, options, places, fromMs, fromMs + 86_400_000)) {
    const { bucket } = chooseRequest(page.request(), page.visitorId, new Map());
    counts.set(bucket, (counts.get(bucket) ?? 0) + historyDays);
  }
  const most = Number(values["most-rows"]);
  return new Map(
    [...counts].flatMap(([bucket, count]) =>
      count <= most ? [] : [[bucket, Math.ceil(Math.log2(count / most))] as const],
    ),
  );
}

function progress(what: string): void {
  console.error(`${((performance.now() - beganMs) / 1_000).toFixed(0)} s: ${what}`);
}

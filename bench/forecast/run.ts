import { parseArgs } from "node:util";
import { addDays, budgetDayBounds } from "../../src/budgets/budgetDay.ts";
import { chooseRequest } from "../../src/jobs/forecastRecorder.ts";
import { countPeople } from "../../src/reports/forecast/countPeople.ts";
import { forecastCampaign, shownShare } from "../../src/reports/forecast/forecast.ts";
import type { ForecastSample } from "../../src/reports/forecast/forecastSample.ts";
import type { ForecastQuestion } from "../../src/reports/forecast/forecastTypes.ts";
import { type Replay, replayCampaign } from "../../src/reports/forecast/replay.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { type Options, parseOptions } from "../simulate/options.ts";
import { type Area, buildWorld } from "../simulate/world.ts";
import { createGathering } from "./gather.ts";
import { triedCampaigns } from "./ideas.ts";
import { watchLastWeek } from "./lastWeek.ts";
import { marketOf } from "./marketOf.ts";
import { createTraffic } from "./pages.ts";
import { printScores, type Score, scoreTrials, type Trial } from "./score.ts";
import { countAll, runCampaigns, type Tried } from "./truth.ts";

/**
 * `npm run forecast:backtest`: four weeks of the simulated world are gathered as a server gathers them; campaigns that nobody
 * has run yet are forecast for the week after; then that week comes, and they run in it. Ends with 1 when a target is missed.
 */
const usage = `npm run forecast:backtest -- [flags]
  --worlds N      so many worlds, each with people of its own and a season later than the one before (1)
  --first N       number of the first world (1)
  --traffic X     pages, as a multiple of the simulation's (5)
  --people-only   no auctions: only people and pages, in a third of the time
  --most-rows N   rows that the sample may keep of one bucket (60000)`;

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "1" },
    first: { type: "string", default: "1" },
    traffic: { type: "string", default: "5" },
    "people-only": { type: "boolean", default: false },
    "most-rows": { type: "string", default: "60000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const peopleOnly = values["people-only"];
const noMarket = { campaigns: [], throttles: new Map(), clickProbability: new Map() };
const historyDays = 28;
const weekDays = 7;
/** The first world's week; each world has another season. */
const firstMonday = "2026-06-01";
const daysBetweenWorlds = 91;
const beganMs = performance.now();
const places = readPlaces();
const trials: Trial[] = [];
const firstSeed = Number(values.first);
for (let seed = firstSeed; seed < firstSeed + Number(values.worlds); seed++) {
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
const scored = (isFiltered: boolean): readonly Score[] => {
  const found = scoreTrials(trials.filter((one) => one.isFiltered === isFiltered)).filter(
    ({ figure }) => !peopleOnly || figure === "people" || figure === "opportunities",
  );
  console.log(isFiltered ? "\nWith categories or scores besides the zone:\n" : "\nBy zone:\n");
  printScores(found);
  return found;
};
const scores = [...scored(false), ...scored(true)];
if (scores.length === 0) throw new Error("nobody came: nothing was tried");
const namesOf = (list: readonly Score[]): string =>
  list
    .map(
      ({ sizeClass, figure, isFiltered }) =>
        `${figure} at ${sizeClass.name}${isFiltered ? ", filtered" : ""}`,
    )
    .join("; ");
const missed = scores.filter(({ isMet }) => !isMet);
const worseTold = scores.filter(({ told }) => told.last !== null && told.wape >= told.last);
const worseExact = scores.filter(({ exact }) => exact.last !== null && exact.wape >= exact.last);
console.log(missed.length === 0 ? "\nEvery target is met." : `\nMissed: ${namesOf(missed)}`);
if (worseTold.length > 0)
  console.log(`Last week's figure, as told, is no worse for: ${namesOf(worseTold)}`);
if (worseExact.length > 0)
  console.log(
    `Last week's exact figure is no worse than ours before rounding for: ${namesOf(worseExact)}`,
  );
process.exitCode = missed.length === 0 ? 0 : 1;

async function tryWorld(options: Options): Promise<readonly Trial[]> {
  const areas = buildWorld(options, places);
  const market = marketOf(areas, places);
  const from = addDays(firstMonday, daysBetweenWorlds * (options.seed - 1));
  const at = (day: number): number => budgetDayBounds(addDays(from, day)).startMs;
  const began = addDays(from, -historyDays);
  const rounds = triedCampaigns(areas, market, places);
  const lastWeeks = rounds.map((tried) => tried.map(watchLastWeek));
  const levels = levelsOf(areas, options, began);
  const gathering = createGathering(peopleOnly ? noMarket : market, places, levels);
  const traffic = createTraffic(areas, options, places, began);
  const lastWeekMs = at(-weekDays);
  for (const page of traffic.days(historyDays)) {
    gathering.see(page);
    if (page.atMs >= lastWeekMs)
      for (const round of lastWeeks) for (const one of round) one.see(page);
  }
  const sample = await gathering.build(at(0));
  progress(
    `world ${options.seed}: ${gathering.rows()} rows, ${sample.visitors.count} visitors, ${sample.atoms.count} atoms`,
  );
  const runs = rounds.map((tried) => (peopleOnly ? countAll(tried) : runCampaigns(tried, market)));
  for (const page of traffic.days(weekDays)) for (const run of runs) run.see(page);
  progress(`world ${options.seed}: the week has come`);
  return rounds.flatMap((tried, round) => {
    const truths = runs[round]?.results() ?? [];
    return tried.flatMap((one, index) => {
      const truth = truths[index];
      const lastWeek = lastWeeks[round]?.[index];
      if (truth === undefined || lastWeek === undefined) return [];
      const { replay, ...answers } = ask(sample, one, from);
      const isInside = (code: string) => {
        const place = gathering.placeOf(code);
        return place !== undefined && replay.zone.isInside[place] === 1;
      };
      const { name, wantedCategories, avoidedCategories, audience } = one.campaign;
      return [
        {
          name,
          isFiltered: wantedCategories.length + avoidedCategories.length + audience.length > 0,
          ...answers,
          truth,
          lastWeek: lastWeek.exact(),
          lastWeekTold: lastWeek.told(isInside, replay),
        },
      ];
    });
  });
}

/** What is answered, and what it was before it was made safe to tell. */
function ask(
  sample: ForecastSample,
  { campaign, dailyBudgetMicros }: Tried,
  from: string,
): Pick<Trial, "forecast" | "exact"> & { readonly replay: Replay } {
  const question: ForecastQuestion = {
    ...campaign,
    formats: ["native"],
    dailyBudgetMicros,
    startsOn: from,
    endsOn: addDays(from, weekDays - 1),
  };
  const replay = replayCampaign(sample, question);
  const bare = replayCampaign(sample, question, { isHidden: false });
  const { calendar, matched, won, delivery, opportunities } = bare;
  const share = shownShare(bare);
  return {
    replay,
    forecast: forecastCampaign(sample, question),
    exact: {
      people: countPeople(sample, matched, null, { calendar, share: 1 }).unprotected,
      peopleReached: countPeople(sample, matched, won.isWon, { calendar, share }).unprotected,
      opportunities,
      impressions: delivery.impressions,
      spendMicros: delivery.spendMicros,
    },
  };
}

/** How far the fullest buckets are thinned, judged by a first day. */
function levelsOf(
  areas: readonly Area[],
  options: Options,
  from: string,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const page of createTraffic(areas, options, places, from).days(1)) {
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

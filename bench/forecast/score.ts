import type { Forecast } from "../../src/reports/forecast/forecastTypes.ts";
import type { Truth } from "./truth.ts";

/** One tried campaign: what was forecast, what came, and what last week's figure would have said. */
export interface Trial {
  readonly name: string;
  readonly forecast: Forecast;
  /** The same before noise and rounding. */
  readonly exact: Truth;
  readonly truth: Truth;
  /** Whether categories or scores were asked for besides the zone. */
  readonly isFiltered: boolean;
  readonly lastWeek: Truth;
  /** The same with groups, noise and steps like those of the forecast. */
  readonly lastWeekTold: Truth;
}

interface Figure {
  readonly name: string;
  readonly of: (trial: Trial) => {
    readonly value: number;
    readonly low: number;
    readonly high: number;
  };
  readonly truth: (truth: Truth) => number;
  /** Whether last week's figure says something of it. */
  readonly hasLastWeek: boolean;
}

const people = (figure: Forecast["people"]) => ({ ...figure, value: figure.value ?? 0 });

export const figures: readonly Figure[] = [
  {
    name: "people",
    of: ({ forecast }) => people(forecast.people),
    truth: (it) => it.people,
    hasLastWeek: true,
  },
  {
    name: "opportunities",
    of: ({ forecast: { opportunitiesPerDay, period } }) => ({
      value: opportunitiesPerDay.value * period.days,
      low: opportunitiesPerDay.low * period.days,
      high: opportunitiesPerDay.high * period.days,
    }),
    truth: (it) => it.opportunities,
    hasLastWeek: true,
  },
  {
    name: "impressions",
    of: ({ forecast }) => forecast.impressions,
    truth: (it) => it.impressions,
    hasLastWeek: false,
  },
  {
    name: "people reached",
    of: ({ forecast }) => people(forecast.peopleReached),
    truth: (it) => it.peopleReached,
    hasLastWeek: false,
  },
  {
    name: "spend",
    of: ({ forecast }) => forecast.spendMicros,
    truth: (it) => it.spendMicros,
    hasLastWeek: false,
  },
];

export interface SizeClass {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** The most that WAPE may be; null = it is only told. */
  readonly target: number | null;
}

export const sizeClasses: readonly SizeClass[] = [
  { name: "≥ 10,000 people", least: 10_000, most: Number.POSITIVE_INFINITY, target: 0.1 },
  { name: "1,000–10,000", least: 1_000, most: 10_000, target: 0.2 },
  { name: "50–1,000", least: 50, most: 1_000, target: null },
];

/** Errors of a forecast and of last week's figure carried over; null = it says nothing of this. */
interface Compared {
  readonly wape: number;
  readonly last: number | null;
}

export interface Score {
  readonly sizeClass: SizeClass;
  readonly figure: string;
  readonly trials: number;
  readonly isFiltered: boolean;
  /** Of the figures as they are answered, and of last week's as it might be. */
  readonly told: Compared;
  /** Before noise and rounding, and of last week's count of that very zone. */
  readonly exact: Compared;
  /** Share of truths within the bounds. */
  readonly covered: number;
  /** How wide the bounds are: the mean of half their distance, as a share of the figure. */
  readonly halfWidth: number;
  readonly isMet: boolean;
}

/** Weighted absolute percentage errors: the sum of the errors over the sum of the truths. */
export function scoreTrials(trials: readonly Trial[]): readonly Score[] {
  return sizeClasses.flatMap((sizeClass) => {
    const alike = trials.filter(
      ({ truth }) => truth.people >= sizeClass.least && truth.people < sizeClass.most,
    );
    return alike.length === 0 ? [] : figures.map((figure) => scoreOf(sizeClass, figure, alike));
  });
}

function scoreOf(sizeClass: SizeClass, figure: Figure, trials: readonly Trial[]): Score {
  const total = trials.reduce((sum, { truth }) => sum + figure.truth(truth), 0);
  const errorOf = (guess: (trial: Trial) => number): number =>
    trials.reduce((sum, it) => sum + Math.abs(guess(it) - figure.truth(it.truth)), 0) / total;
  const wape = errorOf((it) => figure.of(it).value);
  const lastOf = (pick: (trial: Trial) => Truth): number | null =>
    figure.hasLastWeek ? errorOf((it) => figure.truth(pick(it))) : null;
  const within = trials.filter((it) => {
    const { low, high } = figure.of(it);
    const truth = figure.truth(it.truth);
    return truth >= low && truth <= high;
  });
  const told = trials.map(figure.of).filter(({ value }) => value > 0);
  const widths = told.reduce((sum, { value, low, high }) => sum + (high - low) / 2 / value, 0);
  return {
    sizeClass,
    figure: figure.name,
    trials: trials.length,
    isFiltered: trials.some((it) => it.isFiltered),
    told: { wape, last: lastOf((it) => it.lastWeekTold) },
    exact: {
      wape: errorOf((it) => figure.truth(it.exact)),
      last: lastOf((it) => it.lastWeek),
    },
    covered: within.length / trials.length,
    halfWidth: told.length === 0 ? 0 : widths / told.length,
    isMet: sizeClass.target === null || wape <= sizeClass.target,
  };
}

/** A Markdown table, for docs/forecasts.md. */
export function printScores(scores: readonly Score[]): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const orDash = (share: number | null): string => (share === null ? "–" : percent(share));
  const heads =
    "size | figure | campaigns | target | WAPE as told | last week as told | before rounding | last week, exact | within the bounds | bounds ±";
  console.log(`| ${heads} |`);
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const score of scores) {
    const { sizeClass, told, exact } = score;
    const cells = [
      sizeClass.name,
      score.figure,
      score.trials,
      sizeClass.target === null ? "–" : `≤ ${percent(sizeClass.target)}`,
      percent(told.wape),
      orDash(told.last),
      percent(exact.wape),
      orDash(exact.last),
      percent(score.covered),
      percent(score.halfWidth),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

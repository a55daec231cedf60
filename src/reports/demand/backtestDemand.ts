import { forecastLogs, type LogWeek, toLogs } from "./demandModel.ts";
import type { DemandBacktest } from "./demandTypes.ts";
import type { Seasonality, YearBasis } from "./harmonics.ts";

/** Weeks of a year, for "as a year before". */
export const yearWeeks = 52;
/** The share of weeks that the band holds. */
export const bandShare = 0.8;

/** A week that was forecast at an earlier origin, and what came. */
interface Trial {
  readonly origin: number;
  readonly forecast: LogWeek;
  readonly naive: number;
  readonly came: number;
}

export interface Tried {
  readonly backtest: DemandBacktest;
  /** How many sigmas the band is wide on each side, so that it holds its share: learnt from all origins. */
  readonly bandSigmas: number;
}

export interface BacktestOptions {
  readonly events: readonly (number | null)[];
  /** Of the weeks of `events`. */
  readonly basis: YearBasis;
  /** Each the index of the first week that was not known: at least a year and a half in. */
  readonly origins: readonly number[];
  readonly horizonWeeks: number;
  /** The pattern that is shared with others, as it was known at an origin. */
  readonly sharedAt: (origin: number) => Seasonality;
}

/** Forecasts at each origin with nothing but what was known then. Null = not enough weeks came to say anything. Pure. */
export function backtestDemand(options: BacktestOptions): Tried | null {
  const { events, origins } = options;
  const trials = origins.flatMap((origin) => trialsAt(origin, options));
  if (trials.length < 24) return null;
  const demand = sumOf(trials, ({ came }) => came);
  const error = sumOf(trials, ({ forecast, came }) => Math.abs(Math.expm1(forecast.center) - came));
  const naiveError = sumOf(trials, ({ naive, came }) => Math.abs(naive - came));
  const scale = naiveScale(events.slice(0, origins[0]));
  const backtest = {
    origins: origins.length,
    wape: error / Math.max(1, demand),
    naiveWape: naiveError / Math.max(1, demand),
    mase: scale === 0 ? null : error / trials.length / scale,
    coverage: coverageOf(trials, origins),
  };
  return { backtest, bandSigmas: bandOf(trials) };
}

function trialsAt(
  origin: number,
  { events, basis, horizonWeeks, sharedAt }: BacktestOptions,
): readonly Trial[] {
  const logs = toLogs(events.slice(0, origin));
  const weeks = forecastLogs(logs, basis, sharedAt(origin), horizonWeeks);
  return (weeks ?? []).flatMap((forecast, step) => {
    const came = events[origin + step];
    const naive = events[origin + step - yearWeeks];
    return came == null || naive == null ? [] : [{ origin, forecast, naive, came }];
  });
}

/** The band of later origins, as those before them would have set it. */
function coverageOf(trials: readonly Trial[], origins: readonly number[]): number {
  const middle = origins[Math.floor(origins.length / 2)] ?? 0;
  const band = bandOf(trials.filter(({ origin }) => origin < middle));
  const later = trials.filter(({ origin }) => origin >= middle);
  const held = later.filter((trial) => missOf(trial) <= band).length;
  return later.length === 0 ? 0 : held / later.length;
}

/** The quantile of misses, a little above its rank, as is right for few of them (split conformal prediction). */
function bandOf(trials: readonly Trial[]): number {
  const misses = trials.map(missOf).sort((a, b) => a - b);
  const rank = Math.min(misses.length - 1, Math.ceil(bandShare * (misses.length + 1)) - 1);
  return misses[rank] ?? Number.POSITIVE_INFINITY;
}

/** In sigmas of the forecast. */
function missOf({ forecast, came }: Trial): number {
  return Math.abs(Math.log1p(came) - forecast.center) / Math.max(1e-6, forecast.sigma);
}

/** The mean error of "as a year before" within what was known (Hyndman & Koehler 2006). */
function naiveScale(events: readonly (number | null)[]): number {
  const errors = events.flatMap((value, at) => {
    const before = events[at - yearWeeks];
    return value === null || before == null ? [] : [Math.abs(value - before)];
  });
  return errors.length === 0 ? 0 : sumOf(errors, (error) => error) / errors.length;
}

function sumOf<T>(list: readonly T[], value: (one: T) => number): number {
  return list.reduce((sum, one) => sum + value(one), 0);
}

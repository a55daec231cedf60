import { backtestDemand, yearWeeks } from "./backtestDemand.ts";
import { forecastLogs, groupHarmonics, type LogWeek, toLogs } from "./demandModel.ts";
import {
  type DemandBacktest,
  type DemandForecast,
  type DemandRefusal,
  type DemandSeries,
  type DemandWeek,
  demandHorizonWeeks,
} from "./demandTypes.ts";
import { createYearBasis, type YearBasis } from "./harmonics.ts";
import { type SharedAt, sharedPatterns } from "./sharedPatterns.ts";
import { addWeeks, weeksBetween, yearPhase } from "./weeks.ts";

/** All series over the same weeks, and the yearly patterns that they share, as known before any of the weeks. */
export interface DemandPanel {
  readonly firstWeek: string;
  readonly weeks: number;
  readonly series: readonly DemandSeries[];
  /** Of the weeks and of those that follow within the horizon. */
  readonly basis: YearBasis;
  readonly sharedAt: SharedAt;
}

/** Less says nothing of a year: a year to learn from, half a year more, then what is tried. */
const fewestWeeks = yearWeeks + 26;
const originEveryWeeks = 4;
const mostOrigins = 9;
/** Weeks of less say more about chance than about demand. */
const smallestMean = 20;

/** Lays series over each other, from the first week of any to the last whole week before `endWeek`. Pure. */
export function createDemandPanel(given: readonly DemandSeries[], endWeek: string): DemandPanel {
  const firstWeek = [...given.map((one) => one.firstWeek), endWeek].sort()[0] ?? endWeek;
  const weeks = Math.max(0, weeksBetween(firstWeek, endWeek));
  const series = given.map((one) => {
    const before = weeksBetween(firstWeek, one.firstWeek);
    const events = Array.from({ length: weeks }, (_, at) => one.events[at - before] ?? null);
    return { ...one, firstWeek, events };
  });
  const phases = Array.from({ length: weeks + demandHorizonWeeks }, (_, at) =>
    yearPhase(addWeeks(firstWeek, at)),
  );
  const basis = createYearBasis(phases, groupHarmonics);
  return { firstWeek, weeks, series, basis, sharedAt: sharedPatterns(series, basis) };
}

/**
 * The next weeks of one series of a panel, and how such forecasts did before. Refused, and without weeks, where it does not
 * beat "as a year before" or its band does not hold what it promises. Pure.
 */
export function forecastDemand(panel: DemandPanel, series: DemandSeries): DemandForecast {
  const { category, departement, events } = series;
  const told = { category, departement, weeks: [] as readonly DemandWeek[] };
  const known = events.filter((value) => value !== null);
  const recent = events.slice(-yearWeeks).filter((value) => value !== null);
  const isKnown = known.length >= fewestWeeks && recent.length >= 0.9 * yearWeeks;
  if (!isKnown) return { ...told, refusal: "too_short", backtest: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (mean < smallestMean) return { ...told, refusal: "too_small", backtest: null };
  const origins = originsOf(events.length);
  const shared = (origin: number) => panel.sharedAt(category, departement, origin);
  const horizonWeeks = demandHorizonWeeks;
  const tried = backtestDemand({
    events,
    basis: panel.basis,
    origins,
    horizonWeeks,
    sharedAt: shared,
  });
  if (tried === null) return { ...told, refusal: "too_short", backtest: null };
  const { backtest, bandSigmas } = tried;
  const refusal = refusalOf(backtest);
  if (refusal !== null) return { ...told, refusal, backtest };
  const logs = forecastLogs(toLogs(events), panel.basis, shared(events.length), horizonWeeks) ?? [];
  const weeks = logs.map((week, step) =>
    toWeek(week, addWeeks(panel.firstWeek, events.length + step), bandSigmas),
  );
  return { ...told, refusal: null, backtest, weeks };
}

/** The latest origins of which all weeks have come, oldest first. */
function originsOf(weeks: number): readonly number[] {
  const origins: number[] = [];
  for (
    let origin = weeks - demandHorizonWeeks;
    origin >= fewestWeeks - demandHorizonWeeks;
    origin -= originEveryWeeks
  )
    if (origins.length < mostOrigins) origins.unshift(origin);
  return origins;
}

function refusalOf({ wape, naiveWape, coverage }: DemandBacktest): DemandRefusal | null {
  if (wape >= naiveWape) return "no_better_than_last_year";
  return coverage < 0.6 ? "band_not_kept" : null;
}

function toWeek({ center, sigma }: LogWeek, week: string, bandSigmas: number): DemandWeek {
  const at = (log: number): number => Math.max(0, Math.round(Math.expm1(log)));
  const half = bandSigmas * sigma;
  return { week, expected: at(center), low: at(center - half), high: at(center + half) };
}

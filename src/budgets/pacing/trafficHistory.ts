import { hourOfWeek } from "../../targeting/hourOfWeek.ts";
import { defaultNationalCurve } from "./nationalCurve.ts";
import {
  type CurveSpread,
  type HourHistory,
  hoursInWeek,
  nationFromDefault,
  opportunitiesPerDay,
  shrinkCurve,
  type TrafficCurve,
  zoneFromNation,
} from "./trafficCurve.ts";

/** Opportunities counted in one place in one hour. */
export interface CountedTraffic {
  /** See `trafficCellOf`; 0 = no known place. */
  readonly cell: number;
  /** Whole hours since 1970, UTC. */
  readonly hour: number;
  readonly requests: number;
}

export interface ZoneForecast {
  readonly curve: TrafficCurve;
  /** Of an average day; 0 = nothing was counted yet. */
  readonly opportunitiesPerDay: number;
}

/** What was counted, ready to be asked for the forecast of any zone. */
export interface TrafficHistory {
  /** `cells` null = the whole nation. */
  readonly forecastOf: (cells: readonly number[] | null, timeZone: string) => ZoneForecast;
}

const hourMs = 3_600_000;
/** Zones with the same cells share one forecast; more than so many are worked out again when asked for. */
const mostKnown = 20_000;

/**
 * Forecasts from counted traffic. The hour that `nowMs` falls in is left out, for it is not over; an hour in which nothing
 * at all came, anywhere, was not watched. The nation's curve is shrunk to the built-in one, a zone's to the nation's.
 */
export function createTrafficHistory(
  counted: readonly CountedTraffic[],
  nowMs: number,
): TrafficHistory {
  const present = Math.floor(nowMs / hourMs);
  const past = counted.filter(({ hour }) => hour < present);
  const nationByHour = new Map<number, number>();
  for (const { hour, requests } of past)
    nationByHour.set(hour, (nationByHour.get(hour) ?? 0) + requests);
  const byCell = Map.groupBy(past, ({ cell }) => cell);
  const known = new Map<string, ZoneForecast>();
  const remember = (key: string, forecast: ZoneForecast): ZoneForecast => {
    if (known.size >= mostKnown) known.clear();
    known.set(key, forecast);
    return forecast;
  };
  const nationIn = (timeZone: string): ZoneForecast => {
    const found = known.get(timeZone);
    if (found !== undefined) return found;
    const all = [...nationByHour].map(([hour, requests]) => ({ hour, requests }));
    const history = toHourHistory(all, nationByHour.keys(), timeZone);
    return remember(timeZone, forecastFrom(defaultNationalCurve(), history, nationFromDefault));
  };
  return {
    forecastOf(cells, timeZone) {
      if (cells === null) return nationIn(timeZone);
      const key = `${timeZone} ${cells.join()}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const counts = cells.flatMap((cell) => byCell.get(cell) ?? []);
      const history = toHourHistory(counts, nationByHour.keys(), timeZone);
      const prior = nationIn(timeZone).curve;
      return remember(key, forecastFrom(prior, history, zoneFromNation));
    },
  };
}

function forecastFrom(
  prior: TrafficCurve,
  history: HourHistory,
  spread: CurveSpread,
): ZoneForecast {
  const curve = shrinkCurve(prior, history, spread);
  return { curve, opportunitiesPerDay: opportunitiesPerDay(curve, history) };
}

function toHourHistory(
  counts: readonly Pick<CountedTraffic, "hour" | "requests">[],
  watchedHours: Iterable<number>,
  timeZone: string,
): HourHistory {
  const history = { counts: new Float64Array(hoursInWeek), watched: new Float64Array(hoursInWeek) };
  for (const { hour, requests } of counts)
    history.counts[hourOfWeek(hour * hourMs, timeZone)]! += requests;
  for (const hour of watchedHours) history.watched[hourOfWeek(hour * hourMs, timeZone)]! += 1;
  return history;
}

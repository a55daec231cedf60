import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { smoothClickRate, smoothViewRate } from "../budgets/clickRate.ts";
import { createTrafficHistory, type TrafficHistory } from "../budgets/pacing/trafficHistory.ts";
import { decodeAreaKey } from "../geo/areaKeys.ts";
import type { Places } from "../geo/places.ts";
import type { CompetitionIndex } from "../reports/forecast/competition.ts";
import { type WholeWeek, wholeWeeks } from "../reports/forecast/countedWeeks.ts";
import {
  type DeliveryRates,
  deviceTypes,
  type ForecastSample,
  sources,
} from "../reports/forecast/forecastSample.ts";
import { priorRenderRate } from "../reports/forecast/priorSample.ts";
import type { SampledPlace } from "../reports/forecast/rawColumns.ts";
import { createRecentLevel, type RecentLevel } from "../reports/forecast/recentLevel.ts";
import { createSampleBuilder, type SampleBuilder } from "../reports/forecast/sampleBuilder.ts";
import { mondayOf } from "../reports/parisTime.ts";
import type { ForecastPeople } from "../stores/postgres/forecastPeople.ts";
import type { StoredForecastPlace, StoredOpportunity } from "../stores/postgres/forecastSamples.ts";
import type {
  CountedDelivery,
  ForecastSampleReader,
} from "../stores/postgres/readForecastSample.ts";
import type { TrafficHours } from "../stores/postgres/trafficHours.ts";
import { hourOfWeek } from "../targeting/hourOfWeek.ts";

export interface BuildSampleDeps {
  readonly reader: ForecastSampleReader;
  readonly traffic: Pick<TrafficHours, "readSince">;
  readonly people: Pick<ForecastPeople, "forEachBucket">;
  readonly places: Places;
  readonly competition: CompetitionIndex;
  readonly salt: number;
}

const dayMs = 86_400_000;
/** Four weeks: each weekday counts as often as the others. */
export const sampleDays = 28;
const trafficDays = 56;
/** With less than this the census says more. */
const leastDays = 2;
const leastRows = 2_000;

/** The measured sample as of `nowMs`; null while too little was seen. */
export async function buildMeasuredSample(
  deps: BuildSampleDeps,
  nowMs: number,
): Promise<ForecastSample | null> {
  const { reader } = deps;
  const firstMs = await reader.readFirstMs(nowMs - sampleDays * dayMs);
  if (firstMs === null || nowMs - firstMs < leastDays * dayMs) return null;
  // Whole days, so that each hour was seen as often as the others; the last one ends now.
  const windowDays = Math.min(sampleDays, Math.round((nowMs - firstMs) / dayMs));
  const startMs = nowMs - windowDays * dayMs;
  const builder = createSampleBuilder();
  const window = { startMs, endMs: nowMs };
  if ((await addRows(builder, deps, window)) < leastRows) return null;
  const traffic = await deps.traffic.readSince(nowMs - trafficDays * dayMs);
  const history = createTrafficHistory(traffic, nowMs);
  return builder.finish({
    basis: "measured",
    windowDays,
    rates: await readRates(reader, nowMs),
    curve: history.forecastOf(null, paris).curve,
    competition: deps.competition,
    salt: deps.salt,
    counted: await readCounted(deps.people, window),
    forecastOf: forecastByCell(history, createRecentLevel(traffic, nowMs, paris)),
  });
}

const paris = "Europe/Paris";

function forecastByCell(history: TrafficHistory, recentLevel: RecentLevel) {
  return (cell: number) => {
    const forecast = history.forecastOf([cell], paris);
    const level = recentLevel(cell, forecast);
    return { ...forecast, opportunitiesPerDay: forecast.opportunitiesPerDay * level };
  };
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

async function readCounted(
  people: BuildSampleDeps["people"],
  window: Window,
): Promise<ReadonlyMap<number, readonly WholeWeek[]>> {
  const counted = new Map<number, readonly WholeWeek[]>();
  await people.forEachBucket(mondayOf(budgetDayOf(window.startMs)), (bucket, weeks) => {
    counted.set(bucket, wholeWeeks(weeks, window));
  });
  return counted;
}

/** Answers how many rows were added. */
async function addRows(
  builder: SampleBuilder,
  { reader, places }: BuildSampleDeps,
  { startMs, endMs }: Window,
): Promise<number> {
  const placeNumbers = new Map<number, number>();
  const timeZones: string[] = [];
  for (const stored of await reader.readPlaces()) {
    const place = toSampledPlace(stored, places);
    timeZones.push(place.timeZone);
    placeNumbers.set(stored.id, builder.addPlace(place));
  }
  const visitorNumbers = new Map<string, number>();
  for (const { visitorKey, scores } of await reader.readVisitors())
    visitorNumbers.set(
      visitorKey,
      builder.addVisitor(visitorKey, scores === null ? null : new Map(scores)),
    );
  let count = 0;
  await reader.forEachOpportunity(startMs, (row) => {
    if (row.atMs >= endMs) return;
    count++;
    const visitor = row.visitorKey === null ? null : (visitorNumbers.get(row.visitorKey) ?? null);
    const known = row.placeIds.flatMap((id) => placeNumbers.get(id) ?? []);
    const timeZone = timeZones[known[0] ?? -1] ?? "Europe/Paris";
    builder.addOpportunity({
      ...toOpportunity(row, startMs),
      visitor,
      hourOfWeek: hourOfWeek(row.atMs, timeZone),
      places: known,
    });
  });
  return count;
}

function toOpportunity(row: StoredOpportunity, startMs: number) {
  return {
    bucket: row.bucket,
    minute: Math.floor((row.atMs - startMs) / 60_000),
    category: row.category,
    deviceType: deviceTypes[row.device] ?? "other",
    isPersonalised: row.personalised,
    inverseRate: 2 ** row.level,
    toBeat: row.toBeat,
  } as const;
}

function toSampledPlace(stored: StoredForecastPlace, places: Places): SampledPlace {
  const { id, source, cell, lat, lon, samples } = stored;
  return {
    id,
    source: sources[source] ?? "search",
    cell,
    centre: { lat, lon },
    timeZone: timeZoneOf(samples[0]?.[3] ?? [], places),
    samples: samples.map(([at, on, weight, areaKeys]) => ({ lat: at, lon: on, weight, areaKeys })),
  };
}

function timeZoneOf(areaKeys: readonly number[], places: Places): string {
  for (const key of areaKeys) {
    const { kind, code } = decodeAreaKey(key);
    const found = kind === "commune" ? places.communes.get(code) : undefined;
    if (found !== undefined) return found.timeZone;
  }
  return "Europe/Paris";
}

/** What the prior of the render rate is worth in ads, as of the others. */
const priorChosen = 200;
const ratesDays = 14;

async function readRates(reader: ForecastSampleReader, nowMs: number): Promise<DeliveryRates> {
  const today = budgetDayOf(nowMs);
  return ratesOf(await reader.readDelivery(addDays(today, -ratesDays), today));
}

/** Rates of all campaigns together, shrunk to what is taken for true before anything was counted. Pure. */
export function ratesOf(counted: CountedDelivery): DeliveryRates {
  const { clickRate } = smoothClickRate(counted);
  const shown = counted.shownOfChosen + priorChosen * priorRenderRate;
  return {
    clickRate,
    viewRate: smoothViewRate(counted),
    renderRate: Math.min(1, shown / (counted.chosen + priorChosen)),
  };
}

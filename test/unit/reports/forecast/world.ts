import { latLngToCell } from "h3-js";
import { defaultNationalCurve } from "../../../../src/budgets/pacing/nationalCurve.ts";
import { encodeAreaKey, franceKey } from "../../../../src/geo/areaKeys.ts";
import { destination } from "../../../../src/geo/sphere.ts";
import type { CompiledZone } from "../../../../src/geo/types.ts";
import type { ForecastSample } from "../../../../src/reports/forecast/forecastSample.ts";
import type { ForecastQuestion } from "../../../../src/reports/forecast/forecastTypes.ts";
import { createSampleBuilder } from "../../../../src/reports/forecast/sampleBuilder.ts";
import { hashText, mixHash } from "../../../../src/targeting/hash.ts";

/** A village of a test: so many people, `meters` from the centre. */
export interface Village {
  readonly meters: number;
  readonly bearing: number;
  readonly people: number;
}

export interface WorldOptions {
  /** Requests of each person in the 28 days, on as many days. */
  readonly visits?: number;
  /** The same by person. */
  readonly visitsOf?: (person: number) => number;
  readonly toBeatMicros?: (person: number, visit: number) => number;
  /** Requests of nobody in particular, a village. */
  readonly anonymous?: number;
  readonly inverseRate?: number;
  readonly scoreOf?: (person: number) => number;
  readonly categoryOf?: (person: number) => string | null;
  readonly salt?: number;
  /** The number of another village that somebody's requests are about too; its people come first. */
  readonly alsoIn?: (person: number) => number | null;
}

export const centre = { lat: 45.8336, lon: 1.2476 };

/** A measured sample in which everything is known: no counted traffic corrects it. */
export function sampleOf(villages: readonly Village[], options: WorldOptions = {}): ForecastSample {
  const builder = createSampleBuilder();
  const { visits = 4, inverseRate = 1, anonymous = 0 } = options;
  let person = 0;
  const placeNumbers = villages.map((village, number) => {
    const point = destination(centre, village.meters, village.bearing);
    const code = String(10_000 + number);
    return builder.addPlace({
      source: "search",
      cell: latLngToCell(point.lat, point.lon, 7),
      centre: point,
      timeZone: "Europe/Paris",
      samples: [{ ...point, weight: 1, areaKeys: [encodeAreaKey("commune", code), franceKey] }],
    });
  });
  const placesOf = (village: number, who: number | null): number[] => {
    const other = who === null ? null : (options.alsoIn?.(who) ?? null);
    return [village, ...(other === null || other === village ? [] : [other])].map(
      (it) => placeNumbers[it]!,
    );
  };
  for (const [number, village] of villages.entries()) {
    const add = (visitor: number | null, who: number, visit: number) => {
      const day = (7 * visit + Math.floor(visit / 4) + mixHash(who, 5)) % 28;
      const hour = 8 + ((who + visit) % 12);
      builder.addOpportunity({
        visitor,
        minute: day * 1_440 + hour * 60,
        hourOfWeek: (day % 7) * 24 + hour,
        places: placesOf(number, visitor === null ? null : who),
        category: options.categoryOf?.(who) ?? null,
        deviceType: who % 3 === 0 ? "desktop" : "mobile",
        isPersonalised: visitor !== null,
        inverseRate,
        toBeat: [options.toBeatMicros?.(who, visit) ?? 0, Infinity, Infinity],
      });
    };
    for (let local = 0; local < village.people; local++, person++) {
      const scores = options.scoreOf === undefined ? null : new Map([[7, options.scoreOf(person)]]);
      const visitor = builder.addVisitor(`visitor ${person}`, scores);
      const visitsOfPerson = options.visitsOf?.(person) ?? visits;
      for (let visit = 0; visit < visitsOfPerson; visit++) add(visitor, person, visit);
    }
    for (let visit = 0; visit < anonymous; visit++)
      add(null, hashText(`${number} ${visit}`), visit);
  }
  const curve = defaultNationalCurve();
  return builder.finish({
    basis: "measured",
    windowDays: 28,
    rates: { renderRate: 0.9, clickRate: 0.004, viewRate: 0.6 },
    curve,
    competition: { campaigns: 0, byBucket: new Map() },
    salt: options.salt ?? 4_711,
    forecastOf: () => ({ curve, opportunitiesPerDay: 0 }),
  });
}

/** Circles around points `meters` from the centre. */
export function circles(
  ...list: readonly {
    readonly meters?: number;
    readonly bearing?: number;
    readonly radius: number;
  }[]
): CompiledZone {
  return {
    bucketLevel: 5,
    bucketCells: [latLngToCell(centre.lat, centre.lon, 5)],
    include: {
      circles: list.map(({ meters = 0, bearing = 0, radius }) => ({
        ...destination(centre, meters, bearing),
        radiusMeters: radius,
      })),
      polygons: [],
      areaKeys: [],
    },
    exclude: null,
    approximate: false,
    timeZone: "Europe/Paris",
    label: "test",
  };
}

export function questionOf(over: Partial<ForecastQuestion> = {}): ForecastQuestion {
  return {
    zone: circles({ radius: 10_000 }),
    placeIntention: "any",
    formats: ["native"],
    wantedCategories: [],
    avoidedCategories: [],
    devices: [],
    hoursOfWeek: null,
    audience: [],
    frequencyCaps: [],
    pricing: "cpm",
    bidMicros: 5_000_000,
    dailyBudgetMicros: null,
    totalBudgetMicros: null,
    startsOn: "2026-06-01",
    endsOn: "2026-06-28",
    ...over,
  };
}

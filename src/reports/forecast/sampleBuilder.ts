import { hashText } from "../../targeting/hash.ts";
import type { DeviceType } from "../../targeting/types.ts";
import { finishSample } from "./finishSample.ts";
import { adFormats, deviceTypes, type ForecastSample, placesPerRow } from "./forecastSample.ts";
import type { RawColumns, SampledPlace, SampleFacts } from "./rawColumns.ts";

/** One opportunity of the sample. */
export interface SampledOpportunity {
  /** Number that `addVisitor` gave; null = nobody who may be recognised. */
  readonly visitor: number | null;
  /** Where its chance was drawn; absent = nothing was counted there. */
  readonly bucket?: number;
  /** Minutes since the window began. */
  readonly minute: number;
  /** Local. */
  readonly hourOfWeek: number;
  /** Numbers that `addPlace` gave, best first; at most three count. */
  readonly places: readonly number[];
  readonly category: string | null;
  readonly deviceType: DeviceType;
  readonly isPersonalised: boolean;
  /** 1 / the chance of its visitor (or itself) to be sampled. */
  readonly inverseRate: number;
  /** How many requests alike it stands for besides; absent = 1. */
  readonly pages?: number;
  /** By `adFormats`: see `valuesToBeat`. */
  readonly toBeat: readonly number[];
}

/** Takes a sample piece by piece and makes columns of it. */
export interface SampleBuilder {
  readonly addPlace: (place: SampledPlace) => number;
  /** In any order that has nothing to do with the visitors, such as that of their keys. Scores 0–1 by segment. */
  readonly addVisitor: (key: string, scores: ReadonlyMap<number, number> | null) => number;
  readonly addOpportunity: (opportunity: SampledOpportunity) => void;
  readonly finish: (facts: SampleFacts) => ForecastSample;
}

/** More categories than any site has; the rest counts as none. */
const mostCategories = 60_000;

export function createSampleBuilder(): SampleBuilder {
  const raw = emptyColumns();
  const categoryNumbers = new Map<string, number>([["", 0]]);
  const categoryNumber = (category: string | null): number => {
    const known = categoryNumbers.get(category ?? "");
    if (known !== undefined) return known;
    if (raw.categories.length >= mostCategories) return 0;
    categoryNumbers.set(category ?? "", raw.categories.length);
    raw.categories.push(category ?? "");
    return raw.categories.length - 1;
  };
  return {
    addPlace: (place) => raw.places.push(place) - 1,
    addVisitor(key, scores) {
      raw.visitorScores.push(scores);
      return raw.visitorHashes.push(hashText(key)) - 1;
    },
    addOpportunity(it) {
      raw.visitors.push(it.visitor ?? -1);
      raw.buckets.push(it.bucket ?? -1);
      raw.minutes.push(it.minute);
      raw.hoursOfWeek.push(it.hourOfWeek);
      for (let at = 0; at < placesPerRow; at++) raw.rowPlaces.push(it.places[at] ?? -1);
      raw.rowCategories.push(categoryNumber(it.category));
      raw.devices.push(deviceTypes.indexOf(it.deviceType));
      raw.personalised.push(it.isPersonalised ? 1 : 0);
      raw.inverseRates.push(it.inverseRate);
      raw.pages.push(it.pages ?? 1);
      for (let at = 0; at < adFormats.length; at++) raw.toBeat.push(it.toBeat[at] ?? Infinity);
    },
    finish: (facts) => finishSample(raw, facts),
  };
}

function emptyColumns(): RawColumns {
  return {
    places: [],
    visitorHashes: [],
    visitorScores: [],
    categories: [""],
    visitors: [],
    buckets: [],
    minutes: [],
    hoursOfWeek: [],
    rowPlaces: [],
    rowCategories: [],
    devices: [],
    personalised: [],
    inverseRates: [],
    pages: [],
    toBeat: [],
  };
}

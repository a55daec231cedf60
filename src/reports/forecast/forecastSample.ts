import type { TrafficCurve } from "../../budgets/pacing/trafficCurve.ts";
import type { PlaceSource } from "../../geo/types.ts";
import type { AdFormat, DeviceType } from "../../targeting/types.ts";
import type { CompetitionIndex } from "./competition.ts";

/** A weighted sample of visitors and opportunities, in columns: what forecasts replay. Immutable once built. */
export interface ForecastSample {
  readonly basis: "measured" | "prior";
  /** Days that the rows are spread over. */
  readonly windowDays: number;
  /** False = less than a week was seen: what is known of some days stands for all. */
  readonly isWeekendApart: boolean;
  readonly rates: DeliveryRates;
  /** The nation's week, which tells the hours of one group apart. */
  readonly curve: TrafficCurve;
  readonly places: PlaceColumns;
  readonly atoms: AtomColumns;
  readonly rows: RowColumns;
  readonly visitors: VisitorColumns;
  /** By number of stratum, all people that its sampled visitors stand for; that of 0 means nothing. */
  readonly strataPeople: Float64Array;
  /** By atom, who all of its people are (see `addToSet`). */
  readonly wholeSets: Uint32Array;
  /** Pages of an average week that somebody who may be recognised looks at. */
  readonly pagesPerPerson: number;
  /** Categories of pages by number; 0 = none. */
  readonly categories: readonly string[];
  readonly competition: CompetitionIndex;
  /** What noise is made of: an attacker must not know it. */
  readonly salt: number;
}

/** What becomes of ads on average, where a new campaign has no past of its own. */
export interface DeliveryRates {
  /** Share of chosen ads that are rendered and billed. */
  readonly renderRate: number;
  readonly clickRate: number;
  readonly viewRate: number;
}

export const sources = ["search", "device", "home", "ip"] as const satisfies readonly PlaceSource[];
export const deviceTypes = [
  "mobile",
  "tablet",
  "desktop",
  "tv",
  "other",
] as const satisfies readonly DeviceType[];
export const adFormats = ["native", "image", "html"] as const satisfies readonly AdFormat[];
/** Hours of the day on weekdays (0–23) and at the weekend (24–47). */
export const hourGroups = 48;
/** Places of one request that are kept. */
export const placesPerRow = 3;
/** A page on which no placement takes the format. */
export const notForSale = Number.POSITIVE_INFINITY;

/** Places: where requests are about. Samples of place p lie from `starts[p]` to `starts[p + 1]`. */
export interface PlaceColumns {
  readonly count: number;
  readonly sources: Uint8Array;
  readonly atoms: Int32Array;
  readonly centres: Float32Array;
  /** How far the farthest sample is from the centre, as a chord of the unit sphere. */
  readonly reaches: Float32Array;
  readonly starts: Uint32Array;
  /** x, y, z, lat, lon, weight of each sample. */
  readonly samples: Float32Array;
  /** Which list of named areas a sample lies in. */
  readonly areaLists: Uint32Array;
  readonly lists: readonly (readonly number[])[];
  /** Rows about a place: `rowIds` from `rowStarts[p]` to `rowStarts[p + 1]`. */
  readonly rowStarts: Uint32Array;
  readonly rowIds: Uint32Array;
}

export const placeNumbers = 6;

/** The smallest pieces of France that are told apart: each holds at least 50 people, so that no difference of zones holds fewer. */
export interface AtomColumns {
  readonly count: number;
  /** Places of an atom: `placeIds` from `starts[a]` to `starts[a + 1]`. */
  readonly starts: Uint32Array;
  readonly placeIds: Uint32Array;
  /** Weight of a place in its atom: the people whose main place it is, at least a little. */
  readonly placePeople: Float32Array;
  /** For each resolution of the map, finest first, the number of the cell that holds the atom. */
  readonly mapLevels: readonly {
    readonly resolution: number;
    readonly cells: readonly string[];
    readonly cellOfAtom: Int32Array;
  }[];
}

/** Opportunities, by visitor and then by time; those of nobody in particular come last. */
export interface RowColumns {
  readonly count: number;
  /** Index of the visitor; `visitors.count` = nobody who may be recognised. */
  readonly visitors: Uint32Array;
  /** Minutes since the window began. */
  readonly minutes: Uint32Array;
  /** `placesPerRow` each, best first; −1 = none. */
  readonly places: Int32Array;
  readonly hourGroups: Uint8Array;
  readonly devices: Uint8Array;
  readonly categories: Uint16Array;
  /** 1 = scores of the visitor may be used. */
  readonly personalised: Uint8Array;
  /** Opportunities of an average week that the row stands for. */
  readonly weights: Float32Array;
  /** People that the row's visitor stands for. */
  readonly peopleWeights: Float32Array;
  /** Value to beat by format, micros per thousand views; Infinity = no placement takes it. */
  readonly toBeat: Float32Array;
}

export interface VisitorColumns {
  readonly count: number;
  readonly hashes: Uint32Array;
  readonly mainAtoms: Int32Array;
  /** Which of `strataPeople` a visitor belongs to, by the main place; 0 = of none that was counted in full. */
  readonly strata: Uint32Array;
  readonly scoreStarts: Uint32Array;
  readonly segmentIds: Uint32Array;
  /** Scores in thousandths. */
  readonly scores: Uint16Array;
}

/** Groups an hour of the week: weekdays are alike, and so are the two days of the weekend; all seven before a whole week was seen. */
export function hourGroupOf(hourOfWeek: number, isWeekendApart: boolean): number {
  return (hourOfWeek % 24) + (isWeekendApart && hourOfWeek >= 120 ? 24 : 0);
}

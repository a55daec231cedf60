import { trafficCellOf } from "../../budgets/pacing/pacedCampaign.ts";
import { calibrate } from "./calibrate.ts";
import { placesPerRow, type RowColumns } from "./forecastSample.ts";
import type { RawColumns, SampleFacts } from "./rawColumns.ts";
import { layOutStrata, type Strata } from "./strata.ts";
import { weighRows } from "./weighRows.ts";

export interface UnweighedSample {
  readonly raw: RawColumns;
  /** Rows as they were added, sorted. */
  readonly order: Uint32Array;
  readonly rows: Omit<RowColumns, "weights" | "peopleWeights">;
  /** People that each row's visitor stands for by the chance to be sampled. */
  readonly people: Float32Array;
  readonly atomOfPlace: Int32Array;
  /** Sampled visitors of each place, by their main one. */
  readonly sampledOfPlace: readonly number[];
}

/** What rows stand for, in pages and in people: by their chance to be sampled, by what was counted in full, and by what is forecast. */
export function weighSample(
  sample: UnweighedSample,
  facts: SampleFacts,
): Pick<RowColumns, "weights" | "peopleWeights"> & {
  /** Of each place; 0 = none. */
  readonly strata: Uint32Array;
} {
  const { raw, order, rows, people } = sample;
  const strata = strataOf(sample, facts);
  const ofRow = rowStrata(rows, strata);
  const pages = Float32Array.from(order, (row) => raw.inverseRates[row]! * raw.pages[row]!);
  const { visitors, minutes, count } = rows;
  const visitorCount = raw.visitorHashes.length;
  const sampled = { visitors, visitorCount, minutes, strata: ofRow, pages, people };
  const factors = calibrate(sampled, strata);
  const unweighed = {
    cells: trafficCells(raw, rows.places),
    hourGroups: rows.hourGroups,
    inverseRates: pages.map((one, row) => one * factors.pages[ofRow[row]!]!),
    count,
  };
  return {
    strata: strata.ofPlace,
    weights: weighRows(unweighed, facts, facts.windowDays >= 7),
    peopleWeights: people.map((one, row) =>
      ofRow[row] === 0 ? one : one * factors.people[visitors[row]!]!,
    ),
  };
}

function strataOf(
  { raw, order, rows, atomOfPlace, sampledOfPlace }: UnweighedSample,
  { counted = new Map() }: SampleFacts,
): Strata {
  const bucketOfPlace = new Int32Array(raw.places.length).fill(-1);
  for (const [at, row] of order.entries()) {
    const best = rows.places[at * placesPerRow]!;
    if (best >= 0) bucketOfPlace[best] = raw.buckets[row]!;
  }
  const placeIds = raw.places.map(({ id }) => id ?? -1);
  return layOutStrata({ counted, placeIds, atomOfPlace, bucketOfPlace, sampledOfPlace });
}

function rowStrata({ places, count }: UnweighedSample["rows"], strata: Strata): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => {
    const best = places[row * placesPerRow]!;
    return best < 0 ? strata.ofNowhere : strata.ofPlace[best]!;
  });
}

/** The counted cell of each row: that of its best place, as traffic is counted. */
function trafficCells(raw: RawColumns, rowPlaces: Int32Array): Int32Array {
  const ofPlace = raw.places.map(({ cell }) => trafficCellOf(cell) ?? 0);
  const cells = new Int32Array(rowPlaces.length / placesPerRow);
  for (let row = 0; row < cells.length; row++) {
    const place = rowPlaces[row * placesPerRow]!;
    cells[row] = place < 0 ? 0 : ofPlace[place]!;
  }
  return cells;
}

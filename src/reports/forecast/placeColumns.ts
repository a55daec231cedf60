import { chordSquared, toUnitVector } from "../../geo/sphere.ts";
import {
  type PlaceColumns,
  placeNumbers,
  placesPerRow,
  type RowColumns,
} from "./forecastSample.ts";
import { type SampledPlace, sourceNumber } from "./rawColumns.ts";

/** Places in columns, with the rows that are about each. */
export function placeColumns(
  places: readonly SampledPlace[],
  atoms: Int32Array,
  rows: RowColumns,
): PlaceColumns {
  const starts = new Uint32Array(places.length + 1);
  for (const [number, place] of places.entries())
    starts[number + 1] = starts[number]! + place.samples.length;
  const total = starts[places.length]!;
  const samples = new Float32Array(total * placeNumbers);
  const areaLists = new Uint32Array(total);
  const lists = createLists();
  const centres = new Float32Array(places.length * 3);
  const reaches = new Float32Array(places.length);
  for (const [number, place] of places.entries()) {
    const centre = toUnitVector(place.centre.lat, place.centre.lon);
    centres.set([centre.x, centre.y, centre.z], number * 3);
    for (const [at, { lat, lon, weight, areaKeys }] of place.samples.entries()) {
      const index = starts[number]! + at;
      const vector = toUnitVector(lat, lon);
      const { x, y, z } = vector;
      reaches[number] = Math.max(reaches[number]!, Math.sqrt(chordSquared(centre, vector)));
      samples.set([x, y, z, lat, lon, weight], index * placeNumbers);
      areaLists[index] = lists.numberOf(areaKeys);
    }
  }
  return {
    count: places.length,
    sources: Uint8Array.from(places, ({ source }) => sourceNumber(source)),
    atoms,
    centres,
    reaches,
    starts,
    samples,
    areaLists,
    lists: lists.all,
    ...rowsByPlace(places.length, rows),
  };
}

/** Most samples share the list of their commune's areas. */
function createLists() {
  const all: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  return {
    all,
    numberOf(keys: readonly number[]): number {
      const name = keys.join();
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, all.length);
      return all.push(keys) - 1;
    },
  };
}

function rowsByPlace(
  placeCount: number,
  rows: RowColumns,
): Pick<PlaceColumns, "rowStarts" | "rowIds"> {
  const rowStarts = new Uint32Array(placeCount + 1);
  for (const place of rows.places) if (place >= 0) rowStarts[place + 1]! += 1;
  for (let place = 0; place < placeCount; place++) rowStarts[place + 1]! += rowStarts[place]!;
  const next = rowStarts.slice();
  const rowIds = new Uint32Array(rowStarts[placeCount]!);
  for (let at = 0; at < rows.places.length; at++) {
    const place = rows.places[at]!;
    if (place < 0) continue;
    rowIds[next[place]!++] = Math.floor(at / placesPerRow);
  }
  return { rowStarts, rowIds };
}

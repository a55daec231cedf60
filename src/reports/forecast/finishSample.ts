import { cellHigh, resolutionOfHigh } from "../../geo/cells.ts";
import { cellOfPoint } from "../../geo/coarserCell.ts";
import type { CellId } from "../../geo/types.ts";
import { atomColumns, lonelyAtoms } from "./atomColumns.ts";
import { joinIntoAtoms, type PlaceUnit } from "./atoms.ts";
import {
  adFormats,
  type ForecastSample,
  hourGroupOf,
  placesPerRow,
  type RowColumns,
  type VisitorColumns,
} from "./forecastSample.ts";
import { pagesPerPerson } from "./hidePages.ts";
import { placeColumns } from "./placeColumns.ts";
import type { RawColumns, SampledPlace, SampleFacts } from "./rawColumns.ts";
import { peopleByPlace } from "./strata.ts";
import { weighSample } from "./weighSample.ts";
import { wholeSets } from "./wholeNoises.ts";

/** What middles of places are told apart by: communes and cells. */
const [coarsestMiddle, finestMiddle] = [5, 7];

/** Sorts, weighs and indexes the rows of a sample: a second for a million of them. */
export function finishSample(raw: RawColumns, facts: SampleFacts): ForecastSample {
  const { forecastOf: _forecastOf, counted: _weeks, ...kept } = facts;
  const order = sortedRows(raw);
  const found = rowColumns(raw, order, isWeekendApart(facts));
  const mains = mainPlaces(raw, found);
  const people = Float32Array.from(order, (row) => raw.inverseRates[row]!);
  const counted = peopleByPlace(facts.counted ?? new Map());
  const units = placeUnits(raw, { ...found, people }, mains, counted);
  const atoms = facts.basis === "prior" ? lonelyAtoms(units) : joinIntoAtoms(units);
  const atomOfPlace = new Int32Array(raw.places.length).fill(-1);
  for (const [atom, { placeIds }] of atoms.entries())
    for (const placeId of placeIds) atomOfPlace[placeId] = atom;
  const sampledOfPlace = units.map(({ sampled }) => sampled);
  const { strata, ...weights } = weighSample(
    { raw, order, rows: found, people, atomOfPlace, sampledOfPlace },
    facts,
  );
  const rows = { ...found, ...weights };
  const visitors = visitorColumns(raw, mains, atomOfPlace, strata);
  return {
    ...kept,
    isWeekendApart: isWeekendApart(facts),
    categories: raw.categories,
    rows,
    strataPeople: peopleOfStrata(rows, visitors),
    atoms: atomColumns(
      atoms,
      units.map((unit) => unit.people),
    ),
    places: placeColumns(raw.places, atomOfPlace, rows),
    visitors,
    wholeSets: wholeSets(visitors, atoms.length),
    pagesPerPerson: pagesPerPerson({ rows, visitors }),
  };
}

const isWeekendApart = ({ windowDays }: Pick<SampleFacts, "windowDays">): boolean =>
  windowDays >= 7;

/** Rows by visitor, then by time. */
function sortedRows(raw: RawColumns): Uint32Array {
  const { visitors, minutes } = raw;
  const nobody = raw.visitorHashes.length;
  // One exact number each: the visitor, the minute (below 2^20), and the sort is a plain one.
  const keys = new Float64Array(visitors.length);
  for (let row = 0; row < keys.length; row++) {
    const visitor = visitors[row]! < 0 ? nobody : visitors[row]!;
    keys[row] = visitor * 2 ** 20 + Math.min(2 ** 20 - 1, minutes[row]!);
  }
  return Uint32Array.from(keys.keys()).sort((one, other) => keys[one]! - keys[other]!);
}

/** All but what rows weigh. */
export type UnweighedColumns = Omit<RowColumns, "weights" | "peopleWeights">;

function rowColumns(raw: RawColumns, order: Uint32Array, isApart: boolean): UnweighedColumns {
  const count = order.length;
  const nobody = raw.visitorHashes.length;
  const formats = adFormats.length;
  const rows = {
    count,
    visitors: Uint32Array.from(order, (row) =>
      raw.visitors[row]! < 0 ? nobody : raw.visitors[row]!,
    ),
    minutes: Uint32Array.from(order, (row) => raw.minutes[row]!),
    places: new Int32Array(count * placesPerRow),
    hourGroups: Uint8Array.from(order, (row) => hourGroupOf(raw.hoursOfWeek[row]!, isApart)),
    devices: Uint8Array.from(order, (row) => raw.devices[row]!),
    categories: Uint16Array.from(order, (row) => raw.rowCategories[row]!),
    personalised: Uint8Array.from(order, (row) => raw.personalised[row]!),
    toBeat: new Float32Array(count * formats),
  };
  for (let at = 0; at < count; at++) {
    const row = order[at]!;
    for (let i = 0; i < placesPerRow; i++)
      rows.places[at * placesPerRow + i] = raw.rowPlaces[row * placesPerRow + i]!;
    for (let i = 0; i < formats; i++)
      rows.toBeat[at * formats + i] = raw.toBeat[row * formats + i]!;
  }
  return rows;
}

/** All people of each stratum. */
function peopleOfStrata(
  { visitors, peopleWeights }: Pick<RowColumns, "visitors" | "peopleWeights">,
  { strata, count }: VisitorColumns,
): Float64Array {
  const people = new Float64Array(1 + strata.reduce((most, it) => Math.max(most, it), 0));
  for (let row = 0; row < visitors.length; row++) {
    const visitor = visitors[row]!;
    if (visitor === count) break;
    if (row === 0 || visitor !== visitors[row - 1])
      people[strata[visitor]!]! += peopleWeights[row]!;
  }
  return people;
}

/** The place that most of a visitor's requests are about; −1 = none. */
function mainPlaces(raw: RawColumns, rows: UnweighedColumns): Int32Array {
  const mains = new Int32Array(raw.visitorHashes.length).fill(-1);
  const counts = new Map<number, number>();
  for (let row = 0; row < rows.count; row++) {
    const visitor = rows.visitors[row]!;
    if (visitor >= mains.length) break;
    if (row > 0 && rows.visitors[row - 1] !== visitor) counts.clear();
    const place = rows.places[row * placesPerRow]!;
    if (place < 0) continue;
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    if (count > (counts.get(mains[visitor]!) ?? 0) || mains[visitor]! < 0) mains[visitor] = place;
  }
  return mains;
}

function placeUnits(
  raw: RawColumns,
  rows: UnweighedColumns & { readonly people: Float32Array },
  mains: Int32Array,
  counted: ReadonlyMap<number, number>,
): readonly PlaceUnit[] {
  const people = new Float64Array(raw.places.length);
  const sampled = new Uint32Array(raw.places.length);
  let last = -1;
  for (let row = 0; row < rows.count; row++) {
    const visitor = rows.visitors[row]!;
    if (visitor === last || visitor >= mains.length) continue;
    last = visitor;
    const place = mains[visitor]!;
    if (place < 0) continue;
    people[place]! += rows.people[row]!;
    sampled[place]! += 1;
  }
  return raw.places.map(({ id, cell, centre }, placeId) => ({
    placeId,
    cell,
    middle: middleOf(cell, centre),
    // A group is no larger than what was counted, whatever few sampled visitors seem to stand for.
    people: Math.min(people[placeId]!, counted.get(id ?? -1) ?? Number.POSITIVE_INFINITY),
    sampled: sampled[placeId]!,
  }));
}

/** Places that hold several départements are nowhere in particular; of others the middle says more than a coarse cell. */
function middleOf(cell: CellId, { lat, lon }: SampledPlace["centre"]): CellId {
  return resolutionOfHigh(cellHigh(cell)) < coarsestMiddle
    ? cell
    : cellOfPoint(lat, lon, finestMiddle);
}

function visitorColumns(
  raw: RawColumns,
  mains: Int32Array,
  atomOfPlace: Int32Array,
  strata: Uint32Array,
): VisitorColumns {
  const count = raw.visitorHashes.length;
  const scoreStarts = new Uint32Array(count + 1);
  const segmentIds: number[] = [];
  const scores: number[] = [];
  for (const [visitor, known] of raw.visitorScores.entries()) {
    for (const [segmentId, score] of known ?? []) {
      segmentIds.push(segmentId);
      scores.push(Math.round(1_000 * Math.max(0, Math.min(1, score))));
    }
    scoreStarts[visitor + 1] = scores.length;
  }
  return {
    count,
    hashes: Uint32Array.from(raw.visitorHashes),
    mainAtoms: mains.map((place) => (place < 0 ? -1 : atomOfPlace[place]!)),
    strata: Uint32Array.from(mains, (place) => (place < 0 ? 0 : strata[place]!)),
    scoreStarts,
    segmentIds: Uint32Array.from(segmentIds),
    scores: Uint16Array.from(scores),
  };
}

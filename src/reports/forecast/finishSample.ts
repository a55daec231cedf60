import { trafficCellOf } from "../../budgets/pacing/pacedCampaign.ts";
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
import { placeColumns } from "./placeColumns.ts";
import type { RawColumns, SampleFacts } from "./rawColumns.ts";
import { weighRows } from "./weighRows.ts";

/** Sorts, weighs and indexes the rows of a sample: a second for a million of them. */
export function finishSample(raw: RawColumns, facts: SampleFacts): ForecastSample {
  const { forecastOf, countedBucketOf, ...kept } = facts;
  const rows = rowColumns(raw, facts);
  const mains = mainPlaces(raw, rows);
  const units = placeUnits(raw, rows, mains);
  const atoms = facts.basis === "prior" ? lonelyAtoms(units) : joinIntoAtoms(units);
  const people = units.map((unit) => unit.people);
  const atomsOut = atomColumns(atoms, people);
  const atomOfPlace = new Int32Array(raw.places.length).fill(-1);
  for (const [atom, { placeIds }] of atoms.entries())
    for (const placeId of placeIds) atomOfPlace[placeId] = atom;
  return {
    ...kept,
    isWeekendApart: isWeekendApart(facts),
    categories: raw.categories,
    rows,
    bucketPeople: peopleOfBuckets(rows),
    atoms: atomsOut,
    places: placeColumns(raw.places, atomOfPlace, rows),
    visitors: visitorColumns(raw, mains, atomOfPlace),
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

function rowColumns(raw: RawColumns, facts: SampleFacts): RowColumns {
  const order = sortedRows(raw);
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
    hourGroups: Uint8Array.from(order, (row) =>
      hourGroupOf(raw.hoursOfWeek[row]!, isWeekendApart(facts)),
    ),
    devices: Uint8Array.from(order, (row) => raw.devices[row]!),
    categories: Uint16Array.from(order, (row) => raw.rowCategories[row]!),
    personalised: Uint8Array.from(order, (row) => raw.personalised[row]!),
    ...peopleOfRows(raw, order, facts),
    toBeat: new Float32Array(count * formats),
  };
  for (let at = 0; at < count; at++) {
    const row = order[at]!;
    for (let i = 0; i < placesPerRow; i++)
      rows.places[at * placesPerRow + i] = raw.rowPlaces[row * placesPerRow + i]!;
    for (let i = 0; i < formats; i++)
      rows.toBeat[at * formats + i] = raw.toBeat[row * formats + i]!;
  }
  const cells = trafficCells(raw, rows.places);
  const unweighed = {
    cells,
    hourGroups: rows.hourGroups,
    inverseRates: Float32Array.from(order, (row) => raw.inverseRates[row]! * raw.pages[row]!),
    count,
  };
  return { ...rows, weights: weighRows(unweighed, facts, isWeekendApart(facts)) };
}

/** What rows' visitors stand for, and which of the buckets that were counted in full they are in. */
function peopleOfRows(
  { inverseRates }: RawColumns,
  order: Uint32Array,
  { countedBucketOf }: SampleFacts,
): Pick<RowColumns, "peopleWeights" | "buckets"> {
  const numbers = new Map<number, number>();
  const peopleWeights = new Float32Array(order.length);
  const buckets = new Uint16Array(order.length);
  for (const [at, row] of order.entries()) {
    const counted = countedBucketOf?.(row) ?? null;
    peopleWeights[at] = inverseRates[row]! * (counted?.factor ?? 1);
    if (counted === null) continue;
    const number = numbers.get(counted.bucket) ?? numbers.size + 1;
    numbers.set(counted.bucket, number);
    buckets[at] = number;
  }
  return { peopleWeights, buckets };
}

/** All people of each bucket that was counted in full. */
function peopleOfBuckets({ visitors, buckets, peopleWeights }: RowColumns): Float64Array {
  const people = new Float64Array(1 + buckets.reduce((most, it) => Math.max(most, it), 0));
  for (let row = 0; row < visitors.length; row++)
    if (row === 0 || visitors[row] !== visitors[row - 1])
      people[buckets[row]!]! += peopleWeights[row]!;
  return people;
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

/** The place that most of a visitor's requests are about; −1 = none. */
function mainPlaces(raw: RawColumns, rows: RowColumns): Int32Array {
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

function placeUnits(raw: RawColumns, rows: RowColumns, mains: Int32Array): readonly PlaceUnit[] {
  const people = new Float64Array(raw.places.length);
  const sampled = new Uint32Array(raw.places.length);
  let last = -1;
  for (let row = 0; row < rows.count; row++) {
    const visitor = rows.visitors[row]!;
    if (visitor === last || visitor >= mains.length) continue;
    last = visitor;
    const place = mains[visitor]!;
    if (place < 0) continue;
    people[place]! += rows.peopleWeights[row]!;
    sampled[place]! += 1;
  }
  return raw.places.map(({ cell }, placeId) => ({
    placeId,
    cell,
    people: people[placeId]!,
    sampled: sampled[placeId]!,
  }));
}

function visitorColumns(
  raw: RawColumns,
  mains: Int32Array,
  atomOfPlace: Int32Array,
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
    scoreStarts,
    segmentIds: Uint32Array.from(segmentIds),
    scores: Uint16Array.from(scores),
  };
}

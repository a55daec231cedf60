import {
  addSketch,
  countKept,
  countPeople,
  createSketch,
  fewestPeople,
  isNumberOnly,
} from "../hyperLogLog.ts";
import type { CountedPlace, WholeWeek } from "./countedWeeks.ts";

/** What was counted in full of a stratum in a week. */
export interface StratumWeek {
  readonly fromMinute: number;
  readonly endMinute: number;
  readonly weight: number;
  readonly pages: number;
  readonly people: number;
}

/**
 * The pieces that are counted in full: the places of an atom within a bucket, those of its atoms with hardly anybody in the
 * sample, or a whole bucket. Numbered from 1.
 */
export interface Strata {
  /** Of each place; 0 = none. */
  readonly ofPlace: Uint32Array;
  /** Of rows without a place. */
  readonly ofNowhere: number;
  /** By number; the first means nothing. */
  readonly weeks: readonly (readonly StratumWeek[])[];
}

export interface PlacesOfStrata {
  /** Whole weeks by bucket. */
  readonly counted: ReadonlyMap<number, readonly WholeWeek[]>;
  /** Numbers under which places were counted. */
  readonly placeIds: readonly number[];
  /** −1 = of none. */
  readonly atomOfPlace: Int32Array;
  /** −1 = nothing sampled says so. */
  readonly bucketOfPlace: Int32Array;
  /** Sampled visitors of each place. */
  readonly sampledOfPlace: ArrayLike<number>;
}

/** Fewer sampled visitors cannot stand for a stratum: some weeks none of them came. */
const leastSampled = 8;

/** Bucket of requests about no place. */
const nowhere = 0;

/** Joins what was counted by place into what zones are made of: atoms. People of several places of one atom count once. */
export function layOutStrata(facts: PlacesOfStrata): Strata {
  const { counted, atomOfPlace, bucketOfPlace } = facts;
  const ofPlace = new Uint32Array(atomOfPlace.length);
  const weeks: (readonly StratumWeek[])[] = [[]];
  const numberOf = new Map(facts.placeIds.map((id, number) => [id, number]));
  const whole = new Map<number, number>();
  for (const [bucket, ofBucket] of counted) {
    if (ofBucket.some(({ places }) => places.has(0))) {
      whole.set(bucket, weeks.push(ofBucket.map((week) => tally(week, [0]))) - 1);
      continue;
    }
    for (const ids of piecesOf(ofBucket, numberOf, facts)) {
      const stratum = weeks.push(ofBucket.map((week) => tally(week, ids))) - 1;
      for (const id of ids) {
        const place = numberOf.get(id);
        if (place !== undefined) ofPlace[place] = stratum;
      }
    }
  }
  for (const [place, bucket] of bucketOfPlace.entries())
    if (ofPlace[place] === 0) ofPlace[place] = whole.get(bucket) ?? 0;
  return { ofPlace, ofNowhere: whole.get(nowhere) ?? 0, weeks };
}

/** Everybody who was counted at a place in any whole week; places that were not counted are absent. */
export function peopleByPlace(
  counted: ReadonlyMap<number, readonly WholeWeek[]>,
): ReadonlyMap<number, number> {
  const weeks = [...counted.values()].flat().flatMap(({ places }) => [...places]);
  return new Map(
    [...Map.groupBy(weeks, ([id]) => id)].map(([id, ofPlace]) => [
      id,
      peopleOfWeeks(ofPlace.map(([, place]) => place)),
    ]),
  );
}

/** Counted places of a bucket by atom, the smallest together: nobody who was counted is left out. */
function piecesOf(
  weeks: readonly WholeWeek[],
  numberOf: ReadonlyMap<number, number>,
  { atomOfPlace, sampledOfPlace }: PlacesOfStrata,
): readonly (readonly number[])[] {
  const all = [...new Set(weeks.flatMap(({ places }) => [...places.keys()]))];
  const sampledOf = (id: number): number => sampledOfPlace[numberOf.get(id) ?? -1] ?? 0;
  const groups = [...Map.groupBy(all, (id) => atomOfPlace[numberOf.get(id) ?? -1] ?? -1)]
    .map(([atom, ids]) => ({
      ids,
      sampled: atom < 0 ? 0 : ids.reduce((sum, id) => sum + sampledOf(id), 0),
    }))
    .sort((one, other) => one.sampled - other.sampled);
  const rest: number[] = [];
  let inRest = 0;
  return groups
    .flatMap(({ ids, sampled }) => {
      const isAlone = sampled >= leastSampled && (rest.length === 0 || inRest >= leastSampled);
      if (isAlone) return [ids];
      rest.push(...ids);
      inRest += sampled;
      return [];
    })
    .concat(rest.length > 0 ? [rest] : []);
}

function tally(week: WholeWeek, ids: readonly number[]): StratumWeek {
  const { fromMinute, endMinute, weight, places } = week;
  const found = ids.flatMap((id) => places.get(id) ?? []);
  const pages = found.reduce((sum, one) => sum + one.pages, 0);
  return { fromMinute, endMinute, weight, pages, people: peopleOf(found) };
}

/** Each once, but for who is one of few at several places, of whom nobody knows any more who they were. */
function peopleOf(places: readonly CountedPlace[]): number {
  const sketches = places.map(({ sketch }) => sketch);
  const numbers = sketches.filter(isNumberOnly).reduce((sum, it) => sum + countKept(it), 0);
  return numbers + countTogether(sketches.filter((it) => !isNumberOnly(it)));
}

/** The same of one place in several weeks: all of the few, who may be the same ones each week, are under 50. */
function peopleOfWeeks(weeks: readonly CountedPlace[]): number {
  const sketches = weeks.map(({ sketch }) => sketch);
  const few = sketches.filter(isNumberOnly).reduce((sum, it) => sum + countKept(it), 0);
  return Math.max(
    countTogether(sketches.filter((it) => !isNumberOnly(it))),
    Math.min(fewestPeople - 1, few),
  );
}

function countTogether(sketches: readonly Uint8Array[]): number {
  const [first] = sketches;
  if (first === undefined) return 0;
  if (sketches.length === 1) return countKept(first);
  const all = createSketch();
  for (const sketch of sketches) addSketch(all, sketch);
  return countPeople(all);
}

import { type BoundedCache, createBoundedCache } from "../../boundedCache.ts";
import { categoryAndAncestors } from "../../targeting/categories.ts";
import { mixHash } from "../../targeting/hash.ts";
import { deviceTypes, type ForecastSample } from "./forecastSample.ts";
import type { ForecastQuestion } from "./forecastTypes.ts";
import { stickyNoise, stickyNoiseVariance } from "./roundForecast.ts";
import { addToSet } from "./wholeNoises.ts";

/** One thing that a question asks of pages or people. */
export interface Filter {
  /** By atom: who would be left if nothing else was asked (see `addToSet`). */
  readonly sets: Uint32Array;
  /** Of its noise, 0 to 1. */
  readonly amplitude: number;
}

type Filtering = Pick<
  ForecastQuestion,
  "wantedCategories" | "avoidedCategories" | "devices" | "audience"
>;

const remembered = 100;
const known = new WeakMap<ForecastSample, BoundedCache<Uint32Array>>();
const layerSeed = 5;

/**
 * What a question asks, one by one: each category, device and score by itself, and each hour that is left out; hours are many, and
 * share the noise of one. A set takes a pass over the sample (milliseconds) and is remembered: a radius that is dragged asks the
 * same again. Of an invented sample there is nothing to hide.
 */
export function filtersOf(
  sample: ForecastSample,
  question: Filtering,
  hourFactors: Float64Array,
): readonly Filter[] {
  if (sample.basis === "prior") return [];
  const { rows } = sample;
  const hours = [...hourFactors.keys()].filter((hour) => hourFactors[hour] === 0);
  const ofHours = hours.map((hour) =>
    setsOf(sample, `not at ${hour}`, () =>
      peopleWith(sample, (row) => rows.hourGroups[row] !== hour),
    ),
  );
  const amplitude = 1 / Math.sqrt(Math.max(1, hours.length));
  return [
    ...[
      ...ofCategories(sample, question),
      ...ofDevices(sample, question),
      ...ofScores(sample, question),
    ].map((sets) => ({ sets, amplitude: 1 })),
    ...ofHours.map((sets) => ({ sets, amplitude })),
  ];
}

function ofCategories(
  sample: ForecastSample,
  { wantedCategories, avoidedCategories }: Filtering,
): readonly Uint32Array[] {
  const { rows, categories } = sample;
  const setsOfCategory = (category: string, isWanted: 0 | 1) =>
    setsOf(sample, `${isWanted} ${category}`, () => {
      const isAbout = Uint8Array.from(categories, (path) =>
        path !== "" && categoryAndAncestors(path).includes(category) ? 1 : 0,
      );
      return peopleWith(sample, (row) => isAbout[rows.categories[row]!] === isWanted);
    });
  return [
    ...wantedCategories.map((category) => setsOfCategory(category, 1)),
    ...avoidedCategories.map((category) => setsOfCategory(category, 0)),
  ];
}

function ofDevices(sample: ForecastSample, { devices }: Filtering): readonly Uint32Array[] {
  const leftOut = deviceTypes.filter((it) => devices.length > 0 && !devices.includes(it));
  return leftOut.map((device) => {
    const number = deviceTypes.indexOf(device);
    return setsOf(sample, `no ${device}`, () =>
      peopleWith(sample, (row) => sample.rows.devices[row] !== number),
    );
  });
}

function ofScores(sample: ForecastSample, { audience }: Filtering): readonly Uint32Array[] {
  return audience.flatMap(({ segmentId, minScore }) =>
    minScore === null
      ? []
      : [
          setsOf(sample, `score ${segmentId} ${minScore}`, () =>
            peopleScored(sample, segmentId, minScore * 1_000),
          ),
        ],
  );
}

/**
 * The noise of a part of an atom that belongs to what was asked, each filter's to those whom it leaves by itself: whoever changes other
 * filters again and again, to average out what belongs to exactly the people counted, takes none of it away.
 */
export function filterNoise(
  salt: number,
  atom: number,
  whole: number,
  filters: readonly Filter[],
): { readonly value: number; readonly variance: number } {
  let value = 0;
  let variance = 0;
  for (const { sets, amplitude } of filters) {
    const set = sets[atom]!;
    if (set === whole) continue;
    value += amplitude * stickyNoise(mixHash(salt, layerSeed), atom, set);
    variance += amplitude ** 2 * stickyNoiseVariance;
  }
  return { value, variance };
}

function setsOf(sample: ForecastSample, name: string, make: () => Uint32Array): Uint32Array {
  let cache = known.get(sample);
  if (cache === undefined) {
    cache = createBoundedCache<Uint32Array>(remembered);
    known.set(sample, cache);
  }
  const before = cache.get(name);
  if (before !== undefined) return before;
  const sets = make();
  cache.set(name, sets);
  return sets;
}

/** Who has a row that passes, by atom. Rows of one visitor follow each other. */
function peopleWith(
  { rows, visitors, atoms }: ForecastSample,
  passes: (row: number) => boolean,
): Uint32Array {
  const sets = new Uint32Array(atoms.count);
  let last = -1;
  for (let row = 0; row < rows.count; row++) {
    const visitor = rows.visitors[row]!;
    if (visitor === visitors.count) break;
    if (visitor === last || !passes(row)) continue;
    last = visitor;
    add(sets, visitors, visitor);
  }
  return sets;
}

/** Who has at least so many thousandths of a score, by atom. */
function peopleScored(
  { visitors, atoms }: ForecastSample,
  segmentId: number,
  leastThousandths: number,
): Uint32Array {
  const { scoreStarts, segmentIds, scores } = visitors;
  const sets = new Uint32Array(atoms.count);
  for (let visitor = 0; visitor < visitors.count; visitor++)
    for (let at = scoreStarts[visitor]!; at < scoreStarts[visitor + 1]!; at++)
      if (segmentIds[at] === segmentId && scores[at]! >= leastThousandths)
        add(sets, visitors, visitor);
  return sets;
}

function add(sets: Uint32Array, visitors: ForecastSample["visitors"], visitor: number): void {
  const atom = visitors.mainAtoms[visitor]!;
  if (atom >= 0) sets[atom] = addToSet(sets[atom]!, visitors.hashes[visitor]!);
}

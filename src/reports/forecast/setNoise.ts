import { mixHash } from "../../targeting/hash.ts";
import { type Filter, filterNoise } from "./filterNoise.ts";
import type { ForecastSample } from "./forecastSample.ts";
import { stickyNoise, stickyNoiseVariance } from "./roundForecast.ts";
import { linkVariance, wholeNoise } from "./wholeNoises.ts";

/** What hides people, in people. */
export interface Noise {
  readonly value: number;
  readonly variance: number;
}

export const noNoise: Noise = { value: 0, variance: 0 };

/** Whose noise it is. */
export interface CountedSets {
  /** By atom, who is counted (see `addToSet`). */
  readonly sets: ReadonlyMap<number, number>;
  readonly filters: readonly Filter[];
}

/** What a figure's noise is made of besides the people: other figures and other periods have other noise. */
export const figureSeeds = { people: 0, pages: 101 } as const;

/** Of a layer that one period, or one size of budget, has by itself: ±14 instead of ±20. */
const layerAmplitude = Math.SQRT1_2;

/**
 * The noise of people in atoms: a whole atom's and its neighbours' cancel out but for the links at their ends; a part's is its own,
 * and that of each filter. One layer belongs to the people alone, however often and about what period they are asked
 * for; `layers` add one each, so that what one period has more than another is not told without noise either. Nobody is
 * hidden in an invented sample.
 */
export function noiseOfSets(
  { basis, salt, wholeSets }: Pick<ForecastSample, "basis" | "salt" | "wholeSets">,
  counted: CountedSets,
  figure: keyof typeof figureSeeds,
  layers: readonly number[],
): Noise {
  if (basis === "prior") return noNoise;
  const seed = figureSeeds[figure];
  const base = seed === 0 ? salt : mixHash(salt, seed);
  const variance = varianceOf(wholeSets, counted);
  let value = layerOf(wholeSets, counted, base);
  for (const layer of layers)
    value += layerAmplitude * layerOf(wholeSets, counted, mixHash(base, layer));
  return { value, variance: variance * (1 + layers.length * layerAmplitude ** 2) };
}

const isWhole = (wholeSets: Uint32Array, sets: CountedSets["sets"], atom: number): boolean => {
  const set = sets.get(atom);
  return set !== undefined && set >>> 0 === wholeSets[atom];
};

function layerOf(wholeSets: Uint32Array, { sets, filters }: CountedSets, salt: number): number {
  let value = 0;
  for (const [atom, set] of sets)
    value += isWhole(wholeSets, sets, atom)
      ? wholeNoise(wholeSets, atom, salt)
      : stickyNoise(salt, atom, set) + filterNoise(salt, atom, wholeSets[atom]!, filters).value;
  return value;
}

function varianceOf(wholeSets: Uint32Array, { sets, filters }: CountedSets): number {
  let variance = 0;
  for (const atom of sets.keys()) {
    if (isWhole(wholeSets, sets, atom)) {
      for (const next of [atom - 1, atom + 1])
        if (!isWhole(wholeSets, sets, next)) variance += linkVariance;
    } else
      variance += stickyNoiseVariance + filterNoise(0, atom, wholeSets[atom]!, filters).variance;
  }
  return variance;
}

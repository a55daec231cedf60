import { createRandom, type Random } from "../../src/demo/random.ts";

/**
 * How often people come to a site of classified ads, and for how long they are known again: from published figures, not from
 * what forecasts do well at.
 */

/**
 * Visits are Poisson, rates are gamma over people (NBD: Ehrenberg; Danaher, Marketing Science 26(3), 2007, for pages of web
 * sites). Two published figures fix both numbers: of 40.0 million people online in France in 2012 (Médiamétrie, August),
 * leboncoin met 17.2 million in a month and 3.6 million on a day. A shape below 1 means that most come hardly ever and a few
 * come daily; the visits of 2,728 people to khakichinos.com (Fader & Hardie) give a shape of 0.15.
 */
export const visiting = { shape: 0.1846, visitsPerDay: 0.1231, pagesPerVisit: 6 } as const;

/**
 * Ids are lost and given anew at rates that are gamma over people too: in a month 31 % of 400,000 computers lost a first-party
 * cookie at least once, and there were 2.5 of them a computer (comScore, "Cookie Deletion", 2007). Both figures are met; a
 * third, 7 % with four losses or more, comes out as 13 %.
 */
export const losing = { shape: 0.1578, lossesPerDay: 1.5 / 31 } as const;

/** People without any id: private windows, no consent. */
const anonymousShare = 0.15;

/** Everybody of an area, day after day. */
export interface People {
  readonly count: number;
  /** Visits a day of each. */
  readonly rates: Float64Array;
  /** The id of a person today; null = none ever. */
  readonly idOf: (person: number) => string | null;
  /** A day goes by: some lose their ids. */
  readonly nextDay: () => void;
}

/** `pagesPerDay` of all together. */
export function createPeople(area: number, pagesPerDay: number, seed: number): People {
  const random = createRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(area + 1, 0x7feb352d));
  const count = Math.round(pagesPerDay / (visiting.visitsPerDay * visiting.pagesPerVisit));
  const draw = (shape: number, mean: number): Float64Array =>
    Float64Array.from({ length: count }, () => (gamma(shape, random) * mean) / shape);
  const rates = draw(visiting.shape, visiting.visitsPerDay);
  const kept = draw(losing.shape, losing.lossesPerDay).map((rate) => Math.exp(-rate));
  const isAnonymous = Uint8Array.from({ length: count }, () =>
    random.chance(anonymousShare) ? 1 : 0,
  );
  const losses = new Uint32Array(count);
  return {
    count,
    rates,
    idOf: (person) =>
      isAnonymous[person] === 1 ? null : `sim-${area}-${person}-${losses[person]}`,
    nextDay() {
      // Twice on one day is once: nobody came in between, or was somebody for a visit only.
      for (let person = 0; person < count; person++)
        if (random.next() >= kept[person]!) losses[person]!++;
    },
  };
}

/** A gamma deviate of mean `shape` (Marsaglia & Tsang 2000; below 1 by their power of a uniform one). */
export function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d * (1 - v + Math.log(v)))
      return d * v;
  }
}

import type { Pricing } from "../targeting/types.ts";
import type { Pictogram } from "./pictograms.ts";

/** What a demo trade looks like: how its shops are named, what they say, where and how they advertise. Words are French. */
export interface Trade {
  /** In URLs of images: lower-case ASCII. */
  readonly slug: string;
  /** The advertiser's trade as the decision knows it: "couvreur". */
  readonly name: string;
  readonly pictogram: Pictogram;
  /** How common the trade is, relative to the others. */
  readonly weight: number;
  /** The smallest commune, in inhabitants, where such a shop opens. */
  readonly smallestTown: number;
  /** True for what nobody buys under the tropics. */
  readonly metropolitanOnly: boolean;
  /** How far its customers come from, in whole kilometres. */
  readonly radiusKilometers: readonly [number, number];
  /** Range of what it pays, in euros: per thousand impressions or viewable ones, or per click. */
  readonly bidEuros: readonly [number, number];
  readonly pricing: Pricing;
  readonly wants: readonly string[];
  readonly avoids: readonly string[];
  readonly keywords: readonly string[];
  readonly unwantedKeywords: readonly string[];
  /** Segment slugs that raise its bid, up to the multiplier given (1 to 3). */
  readonly boosts: Readonly<Record<string, number>>;
  /** Open hours for ads: [weekdays (1 = Monday), from hour, to hour]. Empty = always. */
  readonly hours: readonly (readonly [readonly number[], number, number])[];
  /** Patterns with {nom}, {prenom}, {de} ("d'Angers"), {a} ("à Angers"). */
  readonly names: readonly string[];
  /** Each list holds at least one pattern without a place, so that a long commune name never leaves nothing to say. */
  readonly titles: readonly string[];
  readonly texts: readonly string[];
  readonly actions: readonly string[];
}

/** Fills in what most trades leave out. */
export function defineTrade(
  trade: Partial<Trade> &
    Pick<
      Trade,
      | "slug"
      | "name"
      | "pictogram"
      | "radiusKilometers"
      | "bidEuros"
      | "pricing"
      | "names"
      | "titles"
      | "texts"
      | "actions"
    >,
): Trade {
  return {
    weight: 3,
    smallestTown: 1500,
    metropolitanOnly: false,
    wants: [],
    avoids: [],
    keywords: [],
    unwantedKeywords: [],
    boosts: {},
    hours: [],
    ...trade,
  };
}

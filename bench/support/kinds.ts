import { fillableBodies } from "./fillable.ts";
import { bodiesOf, pathOf, placeSearches, type Traffic } from "./requests.ts";

/** A kind of request, and what is told of it in the tables. */
export type KindName = Traffic | "pixels" | "places";

export interface Kind {
  readonly method: "GET" | "POST";
  /** Of bodies; what is fetched without one is a path each. */
  readonly path: string;
  /** Null = as many as the run has. */
  readonly connections: number | null;
  /** The least share of answers that have an ad or a bid; null = there must be none, or it is no matter of ads. */
  readonly leastFilled: number | null;
  /** Bodies, or paths, one a line; null = each may be sent but once, and is made just before (`pixels.ts`). */
  readonly linesOf: ((count: number) => readonly string[]) | null;
}

const page = (traffic: Traffic, leastFilled: number | null): Kind => ({
  method: "POST",
  path: pathOf(traffic),
  connections: null,
  leastFilled,
  linesOf: (count) => bodiesOf(traffic, count),
});

/** From places where one campaign in a thousand's world already shows: so that every number of campaigns fills alike. */
const fillable = (traffic: Traffic): Kind => ({
  ...page(traffic, 0.95),
  linesOf: (count) => fillableBodies(traffic, count),
});

export const kinds: Readonly<Record<KindName, Kind>> = {
  fill: fillable("fill"),
  "fill 4": fillable("fill 4"),
  "no hold": fillable("no hold"),
  "no consent": fillable("no consent"),
  "consent string": fillable("consent string"),
  "fill in one category": fillable("fill in one category"),
  "fill in Paris": page("fill in Paris", 0.95),
  "no-fill": page("no-fill", null),
  "no-fill 4": page("no-fill 4", null),
  // A slot of one size leaves some requests without any shop of the place: bids are fewer.
  // More at once than their own admission lets in would be sent away.
  bids: { ...page("bids", 0.7), connections: 32 },
  "no bids": { ...page("no bids", null), connections: 32 },
  pixels: { method: "GET", path: "", connections: null, leastFilled: null, linesOf: null },
  places: {
    method: "GET",
    path: "",
    connections: null,
    leastFilled: null,
    linesOf: placeSearches,
  },
  // One forecast takes milliseconds of a thread of its own: a few people ask at once.
  forecasts: { ...page("forecasts", null), connections: 4 },
};

export function isKindName(name: string): name is KindName {
  return Object.hasOwn(kinds, name);
}

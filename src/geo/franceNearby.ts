import type { Places } from "./places.ts";
import { pointInRings } from "./rings.ts";
import type { Site } from "./sites.ts";
import {
  chordSquared,
  chordSquaredOfMeters,
  metersOfChordSquared,
  toUnitVector,
} from "./sphere.ts";
import type { PolygonRings } from "./types.ts";

/** The French sites of one square degree, and how far the farthest lies from the first. */
interface SquareDegree {
  readonly first: Site;
  readonly sites: readonly Site[];
  readonly spreadMeters: number;
}

const kept = new WeakMap<Places, readonly SquareDegree[]>();

/** Some 200 squares hold all of France: far points are told from near ones by as many distances. */
function squaresOf(places: Places): readonly SquareDegree[] {
  const known = kept.get(places);
  if (known !== undefined) return known;
  const french = places.sites.sites.filter((it) => it.communes.length > 0);
  const bySquare = Map.groupBy(french, (it) => Math.floor(it.lat) * 1000 + Math.floor(it.lon));
  const squares = [...bySquare.values()].map((sites) => {
    const first = sites[0] as Site;
    const farthest = sites.reduce((most, it) => Math.max(most, chordSquared(first, it)), 0);
    return { first, sites, spreadMeters: metersOfChordSquared(farthest) };
  });
  kept.set(places, squares);
  return squares;
}

/** Whether any French commune's point is within `meters` of a point. 1 to 20 µs, however far away the point is. */
export function isFranceWithin(places: Places, lat: number, lon: number, meters: number): boolean {
  const point = toUnitVector(lat, lon);
  const limit = chordSquaredOfMeters(meters);
  const squares = squaresOf(places);
  if (squares.some(({ first }) => chordSquared(point, first) <= limit)) return true;
  return squares.some(
    ({ first, sites, spreadMeters }) =>
      chordSquared(point, first) <= chordSquaredOfMeters(meters + spreadMeters) &&
      sites.some((it) => chordSquared(point, it) <= limit),
  );
}

/** Whether a polygon goes around French ground, as far as one commune in each square degree can tell. */
export function surroundsFrance(places: Places, rings: PolygonRings): boolean {
  return squaresOf(places).some(({ first }) => pointInRings(first.lat, first.lon, rings));
}

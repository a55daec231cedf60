import type { Commune } from "./commune.ts";
import type { Places } from "./places.ts";
import { eastOf } from "./rings.ts";
import { forEachSiteWithin, type Site } from "./sites.ts";
import { destination, distanceMeters } from "./sphere.ts";
import type { LatLon } from "./types.ts";

/**
 * The ground that a commune without an imported outline is likely to hold: what is nearer to its point than to its
 * neighbours', where a place with more people reaches farther. Compared with the rounded areas of 43 towns, from Levallois
 * to Saint-Denis de La Réunion, the radius is off by a quarter (root mean square).
 */

/** Directions in which the border is looked for. */
const directionCount = 24;
const neighboursWithinMeters = 25_000;
/** A neighbour known only as the middle of others may be off by more than this: nearer ones say nothing about the border. */
const vagueNeighbourMeters = 5_000;
const maxReachMeters = 10_000;
const minReachMeters = 600;
/** Towards the sea or an empty land there is no neighbour: a commune reaches no farther than twice its usual reach. */
const openDirection = 2;
/** Area grows with the number of people to this power. */
const areaPower = 0.4;
/** What a place of unknown population counts as: towns abroad. */
const unknownPopulation = 3_000;

const keptReaches = new WeakMap<Places, WeakMap<Commune, readonly number[]>>();

/** Metres from a commune's point to its likely border in 24 directions, clockwise from north; each 600 m to 10 km. */
export function communeReach(places: Places, commune: Commune): readonly number[] {
  let reaches = keptReaches.get(places);
  if (reaches === undefined) {
    reaches = new WeakMap();
    keptReaches.set(places, reaches);
  }
  let reach = reaches.get(commune);
  if (reach === undefined) {
    reach = findReach(places, commune);
    reaches.set(commune, reach);
  }
  return reach;
}

function findReach(places: Places, commune: Commune): readonly number[] {
  const own = places.sites.siteByCommune.get(commune.inseeCode);
  const neighbours = own === undefined ? [] : neighboursOf(places, commune, own);
  const reach = Array.from({ length: directionCount }, (_, i) =>
    borderMeters(neighbours, (2 * Math.PI * i) / directionCount),
  );
  const usual = [...reach].sort((a, b) => a - b)[directionCount / 2] ?? minReachMeters;
  return reach.map((it) => Math.max(minReachMeters, Math.min(it, openDirection * usual)));
}

/** The radius of a disc as large as the ground that a commune is likely to hold: 600 m to 10 km. */
export function communeRadiusMeters(places: Places, commune: Commune): number {
  const reach = communeReach(places, commune);
  return Math.sqrt(reach.reduce((sum, it) => sum + it * it, 0) / reach.length);
}

/**
 * `count` points over a commune's likely ground, the first in its middle: a sunflower's seeds, each with as much of the
 * ground around it, denser where the border is near.
 */
export function pointsOfCommune(
  places: Places,
  commune: Commune,
  count: number,
): readonly LatLon[] {
  const centre = { lat: commune.lat, lon: commune.lon };
  if (count === 1) return [centre];
  const reach = communeReach(places, commune);
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return centre;
    const bearing = (i * goldenAngle) % 360;
    const border = reach[Math.round((bearing * directionCount) / 360) % directionCount] ?? 0;
    return destination(centre, Math.sqrt(i / count) * border, bearing);
  });
}

const goldenAngle = 180 * (3 - Math.sqrt(5));

interface Neighbour {
  /** Metres from the commune's point. */
  readonly east: number;
  readonly north: number;
  /** Square of its reach over the commune's own. */
  readonly ratio: number;
}

function neighboursOf(places: Places, from: LatLon, own: Site): readonly Neighbour[] {
  const found: Neighbour[] = [];
  const size = likelySize(own);
  const metersPerDegree = 111_194;
  const shrink = Math.cos((from.lat * Math.PI) / 180);
  forEachSiteWithin(places.sites, from.lat, from.lon, neighboursWithinMeters, (site) => {
    if (site === own || isVague(site, from)) return;
    found.push({
      east: eastOf(site.lon, from.lon) * metersPerDegree * shrink,
      north: (site.lat - from.lat) * metersPerDegree,
      ratio: likelySize(site) / size,
    });
  });
  return found;
}

function isVague(site: Site, from: LatLon): boolean {
  const { communes } = site;
  // An arrondissement's approximate point was placed by hand: right to a kilometre.
  const isMiddle = communes.length > 0 && communes.every((it) => it.approximate && !it.parentCode);
  return isMiddle && distanceMeters(site, from) < vagueNeighbourMeters;
}

/** The area of all communes of a site, in a unit of its own. */
function likelySize({ communes }: Site): number {
  if (communes.length === 0) return unknownPopulation ** areaPower;
  return communes.reduce((sum, it) => sum + (it.population + 100) ** areaPower, 0);
}

/** Metres from the middle, in a direction, to the first point where a neighbour's pull is as strong. */
function borderMeters(neighbours: readonly Neighbour[], angle: number): number {
  const [dx, dy] = [Math.sin(angle), Math.cos(angle)];
  let border = maxReachMeters;
  for (const { east, north, ratio } of neighbours) {
    // |p|² · ratio = |p − n|² for p = t · direction: (1 − ratio) t² − 2 along t + squared = 0.
    const along = east * dx + north * dy;
    const squared = east * east + north * north;
    const lead = 1 - ratio;
    const root = along * along - lead * squared;
    if (root < 0) continue;
    // This form of the solution holds for equal sizes (lead = 0) as well.
    const divisor = along + Math.sqrt(root);
    if (divisor > 0) border = Math.min(border, squared / divisor);
  }
  return border;
}

import type { Commune } from "./commune.ts";
import type { Places } from "./places.ts";
import { forEachSiteWithin, type Site } from "./sites.ts";
import { chordSquaredOfMeters, toUnitVector } from "./sphere.ts";
import type { LatLon } from "./types.ts";

/** Order of communes in a place: the largest first. */
export const byPopulation = (a: Commune, b: Commune): number =>
  b.population - a.population || (a.inseeCode < b.inseeCode ? -1 : 1);

/** All communes, the largest first, and the unit vectors of their points one after the other. */
interface Ranking {
  readonly communes: readonly Commune[];
  readonly vectors: Float64Array;
}

const kept = new WeakMap<Places, Ranking>();

function rankingOf(places: Places): Ranking {
  const known = kept.get(places);
  if (known !== undefined) return known;
  const communes = places.sites.sites.flatMap((it) => it.communes).sort(byPopulation);
  const vectors = new Float64Array(3 * communes.length);
  for (const [i, { inseeCode }] of communes.entries()) {
    const { x, y, z } = places.sites.siteByCommune.get(inseeCode) as Site;
    vectors.set([x, y, z], 3 * i);
  }
  const ranking = { communes, vectors };
  kept.set(places, ranking);
  return ranking;
}

/** Up to here the grid finds a few hundred communes, which are soon sorted; beyond, those sorted once for all are sifted. */
const gridMeters = 30_000;

/** The communes whose point is within a distance, the largest first: 0.1 to 0.2 ms. */
export function communesWithin(
  places: Places,
  centre: LatLon,
  radiusMeters: number,
): readonly Commune[] {
  const found: Commune[] = [];
  if (radiusMeters <= gridMeters) {
    forEachSiteWithin(places.sites, centre.lat, centre.lon, radiusMeters, (site) =>
      found.push(...site.communes),
    );
    return found.sort(byPopulation);
  }
  const { communes, vectors } = rankingOf(places);
  const { x, y, z } = toUnitVector(centre.lat, centre.lon);
  const limit = chordSquaredOfMeters(radiusMeters);
  for (let i = 0; i < communes.length; i++) {
    const dx = vectors[3 * i]! - x;
    const dy = vectors[3 * i + 1]! - y;
    const dz = vectors[3 * i + 2]! - z;
    if (dx * dx + dy * dy + dz * dz <= limit) found.push(communes[i]!);
  }
  return found;
}

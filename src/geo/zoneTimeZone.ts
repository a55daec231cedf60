import { areaToKey, communesOfKey } from "./areas.ts";
import type { Commune } from "./commune.ts";
import type { Places } from "./places.ts";
import { pointInRings, polygonsOf, ringMiddle } from "./rings.ts";
import { forEachSiteWithin, nearestSite } from "./sites.ts";
import { distanceMeters } from "./sphere.ts";
import type { AreaKey, LatLon, PolygonRings, Zone, ZoneArea } from "./types.ts";

/**
 * The IANA time zone in which most of a zone's people live; Paris when nobody does. Drawn areas are judged by the largest
 * communes of France and those that do not keep Paris time: 36,000 others could not tip the balance.
 */
export function zoneTimeZone(zone: Zone, places: Places): string {
  const people = new Map<string, number>();
  const counted = new Set<AreaKey>();
  for (const area of zone.include) {
    const key = areaToKey(area);
    if (key !== null && counted.has(key)) continue;
    if (key !== null) counted.add(key);
    for (const commune of key === null ? tellingCommunes(area, places) : communesOfKey(places, key))
      people.set(commune.timeZone, (people.get(commune.timeZone) ?? 0) + commune.population);
  }
  let best = "Europe/Paris";
  let most = -1;
  for (const [timeZone, count] of people) {
    if (count <= most) continue;
    best = timeZone;
    most = count;
  }
  return best;
}

const largestCommunes = 100;
const keptTelling = new WeakMap<Places, readonly Commune[]>();

/** Of the communes that tell the time of a circle or polygon those that it holds, else the nearest of all. */
function tellingCommunes(area: ZoneArea, places: Places): readonly Commune[] {
  let telling = keptTelling.get(places);
  if (telling === undefined) {
    const all = [...places.communes.values()].sort((a, b) => b.population - a.population);
    telling = all.filter((it, i) => i < largestCommunes || it.timeZone !== "Europe/Paris");
    keptTelling.set(places, telling);
  }
  if (area.type === "circle") {
    const within = telling.filter((it) => distanceMeters(it, area) <= area.radiusMeters);
    return within.length > 0 ? within : nearestCommunes(area, places);
  }
  if (area.type !== "polygon") return [];
  const polygons = polygonsOf(area.geometry);
  const held = new Set<Commune>();
  for (const rings of polygons) {
    const { middle, reach } = boundsOf(rings[0] ?? []);
    for (const it of telling)
      if (Math.abs(it.lat - middle.lat) <= reach && pointInRings(it.lat, it.lon, rings))
        held.add(it);
  }
  return held.size > 0 ? [...held] : nearestCommunes(ringMiddle(polygons[0]?.[0] ?? []), places);
}

/** The communes whose point an area holds; for a circle or polygon that holds none, the nearest one. */
export function communesOfArea(area: ZoneArea, places: Places): readonly Commune[] {
  const key = areaToKey(area);
  if (key !== null) return communesOfKey(places, key);
  if (area.type === "circle") {
    const found: Commune[] = [];
    forEachSiteWithin(places.sites, area.lat, area.lon, area.radiusMeters, (site) =>
      found.push(...site.communes),
    );
    return found.length > 0 ? found : nearestCommunes(area, places);
  }
  if (area.type !== "polygon") return [];
  return polygonsOf(area.geometry).flatMap((rings) => {
    const outer = rings[0] ?? [];
    const middle = ringMiddle(outer);
    let radius = 0;
    for (const [lon, lat] of outer) radius = Math.max(radius, distanceMeters(middle, { lat, lon }));
    const found: Commune[] = [];
    forEachSiteWithin(places.sites, middle.lat, middle.lon, radius, (site) => {
      if (pointInRings(site.lat, site.lon, rings)) found.push(...site.communes);
    });
    return found.length > 0 ? found : nearestCommunes(middle, places);
  });
}

function nearestCommunes(point: LatLon, places: Places): readonly Commune[] {
  const accept = (site: { readonly communes: readonly Commune[] }) => site.communes.length > 0;
  return nearestSite(places.sites, point.lat, point.lon, 300_000, accept)?.communes ?? [];
}

/** The middle of a ring, and how many degrees of latitude it reaches to either side. */
function boundsOf(ring: PolygonRings[number]): { readonly middle: LatLon; readonly reach: number } {
  const middle = ringMiddle(ring);
  let reach = 0;
  for (const [, lat] of ring) reach = Math.max(reach, Math.abs(lat - middle.lat));
  return { middle, reach };
}

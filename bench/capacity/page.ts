import { readFileSync } from "node:fs";
import { loadPlaces } from "../../src/geo/places.ts";
import { capacityTables } from "./tables.ts";

const places = new URL("../../src/geo/data/places.tsv", import.meta.url);

/** The tables of the page, with the regions of the table of places. */
export function allTables(): Readonly<Record<string, string>> {
  const { regions } = loadPlaces(readFileSync(places, "utf8"));
  return capacityTables([...regions.values()]);
}

/** The page with each table in its place, between `<!-- NAME -->` and `<!-- /NAME -->`. Throws where a place is missing. */
export function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`the page has no place for ${name}`);
    return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
  }, page);
}

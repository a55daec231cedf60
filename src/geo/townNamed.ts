import type { Commune } from "./commune.ts";
import { normalizeName } from "./normalizeName.ts";
import type { Places } from "./places.ts";

/** One namesake must be this many times as large as all the others together to be meant without saying where. */
const clearlyLarger = 20;
const longestName = 128;

const kept = new WeakMap<Places, ReadonlyMap<string, readonly Commune[]>>();

/**
 * Communes by normalised name, without arrondissements, which go by the name of their city. Made once per table, in about
 * 100 ms: too long for a request, so that locators ask for it when they are made.
 */
export function townsOf(places: Places): ReadonlyMap<string, readonly Commune[]> {
  const known = kept.get(places);
  if (known !== undefined) return known;
  const whole = [...places.communes.values()].filter((it) => it.parentCode === null);
  const towns = Map.groupBy(whole, (it) => normalizeName(it.name));
  kept.set(places, towns);
  return towns;
}

/**
 * The INSEE code of the commune of that name in a département or region (null = anywhere): the only one, or the one that is
 * clearly meant, being twenty times as large as its namesakes together. Null when there is none, or no telling. About 2 µs.
 */
export function townNamed(
  places: Places,
  name: string,
  within: { readonly departement: string } | { readonly region: string } | null,
): string | null {
  if (name.length > longestName) return null;
  const namesakes = townsOf(places).get(normalizeName(name)) ?? [];
  const towns = within === null ? namesakes : namesakes.filter((it) => lies(it, within));
  const [first] = towns;
  if (first === undefined) return null;
  const largest = towns.reduce((most, it) => (it.population > most.population ? it : most), first);
  const others = towns.reduce((sum, it) => sum + it.population, 0) - largest.population;
  return towns.length === 1 || largest.population >= clearlyLarger * others
    ? largest.inseeCode
    : null;
}

function lies(
  commune: Commune,
  within: { readonly departement: string } | { readonly region: string },
): boolean {
  return "region" in within
    ? commune.regionCode === within.region
    : commune.departementCode === within.departement;
}

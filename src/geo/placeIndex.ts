import { normalizeName } from "./normalizeName.ts";
import type { CommuneGroup, Places } from "./places.ts";
import { postalCodeLabel } from "./zoneLabel.ts";

export type PlaceKind = "commune" | "postalCode" | "departement" | "region";

/** One thing that a person may look for. */
export interface PlaceEntry {
  readonly kind: PlaceKind;
  /** INSEE code, postal code, or official code of the département or region. */
  readonly code: string;
  readonly name: string;
  /** What to show: "Limoges (87)", "87000 Limoges", "Haute-Vienne (département 87)". */
  readonly label: string;
  readonly population: number;
  readonly lat: number;
  readonly lon: number;
  /** True when the point (of a commune) or outline (of a group, always) is not exact. */
  readonly approximate: boolean;
  readonly postalCodes: readonly string[];
  readonly departementCode: string | null;
  readonly regionCode: string | null;
}

/** Entries, largest first, and the sorted words that lead to them. */
export interface PlaceIndex {
  readonly entries: readonly PlaceEntry[];
  /** Normalised name of each entry. */
  readonly names: readonly string[];
  /** Official code of each entry, in lower case. */
  readonly codes: readonly string[];
  /** " word word code " of each entry, elided words included: what the words of a query are looked up in. */
  readonly haystacks: readonly string[];
  readonly words: readonly string[];
  /** Entries of `words[i]` are `postings` from `offsets[i]` to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  readonly postings: Uint32Array;
}

/** Builds the index of names and codes, once: about 150 ms. */
export function buildPlaceIndex(places: Places): PlaceIndex {
  // The sort is stable: of equal size, communes come first, then postal codes, départements, regions.
  const entries = allEntries(places).sort((a, b) => b.population - a.population);
  const names = entries.map((it) => normalizeName(it.name));
  const codes = entries.map((it) => it.code.toLowerCase());
  const haystacks = entries.map(
    (it, i) => ` ${names[i]}${elided(it.name)} ${[codes[i], ...it.postalCodes].join(" ")} `,
  );
  const found = new Map<string, number[]>();
  for (const [i, haystack] of haystacks.entries())
    for (const word of new Set(haystack.trim().split(" "))) {
      const list = found.get(word);
      if (list === undefined) found.set(word, [i]);
      else list.push(i);
    }
  const words = [...found.keys()].sort();
  const offsets = new Uint32Array(words.length + 1);
  for (const [i, word] of words.entries())
    offsets[i + 1] = (offsets[i] as number) + (found.get(word)?.length ?? 0);
  const postings = new Uint32Array(offsets[words.length] as number);
  for (const [i, word] of words.entries()) postings.set(found.get(word) ?? [], offsets[i]);
  return { entries, names, codes, haystacks, words, offsets, postings };
}

/** " lhay" for "L'Haÿ-les-Roses": people leave the apostrophe out as well. */
function elided(name: string): string {
  const words = name.match(/\p{L}+['’]\p{L}+/gu) ?? [];
  return words.map((word) => ` ${normalizeName(word.replace(/['’]/g, ""))}`).join("");
}

function allEntries(places: Places): PlaceEntry[] {
  const communes = [...places.communes.values()].map(
    (it): PlaceEntry => ({
      kind: "commune",
      code: it.inseeCode,
      name: it.name,
      label: `${it.name} (${it.departementCode})`,
      population: it.population,
      lat: it.lat,
      lon: it.lon,
      approximate: it.approximate,
      postalCodes: it.postalCodes,
      departementCode: it.departementCode,
      regionCode: it.regionCode,
    }),
  );
  const postalCodes = [...places.postalCodes.values()].map((it) =>
    groupEntry("postalCode", it, postalCodeLabel(it.code, places), it.communes[0]?.departementCode),
  );
  const departements = [...places.departements.values()].map((it) =>
    groupEntry("departement", it, `${it.name} (département ${it.code})`, it.code),
  );
  const departementNames = new Set([...places.departements.values()].map((it) => it.name));
  const regions = [...places.regions.values()]
    // Overseas a département and its region are one and the same: found once.
    .filter((it) => !departementNames.has(it.name))
    .map((it) => groupEntry("region", it, `${it.name} (région)`, undefined));
  return [...communes, ...postalCodes, ...departements, ...regions];
}

function groupEntry(
  kind: PlaceKind,
  group: CommuneGroup,
  label: string,
  departementCode: string | undefined,
): PlaceEntry {
  const { lat, lon } = middle(group);
  return {
    kind,
    code: group.code,
    name: group.name,
    label,
    population: group.population,
    lat,
    lon,
    approximate: true,
    postalCodes: [],
    departementCode: departementCode ?? null,
    regionCode: kind === "region" ? group.code : (group.communes[0]?.regionCode ?? null),
  };
}

/** Where most people of the group are: the largest of a few communes, the weighted middle of many. */
function middle(group: CommuneGroup): { readonly lat: number; readonly lon: number } {
  const largest = group.communes[0];
  if (largest === undefined) return { lat: 0, lon: 0 };
  if (group.communes.length <= 3) return { lat: largest.lat, lon: largest.lon };
  let [lat, lon, total] = [0, 0, 0];
  for (const it of group.communes) {
    lat += it.lat * (it.population + 1);
    lon += it.lon * (it.population + 1);
    total += it.population + 1;
  }
  return { lat: round(lat / total), lon: round(lon / total) };
}

const round = (degrees: number): number => Math.round(degrees * 1e4) / 1e4;

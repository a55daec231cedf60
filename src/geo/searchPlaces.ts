import { normalizeName } from "./normalizeName.ts";
import { buildPlaceIndex, type PlaceEntry, type PlaceIndex, type PlaceKind } from "./placeIndex.ts";
import type { Places } from "./places.ts";

export interface PlaceSearchOptions {
  /** At most so many results, 1 or more. */
  readonly limit: number;
  /** Only these kinds; absent = all. */
  readonly kinds?: readonly PlaceKind[];
}

const indexes = new WeakMap<Places, PlaceIndex>();

/** Finds places by name or code; see `searchPlaceIndex`. The index of a table is built at its first search and kept. */
export function searchPlaces(
  places: Places,
  query: string,
  options: PlaceSearchOptions,
): readonly PlaceEntry[] {
  let index = indexes.get(places);
  if (index === undefined) {
    index = buildPlaceIndex(places);
    indexes.set(places, index);
  }
  return searchPlaceIndex(index, query, options);
}

/**
 * Places each of whose query words starts a word of the name, a postal code or an official code; accents, case, hyphens
 * and apostrophes do not matter. Best match first (the exact name, then names that start so, then whole words),
 * then the most people. Well under 1 ms.
 */
export function searchPlaceIndex(
  index: PlaceIndex,
  query: string,
  { limit, kinds }: PlaceSearchOptions,
): readonly PlaceEntry[] {
  const wanted = normalizeName(query);
  if (wanted === "") return [];
  const words = wanted.split(" ");
  const ranges = words.map((word) => wordRange(index, word));
  const rarest = ranges.reduce((best, it) => (it.count < best.count ? it : best));
  const others = words.filter((_, i) => ranges[i] !== rarest).map((word) => ` ${word}`);
  const best: Ranked[] = [];
  const seen = new Set<number>();
  const end = index.offsets[rarest.to] as number;
  for (let at = index.offsets[rarest.from] as number; at < end; at++) {
    const entry = index.postings[at] as number;
    const worst = best.length < limit ? undefined : best[best.length - 1];
    const bound = qualityBound(index, entry, wanted);
    if (worst !== undefined && !isBetter(bound, entry, worst)) continue;
    const haystack = index.haystacks[entry] as string;
    if (seen.has(entry) || !others.every((it) => haystack.includes(it))) continue;
    seen.add(entry);
    if (kinds !== undefined && !kinds.includes((index.entries[entry] as PlaceEntry).kind)) continue;
    const quality = bound > 2 ? bound : wordQuality(haystack, words);
    if (worst === undefined || isBetter(quality, entry, worst))
      insert(best, { entry, quality }, limit);
  }
  return best.map((it) => index.entries[it.entry] as PlaceEntry);
}

interface Ranked {
  readonly entry: number;
  readonly quality: number;
}

function isBetter(quality: number, entry: number, than: Ranked): boolean {
  return quality > than.quality || (quality === than.quality && entry < than.entry);
}

function insert(best: Ranked[], ranked: Ranked, limit: number): void {
  let at = best.length;
  while (at > 0 && isBetter(ranked.quality, ranked.entry, best[at - 1] as Ranked)) at--;
  best.splice(at, 0, ranked);
  if (best.length > limit) best.pop();
}

/** 5 the name or official code itself, 4 the name starts with these whole words, 3 with these letters, else 2 at the most. */
function qualityBound(index: PlaceIndex, entry: number, wanted: string): number {
  if (index.codes[entry] === wanted) return 5;
  const name = index.names[entry] as string;
  if (!name.startsWith(wanted)) return 2;
  if (name.length === wanted.length) return 5;
  return name.charCodeAt(wanted.length) === 32 ? 4 : 3;
}

/** 2 whole words, 1 beginnings of words. */
function wordQuality(haystack: string, words: readonly string[]): number {
  return words.every((word) => haystack.includes(` ${word} `)) ? 2 : 1;
}

/** The words of the index that start with `prefix`, and how many entries they lead to. */
function wordRange(
  index: PlaceIndex,
  prefix: string,
): { readonly from: number; readonly to: number; readonly count: number } {
  const from = firstAtLeast(index.words, prefix);
  const to = firstAtLeast(index.words, `${prefix}\uffff`);
  return {
    from,
    to,
    count: (index.offsets[to] as number) - (index.offsets[from] as number),
  };
}

function firstAtLeast(words: readonly string[], wanted: string): number {
  let from = 0;
  let to = words.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((words[middle] as string) < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}

import { categoryAndAncestors } from "../../targeting/categories.ts";
import { stableChance } from "../../targeting/hash.ts";
import {
  categoryFitMultiplier,
  maxAudienceMultiplier,
  maxNearnessMultiplier,
} from "../../targeting/multipliers.ts";
import type { PlaceIntention } from "../../targeting/types.ts";
import { type Filter, filtersOf } from "./filterNoise.ts";
import {
  adFormats,
  deviceTypes,
  type ForecastSample,
  notForSale,
  placesPerRow,
  sources,
} from "./forecastSample.ts";
import type { ForecastQuestion } from "./forecastTypes.ts";
import { factorsOf, isEvenly, unthinned } from "./thinRows.ts";
import type { ZoneMembership } from "./zoneMembership.ts";

/** The rows of a sample that are opportunities of a campaign. */
export interface MatchedRows {
  /** Ascending: by visitor, then by time. */
  readonly rows: Uint32Array;
  /** The bid, micros per thousand views, above which each is won: the value to beat without the campaign's multipliers. */
  readonly bidToBeat: Float32Array;
  /** What each row's weight is multiplied by: 1, more where so many match that a part of the visitors is enough. */
  readonly rowFactor: number;
  /** The same for the weights of people. */
  readonly peopleFactor: number;
  /** What was asked of pages and people besides the zone. */
  readonly filters: readonly Filter[];
  /** What hides the pages of few people (see `hidePages`), a part of `rowFactor`; 1 = nothing does. */
  readonly pagesFactor: number;
  /** Relative, of what hides the pages of few people (see `hidePages`). */
  readonly pagesVariance: number;
}

export type Targeting = Pick<
  ForecastQuestion,
  | "placeIntention"
  | "formats"
  | "wantedCategories"
  | "avoidedCategories"
  | "devices"
  | "audience"
  | "frequencyCaps"
>;

/** More rows make the answer slower and hardly any better. */
const mostRows = 250_000;

const meant: Record<PlaceIntention, readonly string[]> = {
  any: sources,
  searches_here: ["search"],
  is_here: ["device", "ip"],
  lives_here: ["home"],
};

/** Finds the opportunities of a campaign: place, hours (groups with a factor), device, category, audience, recognisable where capped. */
export function matchRows(
  sample: ForecastSample,
  targeting: Targeting,
  zone: ZoneMembership,
  hourFactors: Float64Array,
): MatchedRows {
  const { rows } = sample;
  const isMeant = Uint8Array.from(sources, (source) =>
    meant[targeting.placeIntention].includes(source) ? 1 : 0,
  );
  const inZone = rowsInZone(sample, zone, isMeant, targeting.placeIntention);
  const count = inZone.length;
  const share = Math.min(1, mostRows / Math.max(1, count));
  const found = new Uint32Array(count);
  const bidToBeat = new Float32Array(count);
  const passes = filterOf(sample, targeting, hourFactors);
  const multiplierOf = multiplierFunction(sample, targeting, zone, isMeant);
  const formats = targeting.formats.map((format) => adFormats.indexOf(format));
  const nobody = sample.visitors.count;
  const isKept = (row: number): boolean =>
    share === 1 || isEvenly(rows.visitors[row] === nobody ? row : rows.visitors[row]!, share);
  let size = 0;
  for (const row of inZone) {
    if (!isKept(row) || !passes(row)) continue;
    found[size] = row;
    bidToBeat[size] = leastToBeat(rows.toBeat, row, formats) / multiplierOf(row);
    size++;
  }
  const factors = share === 1 ? unthinned : factorsOf(sample, inZone, isKept);
  const filters = filtersOf(sample, targeting, hourFactors);
  return {
    rows: found.subarray(0, size),
    bidToBeat: bidToBeat.subarray(0, size),
    ...factors,
    filters,
    pagesFactor: 1,
    pagesVariance: 0,
  };
}

/** The rows about the zone's places, ascending, each once. */
function rowsInZone(
  { places, rows }: ForecastSample,
  { isInside, isNationwide }: ZoneMembership,
  isMeant: Uint8Array,
  intention: PlaceIntention,
): Uint32Array {
  const marked = new Uint8Array(rows.count);
  const found: number[] = [];
  const mark = (row: number): void => {
    if (marked[row] === 1) return;
    marked[row] = 1;
    found.push(row);
  };
  for (let place = 0; place < places.count; place++) {
    if (isInside[place] === 0 || isMeant[places.sources[place]!] === 0) continue;
    for (let at = places.rowStarts[place]!; at < places.rowStarts[place + 1]!; at++)
      mark(places.rowIds[at]!);
  }
  if (isNationwide && intention === "any")
    for (let row = 0; row < rows.count; row++) if (rows.places[row * placesPerRow]! < 0) mark(row);
  // Many are sooner found in order than brought into it.
  if (found.length * 20 < rows.count) return Uint32Array.from(found).sort();
  const inOrder = new Uint32Array(found.length);
  let size = 0;
  for (let row = 0; row < rows.count; row++) if (marked[row] === 1) inOrder[size++] = row;
  return inOrder;
}

function filterOf(
  sample: ForecastSample,
  targeting: Targeting,
  hourFactors: Float64Array,
): (row: number) => boolean {
  const { rows, visitors } = sample;
  const devices = Uint8Array.from(deviceTypes, (device) =>
    targeting.devices.length === 0 || targeting.devices.includes(device) ? 1 : 0,
  );
  const categories = allowedCategories(sample.categories, targeting);
  const isAboutIt = sample.basis === "prior" ? priorCategoryTest(targeting) : null;
  const needsPerson = targeting.frequencyCaps.some((cap) => cap.window !== "page_view");
  const floors = targeting.audience.filter(({ minScore }) => minScore !== null);
  return (row) => {
    if (devices[rows.devices[row]!] === 0) return false;
    if (isAboutIt === null ? categories[rows.categories[row]!] === 0 : !isAboutIt(row))
      return false;
    if (hourFactors[rows.hourGroups[row]!] === 0) return false;
    const visitor = rows.visitors[row]!;
    if (needsPerson && visitor === visitors.count) return false;
    if (floors.length === 0) return true;
    if (rows.personalised[row] === 0 || visitor === visitors.count) return false;
    for (const { segmentId, minScore } of floors)
      if (scoreOf(sample, visitor, segmentId) < (minScore ?? 0) * 1_000) return false;
    return true;
  };
}

function allowedCategories(
  categories: readonly string[],
  { wantedCategories, avoidedCategories }: Targeting,
): Uint8Array {
  const wanted = new Set(wantedCategories);
  const avoided = new Set(avoidedCategories);
  return Uint8Array.from(categories, (category) => {
    const lineage = category === "" ? [] : categoryAndAncestors(category);
    if (lineage.some((path) => avoided.has(path))) return 0;
    return wanted.size === 0 || lineage.some((path) => wanted.has(path)) ? 1 : 0;
  });
}

/** Nothing is known of pages before any was counted: each wanted category is taken for a tenth of them. */
function priorCategoryTest({ wantedCategories }: Targeting): (row: number) => boolean {
  const share = wantedCategories.length === 0 ? 1 : Math.min(1, wantedCategories.length / 10);
  return (row) => stableChance(categorySeed, row) < share;
}

const categorySeed = 91;

/** Thousandths; −1 = not scored. Of invented visitors a quarter on average, half of them nearly nothing. */
function scoreOf({ basis, visitors }: ForecastSample, visitor: number, segmentId: number): number {
  if (basis === "prior") return 1_000 * stableChance(visitors.hashes[visitor]!, segmentId) ** 3;
  for (let at = visitors.scoreStarts[visitor]!; at < visitors.scoreStarts[visitor + 1]!; at++)
    if (visitors.segmentIds[at] === segmentId) return visitors.scores[at]!;
  return -1;
}

function multiplierFunction(
  sample: ForecastSample,
  targeting: Targeting,
  { isInside, closeness }: ZoneMembership,
  isMeant: Uint8Array,
): (row: number) => number {
  const { rows, places, visitors } = sample;
  const fit = targeting.wantedCategories.length > 0 ? categoryFitMultiplier : 1;
  const boosts = targeting.audience.filter(({ multiplier }) => multiplier !== null);
  const nearness = (row: number): number => {
    if (closeness === null) return 1;
    for (let at = row * placesPerRow; at < (row + 1) * placesPerRow; at++) {
      const place = rows.places[at]!;
      if (place < 0) break;
      if (isInside[place] === 1 && isMeant[places.sources[place]!] === 1)
        return 1 + (maxNearnessMultiplier - 1) * closeness[place]!;
    }
    return 1;
  };
  const audience = (row: number): number => {
    const visitor = rows.visitors[row]!;
    if (boosts.length === 0 || visitor === visitors.count || rows.personalised[row] === 0) return 1;
    let product = 1;
    for (const { segmentId, multiplier } of boosts)
      product *=
        1 + ((multiplier ?? 1) - 1) * (Math.max(0, scoreOf(sample, visitor, segmentId)) / 1_000);
    return Math.min(product, maxAudienceMultiplier);
  };
  return (row) => fit * nearness(row) * audience(row);
}

function leastToBeat(toBeat: Float32Array, row: number, formats: readonly number[]): number {
  let least = notForSale;
  for (const format of formats) least = Math.min(least, toBeat[row * adFormats.length + format]!);
  return least;
}

import { distanceMeters } from "../../geo/sphere.ts";
import type { DemoPlace } from "../demoTypes.ts";
import { createRandom } from "../random.ts";
import { withFrenchSpaces } from "../shopTexts.ts";
import { givenNames } from "../shopWords.ts";
import { type TownCategory, townCategories } from "./townCategories.ts";

/** Something that somebody who does not exist has for sale. */
export interface Listing {
  /** "87085-3-7": commune, category, number. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly priceEuros: number;
  readonly category: TownCategory;
  readonly place: DemoPlace;
  readonly seller: string;
  /** How many days it has stood there. */
  readonly daysOld: number;
  readonly distanceMeters: number;
}

/** As many as one page lists. */
export const listingsOfPage = 12;
const aroundMeters = 20_000;
const details = [
  "Visible le soir ou le samedi. Paiement à la remise, pas d'envoi.",
  "Très bon état, peu servi. Prix à discuter raisonnablement.",
  "Je peux livrer dans un rayon de dix kilomètres.",
  "Cause déménagement, à prendre sur place.",
  "Facture et notice disponibles. Premier arrivé, premier servi !",
] as const;

/** Offers of a place and its neighbours, of one category or of all: the same for everybody, for ever. */
export function listingsAround(
  centre: DemoPlace,
  places: readonly DemoPlace[],
  category: TownCategory | null,
): readonly Listing[] {
  const near = places
    // Distances of all of France would take some milliseconds of the loop that serves.
    .filter(({ lat, lon }) => Math.abs(lat - centre.lat) < 0.2 && Math.abs(lon - centre.lon) < 0.3)
    .map((place) => ({ place, meters: distanceMeters(place, centre) }))
    .filter(({ meters }) => meters <= aroundMeters)
    .sort((one, other) => one.meters - other.meters)
    .slice(0, 9);
  const random = createRandom(seedOf(`${centre.inseeCode} ${category?.code ?? ""}`));
  const first = random.integer(0, 99);
  return Array.from({ length: listingsOfPage }, (_, index) => {
    // Half of them are from the place itself.
    const { place, meters } = (random.chance(0.5) ? near[0] : random.pick(near)) ?? near[0]!;
    const kind = category ?? townCategories[index % townCategories.length]!;
    return makeListing(place, kind, (first + index) % 100, meters);
  });
}

/** The listing of an id; null for what is none. */
export function findListing(id: string, byCode: ReadonlyMap<string, DemoPlace>): Listing | null {
  const [, inseeCode = "", category = "", number = ""] =
    /^([0-9AB]{5})-(\d{1,2})-(\d{1,2})$/.exec(id) ?? [];
  const place = byCode.get(inseeCode);
  const kind = townCategories[Number(category)];
  return place === undefined || kind === undefined || category === ""
    ? null
    : makeListing(place, kind, Number(number), 0);
}

function makeListing(
  place: DemoPlace,
  category: TownCategory,
  number: number,
  meters: number,
): Listing {
  const random = createRandom(seedOf(`${place.inseeCode} ${category.code} ${number}`));
  const [low, high] = category.prices;
  const raw = low + (high - low) * random.next() ** 2;
  const step = raw > 10_000 ? 500 : raw > 500 ? 50 : 5;
  return {
    id: `${place.inseeCode}-${townCategories.indexOf(category)}-${number}`,
    // Numbers in a row have titles in turn.
    title: withFrenchSpaces(category.titles[number % category.titles.length] ?? category.fr),
    text: withFrenchSpaces(random.pick(details)),
    priceEuros: Math.round(raw / step) * step,
    category,
    place,
    seller: random.pick(givenNames),
    daysOld: random.integer(0, 12),
    distanceMeters: meters,
  };
}

/** FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

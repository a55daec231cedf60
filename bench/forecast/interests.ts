import { categoryAndAncestors } from "../../src/targeting/categories.ts";
import { hashText, mixHash, stableChance } from "../../src/targeting/hash.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";

/**
 * What people look at and what they are scored for, so that forecasts with filters can be tried. Assumptions, not published
 * figures: categories are as frequent as the reciprocals of their ranks, half of a person's visits are about one of
 * them, a segment's scores are 0.26 on average and high of who looks for vehicles. Drawn by hashes: a world has
 * the same pages with them as without.
 */

const categories = [
  "vehicules/voitures",
  "immobilier/locations",
  "maison/ameublement",
  "mode/vetements",
  "multimedia/telephones",
  "immobilier/ventes",
  "vehicules/motos",
  "loisirs/sports",
  "maison/bricolage",
  "emploi/offres",
] as const;
const ownShare = 0.5;
/** The one segment of the world. */
export const segmentId = 7;

const shares = categories.map((_, rank) => 1 / (rank + 1));
const total = shares.reduce((sum, share) => sum + share, 0);

function categoryAt(chance: number): string {
  let left = chance * total;
  const found = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return categories[found] ?? categories[0];
}

const ownCategory = (personHash: number): string => categoryAt(stableChance(personHash, 11));

/** What a visit of somebody is about. */
export function categoryOfVisit(personHash: number, startMs: number): string {
  const visit = mixHash(personHash, startMs / 1_000);
  return stableChance(visit, 12) < ownShare
    ? ownCategory(personHash)
    : categoryAt(stableChance(visit, 13));
}

/** 0 to 1. */
export function scoreOf(personHash: number): number {
  const chance = stableChance(personHash, 14);
  return ownCategory(personHash).startsWith("vehicules/") ? 0.4 + 0.6 * chance : chance ** 4;
}

export const personHashOf = (area: number, person: number): number => hashText(`${area} ${person}`);

type Filters = Pick<ServableCampaign, "wantedCategories" | "avoidedCategories" | "audience">;

/** Whether a campaign wants a page and its visitor besides the place: worked out without what forecasts are made of. */
export function isWanted(
  { wantedCategories, avoidedCategories, audience }: Filters,
  page: { readonly category: string; readonly score: number; readonly visitorId: string | null },
): boolean {
  const lineage = categoryAndAncestors(page.category);
  if (lineage.some((path) => avoidedCategories.includes(path))) return false;
  if (wantedCategories.length > 0 && !lineage.some((path) => wantedCategories.includes(path)))
    return false;
  return audience.every(
    ({ minScore }) => minScore === null || (page.visitorId !== null && page.score >= minScore),
  );
}

import type { BidContext } from "./types.ts";

/**
 * IAB Tech Lab's Content Taxonomy 1.0 in the words of French classified ads, which campaigns want pages by. A code without
 * words of its own is of its parent.
 */
const contentOne: ReadonlyMap<string, string> = new Map(
  Object.entries({
    IAB1: "loisirs",
    "IAB1-1": "loisirs/livres",
    IAB2: "vehicules",
    "IAB2-1": "vehicules/equipement-auto",
    "IAB2-2": "vehicules/equipement-auto",
    "IAB2-3": "vehicules/voitures",
    "IAB2-5": "vehicules/voitures",
    "IAB2-15": "vehicules/motos",
    IAB4: "emploi",
    IAB6: "famille",
    "IAB6-2": "famille/equipement-bebe",
    IAB9: "loisirs",
    IAB10: "maison",
    "IAB10-1": "maison/electromenager",
    "IAB10-4": "maison/jardin",
    "IAB10-5": "maison/bricolage",
    "IAB10-7": "maison/decoration",
    "IAB10-8": "maison/jardin",
    "IAB10-9": "maison/bricolage",
    "IAB14-7": "services/evenements",
    IAB16: "animaux",
    IAB17: "loisirs/sports",
    "IAB17-3": "loisirs/velos",
    IAB18: "mode",
    "IAB18-4": "mode/bijoux",
    "IAB18-5": "mode/vetements",
    IAB19: "multimedia",
    "IAB19-6": "multimedia/telephonie",
    IAB20: "vacances",
    IAB21: "immobilier",
    "IAB21-1": "immobilier/locations",
    "IAB21-3": "immobilier/ventes",
  }),
);

/** In 2.x and 3.x numbers follow each other within what they are under: the first that holds a number counts. */
const contentTwo: readonly (readonly [from: number, to: number, category: string])[] = [
  [3, 3, "vehicules/utilitaires"],
  [7, 7, "vehicules/utilitaires"],
  [2, 24, "vehicules/voitures"],
  [27, 27, "vehicules/motos"],
  [29, 29, "vehicules/motos"],
  [30, 30, "vehicules/voitures"],
  [32, 32, "vehicules/equipement-auto"],
  [34, 34, "vehicules/equipement-auto"],
  [1, 41, "vehicules"],
  [42, 51, "loisirs/livres"],
  [123, 131, "emploi"],
  [163, 173, "services/evenements"],
  [196, 196, "famille/equipement-bebe"],
  [186, 200, "famille"],
  [201, 209, "loisirs"],
  [239, 273, "loisirs"],
  [275, 275, "maison/jardin"],
  [284, 285, "maison/jardin"],
  [276, 276, "maison/bricolage"],
  [280, 280, "maison/bricolage"],
  [278, 278, "maison/electromenager"],
  [283, 283, "maison/decoration"],
  [274, 285, "maison"],
  [324, 378, "loisirs"],
  [422, 431, "animaux"],
  [442, 442, "immobilier/locations"],
  [444, 444, "vacances/locations"],
  [447, 447, "immobilier/ventes"],
  [451, 451, "immobilier/ventes"],
  [452, 452, "immobilier/locations"],
  [441, 452, "immobilier"],
  [492, 492, "loisirs/velos"],
  [483, 551, "loisirs/sports"],
  [552, 595, "mode"],
  [635, 635, "multimedia/telephonie"],
  [599, 631, "multimedia/informatique"],
  [596, 639, "multimedia"],
  [653, 679, "vacances"],
  [680, 698, "loisirs"],
];

/** AdCOM's numbers of Content Taxonomy 2.0, 2.1, 2.2, 3.0 and 3.1. */
const laterContent: ReadonlySet<number> = new Set([2, 5, 6, 7, 9]);

/**
 * The category of a site's page or an app in our words ("vehicules/voitures"): of the first of its codes that has one.
 * Null = none, or in another taxonomy. It is what campaigns that want pages by category are matched with. Pure.
 */
export function pageCategoryOf({
  categories,
  categoryTaxonomy,
}: Pick<BidContext, "categories" | "categoryTaxonomy">): string | null {
  for (const code of categories) {
    const category = categoryTaxonomy === 1 ? ofContentOne(code) : ofLater(code, categoryTaxonomy);
    if (category !== null) return category;
  }
  return null;
}

function ofContentOne(code: string): string | null {
  return contentOne.get(code) ?? contentOne.get(code.split("-")[0] ?? "") ?? null;
}

function ofLater(code: string, taxonomy: number): string | null {
  if (!laterContent.has(taxonomy) || !/^\d{1,3}$/.test(code)) return null;
  const number = Number(code);
  return contentTwo.find(([from, to]) => number >= from && number <= to)?.[2] ?? null;
}

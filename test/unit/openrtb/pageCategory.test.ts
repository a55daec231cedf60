import { expect, test } from "vitest";
import { allTrades } from "../../../src/demo/trades/allTrades.ts";
import { pageCategoryOf } from "../../../src/openrtb/pageCategory.ts";

test.each<[readonly string[], number, string | null]>([
  [["IAB2-3"], 1, "vehicules/voitures"],
  [["IAB2-22"], 1, "vehicules"],
  [["IAB12", "IAB10-4"], 1, "maison/jardin"],
  [["IAB12-3"], 1, null],
  [["IAB99"], 1, null],
  [["__proto__", "constructor", "-"], 1, null],
  [[], 1, null],
  [["30"], 6, "vehicules/voitures"],
  [["25"], 2, "vehicules"],
  [["3"], 7, "vehicules/utilitaires"],
  [["379", "284"], 9, "maison/jardin"],
  [["JLBCU7", "1.5", "-3", "699"], 7, null],
  [["1"], 3, null],
  [["IAB2"], 6, null],
  [["1"], 1, null],
])("a page of %j in taxonomy %i is about %s", (categories, categoryTaxonomy, category) => {
  expect(pageCategoryOf({ categories, categoryTaxonomy })).toBe(category);
});

test("what most campaigns of the demo want of a page can be said by exchanges", () => {
  const said = new Set<string>();
  for (let number = 1; number < 700; number++) {
    const page = { categories: [`${number}`], categoryTaxonomy: 6 };
    const category = pageCategoryOf(page);
    if (category !== null) said.add(category);
  }
  const wanted = allTrades.flatMap(({ wants }) => wants);
  const isSaid = (path: string) => [...said].some((it) => it === path || it.startsWith(`${path}/`));
  expect(wanted.filter(isSaid).length / wanted.length).toBeGreaterThan(0.75);
});

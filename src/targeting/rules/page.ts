import type { Scene } from "../scene.ts";
import { traits } from "../segment/heads.ts";
import { listHoldsAny, listLength } from "../segment/ragged.ts";
import type { Rule } from "./rule.ts";

export const deviceRule: Rule = {
  name: "device",
  traits: traits.devices,
  passes: ({ segment, deviceBit }, position) => (segment.deviceMasks[position]! & deviceBit) !== 0,
  figures: ({ request }) => ({ deviceType: request.deviceType }),
};

/** The page's category or one above it must be wanted, if any is, and none of them avoided. */
export const categoryRule: Rule = {
  name: "category",
  traits: traits.categories,
  passes: (scene, position) => {
    const { wantedCategories, avoidedCategories } = scene.segment.pageWishes;
    if (listLength(wantedCategories, position) > 0 && !pageHasWantedCategory(scene, position)) {
      return false;
    }
    return !listHoldsAny(avoidedCategories, position, scene.categoryIds);
  },
  figures: ({ segment, request, categoryIds }, position) => ({
    pageCategory: request.page.category,
    avoided: listHoldsAny(segment.pageWishes.avoidedCategories, position, categoryIds),
  }),
};

/** One wanted keyword at least must be on the page, if any is wanted, and no avoided one. */
export const keywordRule: Rule = {
  name: "keyword",
  traits: traits.keywords,
  passes: (scene, position) => {
    const { wantedKeywords, avoidedKeywords } = scene.segment.pageWishes;
    if (listLength(wantedKeywords, position) > 0 && !pageHasWantedKeyword(scene, position)) {
      return false;
    }
    return !listHoldsAny(avoidedKeywords, position, scene.keywordIds);
  },
  figures: ({ segment, request, keywordIds }, position) => ({
    pageKeywords: request.page.keywords.join(", "),
    avoided: listHoldsAny(segment.pageWishes.avoidedKeywords, position, keywordIds),
  }),
};

export function pageHasWantedCategory(scene: Scene, position: number): boolean {
  return listHoldsAny(scene.segment.pageWishes.wantedCategories, position, scene.categoryIds);
}

export function pageHasWantedKeyword(scene: Scene, position: number): boolean {
  return listHoldsAny(scene.segment.pageWishes.wantedKeywords, position, scene.keywordIds);
}

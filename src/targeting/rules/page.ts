import type { Scene } from "../scene.ts";
import { traits, wishIdAt } from "../segment/heads.ts";
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
    const wish = wishIdAt(scene.segment.heads, position);
    const wants = listLength(scene.segment.pageWishes.wantedCategories, wish) > 0;
    if (wants && !pageHasWantedCategory(scene, position)) return false;
    return !pageHasAvoidedCategory(scene, position);
  },
  figures: (scene, position) => ({
    pageCategory: scene.request.page.category,
    avoided: pageHasAvoidedCategory(scene, position),
  }),
};

/** One wanted keyword at least must be on the page, if any is wanted, and no avoided one. */
export const keywordRule: Rule = {
  name: "keyword",
  traits: traits.keywords,
  passes: (scene, position) => {
    const wish = wishIdAt(scene.segment.heads, position);
    const wants = listLength(scene.segment.pageWishes.wantedKeywords, wish) > 0;
    if (wants && !pageHasWantedKeyword(scene, position)) return false;
    return !pageHasAvoidedKeyword(scene, position);
  },
  figures: (scene, position) => ({
    pageKeywords: scene.request.page.keywords.join(", "),
    avoided: pageHasAvoidedKeyword(scene, position),
  }),
};

export function pageHasWantedCategory({ segment, categoryIds }: Scene, position: number): boolean {
  const wish = wishIdAt(segment.heads, position);
  return listHoldsAny(segment.pageWishes.wantedCategories, wish, categoryIds);
}

export function pageHasWantedKeyword({ segment, keywordIds }: Scene, position: number): boolean {
  const wish = wishIdAt(segment.heads, position);
  return listHoldsAny(segment.pageWishes.wantedKeywords, wish, keywordIds);
}

function pageHasAvoidedCategory({ segment, categoryIds }: Scene, position: number): boolean {
  const wish = wishIdAt(segment.heads, position);
  return listHoldsAny(segment.pageWishes.avoidedCategories, wish, categoryIds);
}

function pageHasAvoidedKeyword({ segment, keywordIds }: Scene, position: number): boolean {
  const wish = wishIdAt(segment.heads, position);
  return listHoldsAny(segment.pageWishes.avoidedKeywords, wish, keywordIds);
}

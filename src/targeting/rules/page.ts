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
    const { wishIds, wantedCategories } = scene.segment.pageWishes;
    const wants = listLength(wantedCategories, wishIds[position]!) > 0;
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
    const { wishIds, wantedKeywords } = scene.segment.pageWishes;
    const wants = listLength(wantedKeywords, wishIds[position]!) > 0;
    if (wants && !pageHasWantedKeyword(scene, position)) return false;
    return !pageHasAvoidedKeyword(scene, position);
  },
  figures: (scene, position) => ({
    pageKeywords: scene.request.page.keywords.join(", "),
    avoided: pageHasAvoidedKeyword(scene, position),
  }),
};

export function pageHasWantedCategory({ segment, categoryIds }: Scene, position: number): boolean {
  const { wishIds, wantedCategories } = segment.pageWishes;
  return listHoldsAny(wantedCategories, wishIds[position]!, categoryIds);
}

export function pageHasWantedKeyword({ segment, keywordIds }: Scene, position: number): boolean {
  const { wishIds, wantedKeywords } = segment.pageWishes;
  return listHoldsAny(wantedKeywords, wishIds[position]!, keywordIds);
}

function pageHasAvoidedCategory({ segment, categoryIds }: Scene, position: number): boolean {
  const { wishIds, avoidedCategories } = segment.pageWishes;
  return listHoldsAny(avoidedCategories, wishIds[position]!, categoryIds);
}

function pageHasAvoidedKeyword({ segment, keywordIds }: Scene, position: number): boolean {
  const { wishIds, avoidedKeywords } = segment.pageWishes;
  return listHoldsAny(avoidedKeywords, wishIds[position]!, keywordIds);
}

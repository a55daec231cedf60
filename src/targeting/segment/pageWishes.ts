import { normalizeKeyword } from "../keywords.ts";
import type { ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { type Ragged, raggedFrom } from "./ragged.ts";

/** Which pages campaigns want and avoid: category paths and keywords as numbers of this segment. */
export interface PageWishes {
  readonly categoryIds: ReadonlyMap<string, number>;
  readonly categories: readonly string[];
  readonly keywordIds: ReadonlyMap<string, number>;
  readonly wantedCategories: Ragged;
  readonly avoidedCategories: Ragged;
  readonly wantedKeywords: Ragged;
  readonly avoidedKeywords: Ragged;
}

export function compilePageWishes(campaigns: readonly ServableCampaign[]): PageWishes {
  const categories = createInterner();
  const keywords = createInterner();
  const keywordId = (keyword: string) => keywords.idOf(normalizeKeyword(keyword));
  return {
    wantedCategories: raggedFrom(campaigns, (c) => c.wantedCategories.map(categories.idOf)),
    avoidedCategories: raggedFrom(campaigns, (c) => c.avoidedCategories.map(categories.idOf)),
    wantedKeywords: raggedFrom(campaigns, (c) => c.wantedKeywords.map(keywordId)),
    avoidedKeywords: raggedFrom(campaigns, (c) => c.avoidedKeywords.map(keywordId)),
    categoryIds: categories.ids,
    categories: categories.texts,
    keywordIds: keywords.ids,
  };
}

import { normalizeKeyword } from "../keywords.ts";
import type { ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { type Ragged, raggedFrom } from "./ragged.ts";

/**
 * Which pages campaigns want and avoid: category paths and keywords as numbers of this segment. Most campaigns want and
 * avoid the same as many others, so they point by number to one of the distinct wishes.
 */
export interface PageWishes {
  readonly categoryIds: ReadonlyMap<string, number>;
  readonly categories: readonly string[];
  readonly keywordIds: ReadonlyMap<string, number>;
  /** By position of the campaign: the number of its wish. */
  readonly wishIds: Uint32Array;
  /** By number of the wish, like the next three. */
  readonly wantedCategories: Ragged;
  readonly avoidedCategories: Ragged;
  readonly wantedKeywords: Ragged;
  readonly avoidedKeywords: Ragged;
}

export function compilePageWishes(campaigns: readonly ServableCampaign[]): PageWishes {
  const categories = createInterner();
  const keywords = createInterner();
  const keywordId = (keyword: string) => keywords.idOf(normalizeKeyword(keyword));
  const { wishIds, wishes } = distinctWishes(campaigns);
  return {
    wishIds,
    wantedCategories: raggedFrom(wishes, (it) => it.wantedCategories.map(categories.idOf)),
    avoidedCategories: raggedFrom(wishes, (it) => it.avoidedCategories.map(categories.idOf)),
    wantedKeywords: raggedFrom(wishes, (it) => it.wantedKeywords.map(keywordId)),
    avoidedKeywords: raggedFrom(wishes, (it) => it.avoidedKeywords.map(keywordId)),
    categoryIds: categories.ids,
    categories: categories.texts,
    keywordIds: keywords.ids,
  };
}

/** Each distinct wish, by a campaign that has it. */
function distinctWishes(campaigns: readonly ServableCampaign[]) {
  const ids = createInterner();
  const wishes: ServableCampaign[] = [];
  const wishIds = Uint32Array.from(campaigns, (campaign) => {
    const id = ids.idOf(wishKey(campaign));
    if (id === wishes.length) wishes.push(campaign);
    return id;
  });
  return { wishIds, wishes };
}

function wishKey({
  wantedCategories,
  avoidedCategories,
  wantedKeywords,
  avoidedKeywords,
}: ServableCampaign): string {
  const lists = [wantedCategories, avoidedCategories, wantedKeywords, avoidedKeywords];
  return lists.every((list) => list.length === 0) ? "" : JSON.stringify(lists);
}

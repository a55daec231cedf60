import { categoryAndAncestors } from "../categories.ts";
import { normalizeKeyword } from "../keywords.ts";
import type { ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { type Ragged, raggedFrom } from "./ragged.ts";

/**
 * Which pages campaigns want and avoid: category paths and keywords as numbers of this segment. Most campaigns want and
 * avoid the same as many others, so they point by number (in their heads) to one of the distinct wishes.
 */
export interface PageWishes {
  readonly categoryIds: ReadonlyMap<string, number>;
  readonly categories: readonly string[];
  /** By category path: its number and those of its ancestors that somebody wants or avoids. */
  readonly lineages: ReadonlyMap<string, readonly number[]>;
  readonly keywordIds: ReadonlyMap<string, number>;
  /** By number of the wish, like the next three. */
  readonly wantedCategories: Ragged;
  readonly avoidedCategories: Ragged;
  readonly wantedKeywords: Ragged;
  readonly avoidedKeywords: Ragged;
}

export interface CompiledWishes {
  readonly pageWishes: PageWishes;
  /** By position of the campaign: the number of its wish. */
  readonly wishIds: Uint32Array;
}

export function compilePageWishes(campaigns: readonly ServableCampaign[]): CompiledWishes {
  const categories = createInterner();
  const keywords = createInterner();
  const keywordId = (keyword: string) => keywords.idOf(normalizeKeyword(keyword));
  const { wishIds, wishes } = distinctWishes(campaigns);
  const lists = {
    wantedCategories: raggedFrom(wishes, (it) => it.wantedCategories.map(categories.idOf)),
    avoidedCategories: raggedFrom(wishes, (it) => it.avoidedCategories.map(categories.idOf)),
    wantedKeywords: raggedFrom(wishes, (it) => it.wantedKeywords.map(keywordId)),
    avoidedKeywords: raggedFrom(wishes, (it) => it.avoidedKeywords.map(keywordId)),
  };
  const pageWishes = {
    ...lists,
    categoryIds: categories.ids,
    categories: categories.texts,
    lineages: lineagesOf(categories.ids),
    keywordIds: keywords.ids,
  };
  return { pageWishes, wishIds };
}

function lineagesOf(ids: ReadonlyMap<string, number>): ReadonlyMap<string, readonly number[]> {
  const lineageOf = (path: string) =>
    categoryAndAncestors(path).flatMap((it) => (ids.has(it) ? [ids.get(it)!] : []));
  return new Map(Array.from(ids.keys(), (path) => [path, lineageOf(path)]));
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

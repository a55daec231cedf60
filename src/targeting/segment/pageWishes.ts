import { categoryAndAncestors } from "../categories.ts";
import { normalizeKeyword } from "../keywords.ts";
import type { ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";
import { createRaggedBuilder, type Ragged, type RaggedBuilder } from "./ragged.ts";

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

export interface WishBuilder {
  /** The number of what a campaign wants and avoids. */
  add(campaign: ServableCampaign): number;
  readonly categoryIds: ReadonlyMap<string, number>;
  readonly keywordIds: ReadonlyMap<string, number>;
  finish(): PageWishes;
}

export function createWishBuilder(): WishBuilder {
  const categories = createInterner();
  const keywords = createInterner();
  const wishes = createInterner();
  const wantedCategories = createRaggedBuilder();
  const avoidedCategories = createRaggedBuilder();
  const wantedKeywords = createRaggedBuilder();
  const avoidedKeywords = createRaggedBuilder();
  const addAll = (lists: RaggedBuilder, texts: readonly string[], idOf: (it: string) => number) => {
    for (const text of texts) lists.push(idOf(text));
    lists.close();
  };
  const keywordId = (keyword: string) => keywords.idOf(normalizeKeyword(keyword));
  return {
    add(campaign) {
      const known = wishes.texts.length;
      const wishId = wishes.idOf(wishKey(campaign));
      if (wishId < known) return wishId;
      addAll(wantedCategories, campaign.wantedCategories, categories.idOf);
      addAll(avoidedCategories, campaign.avoidedCategories, categories.idOf);
      addAll(wantedKeywords, campaign.wantedKeywords, keywordId);
      addAll(avoidedKeywords, campaign.avoidedKeywords, keywordId);
      return wishId;
    },
    categoryIds: categories.ids,
    keywordIds: keywords.ids,
    finish: () => ({
      categoryIds: categories.ids,
      categories: categories.texts,
      lineages: lineagesOf(categories.ids),
      keywordIds: keywords.ids,
      wantedCategories: wantedCategories.finish(),
      avoidedCategories: avoidedCategories.finish(),
      wantedKeywords: wantedKeywords.finish(),
      avoidedKeywords: avoidedKeywords.finish(),
    }),
  };
}

function lineagesOf(ids: ReadonlyMap<string, number>): ReadonlyMap<string, readonly number[]> {
  const lineageOf = (path: string) =>
    categoryAndAncestors(path).flatMap((it) => (ids.has(it) ? [ids.get(it)!] : []));
  return new Map(Array.from(ids.keys(), (path) => [path, lineageOf(path)]));
}

/** The same for campaigns that want and avoid the same; most want nothing, or one category. */
function wishKey(campaign: ServableCampaign): string {
  const { wantedCategories, avoidedCategories, wantedKeywords, avoidedKeywords } = campaign;
  const others = avoidedCategories.length + wantedKeywords.length + avoidedKeywords.length;
  if (others === 0 && wantedCategories.length === 0) return "";
  // No array as JSON begins with a blank.
  if (others === 0 && wantedCategories.length === 1) return ` ${wantedCategories[0]}`;
  return JSON.stringify([wantedCategories, avoidedCategories, wantedKeywords, avoidedKeywords]);
}

import { bucketKey } from "../../geo/cells.ts";
import { topmostCategories } from "../categories.ts";
import { normalizeKeyword } from "../keywords.ts";
import type { ServableCampaign } from "../types.ts";
import type { PageWishes } from "./pageWishes.ts";
import { buildPostings, type Postings } from "./postings.ts";
import { isNationwide } from "./zoneColumns.ts";

/** The topic under which campaigns are posted that do not ask for a page about anything. */
export const anyTopic = 0;

/** The bucket of nationwide campaigns, wherever the visitor is. `bucketKey`s are above 2^22. */
export const everywhere = 0;

/** A campaign is posted at most this often; one that wants more pages than that is found by place alone. */
const maxPostingsPerCampaign = 512;

export function categoryTopic(categoryId: number): number {
  return 1 + 2 * categoryId;
}

export function keywordTopic(keywordId: number): number {
  return 2 + 2 * keywordId;
}

/**
 * Posts every active campaign that has something to show at each of its buckets, under what it wants of the page:
 * its keywords if it has any, else its categories, else "any". Exact rules decide later; a posting may promise too much
 * and never too little.
 */
export function postCampaigns(
  campaigns: readonly ServableCampaign[],
  wishes: PageWishes,
): Postings {
  return buildPostings(campaigns.length, (rank, post) => {
    const campaign = campaigns[rank]!;
    if (campaign.status !== "active" || campaign.creatives.length === 0) return;
    const buckets = bucketsOf(campaign);
    const topics = topicsOf(campaign, wishes);
    const posted = topics.length * buckets.length > maxPostingsPerCampaign ? [anyTopic] : topics;
    for (const bucket of buckets) for (const topic of posted) post(bucket, topic);
  });
}

function bucketsOf(campaign: ServableCampaign): number[] {
  if (isNationwide(campaign)) return [everywhere];
  const { bucketCells, bucketLevel } = campaign.zone;
  return bucketCells.map((cell) => bucketKey(cell, bucketLevel));
}

function topicsOf(campaign: ServableCampaign, wishes: PageWishes): number[] {
  if (campaign.wantedKeywords.length > 0) {
    const keywords = new Set(campaign.wantedKeywords.map(normalizeKeyword));
    return Array.from(keywords, (keyword) => keywordTopic(wishes.keywordIds.get(keyword)!));
  }
  if (campaign.wantedCategories.length > 0) {
    return topmostCategories(campaign.wantedCategories).map((path) =>
      categoryTopic(wishes.categoryIds.get(path)!),
    );
  }
  return [anyTopic];
}

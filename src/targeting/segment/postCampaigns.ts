import { bucketKey } from "../../geo/cells.ts";
import { topmostCategories } from "../categories.ts";
import { normalizeKeyword } from "../keywords.ts";
import type { ServableCampaign } from "../types.ts";
import type { PageWishes } from "./pageWishes.ts";
import type { PostingsBuilder } from "./postings.ts";
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

/** What postings need to know of wishes. */
type TopicIds = Pick<PageWishes, "categoryIds" | "keywordIds">;

/**
 * Posts a campaign, if it is active and has something to show, at each of its buckets, under what it wants of the page:
 * its keywords if it has any, else its categories, else "any". Exact rules decide later; a posting may promise too much
 * and never too little.
 */
export function postCampaign(
  postings: PostingsBuilder,
  rank: number,
  campaign: ServableCampaign,
  wishes: TopicIds,
): void {
  if (campaign.status !== "active" || campaign.creatives.length === 0) return;
  const { bucketCells, bucketLevel } = campaign.zone;
  const isEverywhere = isNationwide(campaign);
  const bucketCount = isEverywhere ? 1 : bucketCells.length;
  const wanted = topicsOf(campaign, wishes);
  const topics = wanted.length * bucketCount > maxPostingsPerCampaign ? onlyAny : wanted;
  for (let index = 0; index < bucketCount; index++) {
    const bucket = isEverywhere ? everywhere : bucketKey(bucketCells[index]!, bucketLevel);
    for (let at = 0; at < topics.length; at++) postings.post(bucket, topics[at]!, rank);
  }
}

const onlyAny: readonly number[] = [anyTopic];

function topicsOf(campaign: ServableCampaign, wishes: TopicIds): readonly number[] {
  if (campaign.wantedKeywords.length > 0) {
    const keywords = new Set(campaign.wantedKeywords.map(normalizeKeyword));
    return Array.from(keywords, (keyword) => keywordTopic(wishes.keywordIds.get(keyword)!));
  }
  if (campaign.wantedCategories.length > 0) {
    const topmost =
      campaign.wantedCategories.length === 1
        ? campaign.wantedCategories
        : topmostCategories(campaign.wantedCategories);
    return topmost.map((path) => categoryTopic(wishes.categoryIds.get(path)!));
  }
  return onlyAny;
}

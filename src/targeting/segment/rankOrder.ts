import type { ServableCampaign } from "../types.ts";
import { boundOf } from "./heads.ts";
import { naturalOrder, sortOrder } from "./sortOrder.ts";

/** In which order the campaigns of a segment stand. */
export interface RankOrder {
  /** By position: the index of the campaign, by (tier, upper bound of value) descending, then id. */
  readonly indexes: Uint32Array;
  /** Positions in ascending order of campaign id. */
  readonly positionsById: Uint32Array;
}

const wordBase = 2 ** 32;

export function rankOrderOf(campaigns: readonly ServableCampaign[]): RankOrder {
  const count = campaigns.length;
  const ids = new Uint32Array(count);
  // Bounds are integers below 2^53: two words each, turned round so that the highest comes first.
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const campaign = campaigns[index]!;
    const bound = boundOf(campaign);
    ids[index] = campaign.campaignId;
    high[index] = ~Math.floor(bound / wordBase);
    low[index] = ~(bound % wordBase);
  }
  const byId = sortOrder(naturalOrder(count), ids);
  const indexes = sortOrder(sortOrder(byId, low), high);
  const positions = new Uint32Array(count);
  for (let position = 0; position < count; position++) positions[indexes[position]!] = position;
  return { indexes, positionsById: byId.map((index) => positions[index]!) };
}

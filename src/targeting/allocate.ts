import type { CampaignView, Candidate, Decision } from "./types.ts";

/** One ad for one placement. */
export interface Allocation {
  readonly placementIndex: number;
  readonly placementId: string;
  readonly candidate: Candidate;
}

const nobody: ReadonlySet<number> = new Set();

/** Who is on the page: no two of one advertiser (hence of one campaign), no two of one trade. */
interface Page {
  readonly advertisers: Set<number>;
  readonly trades: Set<string>;
}

/**
 * Who shows where, given the campaigns that a store has refused. Winners of the decision that were not refused stay
 * where they are; then every free slot, in order, takes the best of its placement's ranked candidates that is not
 * refused and whose campaign, advertiser and trade are not on the page. With nothing refused: the winners.
 */
export function allocate(
  decision: Decision,
  refused: ReadonlySet<number> = nobody,
): readonly Allocation[] {
  const winners = winnersOf(decision);
  if (refused.size === 0) return winners;
  const kept = winners.filter(({ candidate }) => !refused.has(candidate.campaign.campaignId));
  return kept.length === winners.length ? winners : fill(decision, refused, kept);
}

function winnersOf({ placements }: Decision): readonly Allocation[] {
  const allocations: Allocation[] = [];
  for (let placementIndex = 0; placementIndex < placements.length; placementIndex++) {
    const { placementId, winners } = placements[placementIndex]!;
    for (const candidate of winners) allocations.push({ placementIndex, placementId, candidate });
  }
  return allocations;
}

function fill(
  decision: Decision,
  refused: ReadonlySet<number>,
  kept: readonly Allocation[],
): readonly Allocation[] {
  const page: Page = { advertisers: new Set(), trades: new Set() };
  for (const { candidate } of kept) putOn(page, candidate.campaign);
  return decision.placements.flatMap(({ placementId, count, ranked }, placementIndex) => {
    const ads = kept.filter((allocation) => allocation.placementIndex === placementIndex);
    for (const candidate of ranked) {
      if (ads.length === count) break;
      const { campaign } = candidate;
      if (refused.has(campaign.campaignId) || isOn(page, campaign)) continue;
      putOn(page, campaign);
      ads.push({ placementIndex, placementId, candidate });
    }
    return ads;
  });
}

function isOn({ advertisers, trades }: Page, { advertiserId, trade }: CampaignView): boolean {
  return advertisers.has(advertiserId) || trades.has(trade);
}

function putOn({ advertisers, trades }: Page, { advertiserId, trade }: CampaignView): void {
  advertisers.add(advertiserId);
  if (trade !== "") trades.add(trade);
}

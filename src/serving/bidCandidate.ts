import type { BidCandidate } from "../openrtb/bidTypes.ts";
import { categoryIn } from "../openrtb/iabCategories.ts";
import { categoryOfTrade } from "../targeting/tradeCategories.ts";
import type { Candidate } from "../targeting/types.ts";

/**
 * A candidate of a decision as a bid sees it: what exchanges ask of its campaign and creative, which pages do not. Its
 * categories are told in the request's taxonomy (`categoryTaxonomy`) where we know it, so that the exchange can compare
 * them, else in Content Taxonomy 1.0. Pure.
 */
export function bidCandidateOf(
  { campaign, creative }: Pick<Candidate, "campaign" | "creative">,
  categoryTaxonomy = 1,
): BidCandidate {
  const { picture = null, icon = null, attributes = [] } = creative.bidFacts ?? {};
  const { codes, taxonomy } = categoryIn(categoryOfTrade(campaign.trade), categoryTaxonomy);
  const categories = { categories: codes, categoryTaxonomy: taxonomy };
  return { campaign, creative, picture, icon, attributes, ...categories };
}

import type { BidCandidate } from "../openrtb/bidTypes.ts";
import type { Candidate } from "../targeting/types.ts";

/**
 * A candidate of a decision as a bid sees it: what exchanges ask of its campaign and creative, which pages do not. The
 * categories are those of the request's taxonomy (`categoryTaxonomy`), so that the exchange can compare them. Pure.
 */
export function bidCandidateOf(
  { campaign, creative }: Pick<Candidate, "campaign" | "creative">,
  categoryTaxonomy = 1,
): BidCandidate {
  const { picture = null, attributes = [] } = creative.bidFacts ?? {};
  return { campaign, creative, picture, attributes, categories: [], categoryTaxonomy };
}

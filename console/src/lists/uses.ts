import type { Campaign } from "../../../sdk/src/generated.ts";

/** What is read of a campaign to know whom it is for. */
export type CampaignOfList = Partial<
  Pick<Campaign, "campaignId" | "name" | "status" | "audience" | "version">
>;

/** The campaigns that name a list. Pure. */
export function usesOf<One extends CampaignOfList>(
  segmentId: number,
  campaigns: readonly One[],
): readonly One[] {
  return campaigns.filter(({ audience = [] }) =>
    audience.some((rule) => rule.segmentId === segmentId),
  );
}

export type ListUse = "only" | "prefer" | "none";

interface WrittenRule {
  readonly segmentId: number;
  readonly minScore?: number | null;
  readonly multiplier?: number | null;
}

/** A campaign's audience with a list in it as it is wished, the other rules as they were. Pure. */
export function audienceWith(
  { audience = [] }: CampaignOfList,
  segmentId: number,
  use: ListUse,
): readonly WrittenRule[] {
  const others = audience
    .filter((rule) => rule.segmentId !== segmentId)
    .map(({ segmentId: id, minScore, multiplier }) => ({ segmentId: id, minScore, multiplier }));
  if (use === "none") return others;
  const rule = use === "only" ? { minScore: 0.5 } : { multiplier: 2 };
  return [...others, { segmentId, ...rule }];
}

import type { Campaign, Creative, Diagnosis } from "./types.ts";

/** What somebody should look at, the most urgent first. */
export type AttentionItem =
  | { readonly kind: "rejected"; readonly creative: Creative }
  | { readonly kind: "no_creative" | "all_inactive" | "awaiting_review" }
  | { readonly kind: "broken_link"; readonly creative: Creative }
  | { readonly kind: "draft" | "paused" | "ended" }
  | { readonly kind: "not_started"; readonly startsOn: string }
  | { readonly kind: "ending"; readonly endsOn: string }
  | { readonly kind: "lagging"; readonly diagnosis: Diagnosis }
  | { readonly kind: "total_spent" };

export interface AttentionFacts {
  readonly campaign: Campaign;
  readonly creatives: readonly Creative[];
  /** Null = not known (yet). */
  readonly diagnosis: Diagnosis | null;
  /** The day in Paris. */
  readonly today: string;
}

/** Whether a creative's words may be shown: its own or those approved before. */
const mayShow = ({ active, review, suspension }: Creative): boolean =>
  active && suspension === null && (review.status === "approved" || review.approvedVersionShown);

/** What needs attention, for the top of the page. Pure. */
export function attentionItems(facts: AttentionFacts): readonly AttentionItem[] {
  const { campaign, diagnosis } = facts;
  if (campaign.status === "ended") return [{ kind: "ended" }];
  const ofCreatives = creativeItems(facts);
  // That there is no ad to show is told by what stands in its way.
  const isToldOf = ofCreatives.length > 0 && diagnosis?.main?.reason === "no_creative";
  const isLagging =
    !isToldOf && (diagnosis?.status === "behind" || diagnosis?.status === "cannot_spend");
  return [
    ...ofCreatives,
    ...statusItems(facts),
    ...(isLagging && diagnosis !== null ? [{ kind: "lagging", diagnosis } as const] : []),
    ...(diagnosis?.rest === "total_spent" ? [{ kind: "total_spent" } as const] : []),
  ];
}

function creativeItems({ creatives }: AttentionFacts): readonly AttentionItem[] {
  if (creatives.length === 0) return [{ kind: "no_creative" }];
  const used = creatives.filter(({ active }) => active);
  if (used.length === 0) return [{ kind: "all_inactive" }];
  const rejected = used
    .filter(({ review }) => review.status === "rejected")
    .map((creative) => ({ kind: "rejected", creative }) as const);
  const broken = used
    .filter(({ landingCheck }) => landingCheck.status === "broken")
    .map((creative) => ({ kind: "broken_link", creative }) as const);
  const isWaiting = !used.some(mayShow) && used.some(({ review }) => review.status === "pending");
  return [...rejected, ...(isWaiting ? [{ kind: "awaiting_review" } as const] : []), ...broken];
}

function statusItems({ campaign, today }: AttentionFacts): readonly AttentionItem[] {
  const { status, startsOn, endsOn } = campaign;
  if (status === "draft" || status === "paused") return [{ kind: status }];
  if (startsOn > today) return [{ kind: "not_started", startsOn }];
  if (endsOn !== null && endsOn < today) return [{ kind: "ended" }];
  return endsOn === today ? [{ kind: "ending", endsOn }] : [];
}

import { mixHash } from "../targeting/hash.ts";
import { rankKey, tiers } from "../targeting/rank.ts";
import type { Candidate, Placement } from "../targeting/types.ts";

/** An ad that a decision shows. */
export interface ShownAd {
  readonly placementId: string;
  readonly candidate: Pick<Candidate, "campaign" | "value">;
}

/** Who might have shown instead. */
export interface Challenger {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly trade: string;
  /** Index into `tiers`. */
  readonly tier: number;
}

/** The ads of a decision, ready to be challenged. */
export interface WinnersPage {
  readonly seed: number;
  readonly slots: readonly {
    readonly placement: Placement;
    readonly shown: readonly RankedAd[];
  }[];
}

interface RankedAd {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly trade: string;
  readonly key: number;
  readonly valueMicros: number;
}

/** `seed` is the hash of the decision's id, which breaks ties. */
export function toWinnersPage(
  seed: number,
  placements: readonly Placement[],
  shown: readonly ShownAd[],
): WinnersPage {
  return {
    seed,
    slots: placements.map((placement) => ({
      placement,
      shown: shown.filter((it) => it.placementId === placement.id).map(toRankedAd),
    })),
  };
}

function toRankedAd({ candidate: { campaign, value } }: ShownAd): RankedAd {
  const { campaignId, advertiserId, trade, priority } = campaign;
  const { valueMicros } = value;
  return {
    campaignId,
    advertiserId,
    trade,
    valueMicros,
    key: rankKey(tiers.indexOf(priority), valueMicros),
  };
}

export function isShown({ slots }: WinnersPage, campaignId: number): boolean {
  return slots.some(({ shown }) => shown.some((it) => it.campaignId === campaignId));
}

/**
 * True when a campaign of this value would show: `decide` fills the placements in their order, so that it shows in the
 * first one that may take it and has room, or an ad worth less, unless a competitor is before it on the page.
 * `mayTake` says whether placement `index` takes it at this value.
 */
export function wouldWin(
  page: WinnersPage,
  challenger: Challenger,
  valueMicros: number,
  mayTake: (placement: Placement, index: number) => boolean,
): boolean {
  const key = rankKey(challenger.tier, valueMicros);
  for (let index = 0; index < page.slots.length; index++) {
    const { placement, shown } = page.slots[index]!;
    const takes = mayTake(placement, index);
    const isBehind = (ad: RankedAd) => ranksBefore(page.seed, ad, challenger, key);
    const competitor = shown.find((ad) => compete(ad, challenger));
    if (competitor !== undefined && (!takes || isBehind(competitor))) return false;
    if (!takes) continue;
    if (shown.length < placement.count || !shown.every(isBehind)) return true;
  }
  return false;
}

/** The first competitor on the page: of the same advertiser or trade. */
export function hasCompetitor({ slots }: WinnersPage, challenger: Challenger): boolean {
  return slots.some(({ shown }) => shown.some((ad) => compete(ad, challenger)));
}

/** The least that would have shown in the placements that take the campaign: the least valuable ad of each, the lowest of them; 0 = none. */
export function valueToBeatMicros(
  { slots }: WinnersPage,
  mayTake: (placement: Placement, index: number) => boolean,
): number {
  let least = Infinity;
  for (let index = 0; index < slots.length; index++) {
    const { placement, shown } = slots[index]!;
    if (!mayTake(placement, index)) continue;
    for (const { valueMicros } of shown) least = Math.min(least, valueMicros);
  }
  return least === Infinity ? 0 : least;
}

function compete(ad: RankedAd, { advertiserId, trade }: Challenger): boolean {
  return ad.advertiserId === advertiserId || (trade !== "" && ad.trade === trade);
}

function ranksBefore(seed: number, ad: RankedAd, { campaignId }: Challenger, key: number) {
  if (ad.key !== key) return ad.key > key;
  const [its, own] = [mixHash(seed, ad.campaignId), mixHash(seed, campaignId)];
  return its === own ? ad.campaignId < campaignId : its < own;
}

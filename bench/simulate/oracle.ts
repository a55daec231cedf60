import type { TrackedEventKind } from "../../src/serving/ports.ts";

/** An ad as a page got it. */
export interface ShownAd {
  /** "decision.slot": what all its events share. */
  readonly key: string;
  readonly campaignId: number;
  readonly visitorId: string | null;
  readonly address: string;
  readonly decidedAtMs: number;
  readonly token: string;
}

interface SeenImpression {
  readonly key: string;
  readonly campaignId: number;
  readonly decidedAtMs: number;
  /** When its impression was answered: the beginning of the step. */
  readonly answeredAtMs: number;
}

/** What the coordinator has seen with its own eyes: nothing here comes from the servers' books. */
export interface Oracle {
  readonly shown: (ad: ShownAd) => void;
  /** The first answer to an event that must count. */
  readonly answered: (ad: ShownAd, kind: TrackedEventKind, atMs: number) => void;
  readonly ads: () => number;
  readonly adsOf: (campaignId: number) => number;
  /** Ids of all events that were answered and must be in the ledger once. */
  readonly events: ReadonlyMap<string, number>;
  /** Impressions seen before their hold lapsed, by visitor, in the order of their decisions. */
  readonly impressionsByVisitor: ReadonlyMap<string, readonly SeenImpression[]>;
  /** Impressions that came after their hold had lapsed. */
  readonly lateImpressions: () => number;
}

/** `tickMs`: a server's clock may be so far past the beginning of the step in which it is told of an event. */
export function createOracle(holdLifeMs: number, tickMs: number): Oracle {
  const events = new Map<string, number>();
  const byVisitor = new Map<string, SeenImpression[]>();
  const byCampaign = new Map<number, number>();
  let ads = 0;
  let lateImpressions = 0;
  return {
    shown({ campaignId }) {
      ads += 1;
      byCampaign.set(campaignId, (byCampaign.get(campaignId) ?? 0) + 1);
    },
    answered(ad, kind, atMs) {
      const eventId = `${ad.key}.${kind}`;
      if (events.has(eventId)) return;
      events.set(eventId, ad.campaignId);
      if (kind !== "impression" || ad.visitorId === null) return;
      if (atMs + tickMs >= ad.decidedAtMs + holdLifeMs) {
        lateImpressions += 1;
        return;
      }
      const list = byVisitor.get(ad.visitorId);
      const { key, campaignId, decidedAtMs } = ad;
      const seen = { key, campaignId, decidedAtMs, answeredAtMs: atMs };
      if (list === undefined) byVisitor.set(ad.visitorId, [seen]);
      else list.push(seen);
    },
    ads: () => ads,
    adsOf: (campaignId) => byCampaign.get(campaignId) ?? 0,
    events,
    impressionsByVisitor: byVisitor,
    lateImpressions: () => lateImpressions,
  };
}

/** A cap as the oracle counts it: over one campaign or all of an advertiser's. */
export interface CountedCap {
  readonly campaignIds: ReadonlySet<number>;
  /** The campaign whose cap it is: only its own impressions can break it. */
  readonly campaignId: number;
  /** Of those counted, the ones that are bound by a cap over all of them; the others are shown whatever has been seen. */
  readonly boundIds: ReadonlySet<number>;
  readonly maxImpressions: number;
  readonly windowMs: number;
}

/** An impression that found its cap reached. */
export interface CapViolation {
  readonly visitorId: string;
  readonly campaignId: number;
  readonly maxImpressions: number;
  readonly windowMs: number;
  /** What the visitor was shown within the window, the violation last. */
  readonly impressions: readonly SeenImpression[];
}

/**
 * Every impression that came over a cap, by all that its visitor saw. Pages of one step (`stepMs`) are asked for at the same
 * time: which of them was decided first nobody can tell from outside, so what no cap binds is taken to come last in it.
 */
export function capViolations(
  oracle: Oracle,
  caps: readonly CountedCap[],
  stepMs: number,
): readonly CapViolation[] {
  return [...oracle.impressionsByVisitor].flatMap(([visitorId, impressions]) =>
    caps.flatMap((cap) => violationsOf(visitorId, inOrder(impressions, cap, stepMs), cap)),
  );
}

function inOrder(
  impressions: readonly SeenImpression[],
  { campaignIds, boundIds }: CountedCap,
  stepMs: number,
): readonly SeenImpression[] {
  const step = ({ decidedAtMs }: SeenImpression) => Math.floor(decidedAtMs / stepMs);
  const isFree = ({ campaignId }: SeenImpression) => (boundIds.has(campaignId) ? 0 : 1);
  return impressions
    .filter(({ campaignId }) => campaignIds.has(campaignId))
    .sort((a, b) => step(a) - step(b) || isFree(a) - isFree(b) || a.decidedAtMs - b.decidedAtMs);
}

function violationsOf(
  visitorId: string,
  counted: readonly SeenImpression[],
  cap: CountedCap,
): readonly CapViolation[] {
  const { maxImpressions, windowMs } = cap;
  let first = 0;
  return counted.flatMap(({ campaignId, decidedAtMs }, index) => {
    while (counted[first]!.decidedAtMs <= decidedAtMs - windowMs) first += 1;
    if (campaignId !== cap.campaignId || index - first < maxImpressions) return [];
    const impressions = counted.slice(first, index + 1);
    return [{ visitorId, campaignId, maxImpressions, windowMs, impressions }];
  });
}

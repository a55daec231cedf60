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
  readonly campaignId: number;
  readonly decidedAtMs: number;
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

export function createOracle(holdLifeMs: number): Oracle {
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
      if (atMs >= ad.decidedAtMs + holdLifeMs) {
        lateImpressions += 1;
        return;
      }
      const list = byVisitor.get(ad.visitorId);
      const { campaignId, decidedAtMs } = ad;
      if (list === undefined) byVisitor.set(ad.visitorId, [{ campaignId, decidedAtMs }]);
      else list.push({ campaignId, decidedAtMs });
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
  readonly maxImpressions: number;
  readonly windowMs: number;
}

/** How often a cap was exceeded: impressions of its campaign that found it reached. */
export function capViolations(oracle: Oracle, caps: readonly CountedCap[]): number {
  let violations = 0;
  for (const impressions of oracle.impressionsByVisitor.values()) {
    const sorted = [...impressions].sort((a, b) => a.decidedAtMs - b.decidedAtMs);
    for (const cap of caps) violations += violationsOf(sorted, cap);
  }
  return violations;
}

function violationsOf(sorted: readonly SeenImpression[], cap: CountedCap): number {
  const counted = sorted.filter(({ campaignId }) => cap.campaignIds.has(campaignId));
  let violations = 0;
  let first = 0;
  counted.forEach(({ campaignId, decidedAtMs }, index) => {
    while (counted[first]!.decidedAtMs <= decidedAtMs - cap.windowMs) first += 1;
    const before = index - first;
    if (campaignId === cap.campaignId && before >= cap.maxImpressions) violations += 1;
  });
  return violations;
}

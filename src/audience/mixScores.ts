import type { AreaKey } from "../geo/types.ts";
import type { Scores } from "../targeting/types.ts";
import type { SegmentPriors } from "./segmentPriors.ts";
import { isWithin, type SessionEvidence } from "./sessionProfile.ts";

export interface ScoreSources {
  /** Scores of the last batch; null = none. */
  readonly batch: Scores | null;
  /** How old they are; null = not known: they count as fresh. */
  readonly batchAgeMs: number | null;
  /** What the visitor has lately looked at; null = nothing that may be used. */
  readonly session: SessionEvidence | null;
  /** Of the page that asks: one more page of a session; null = it says none. */
  readonly pageCategory?: string | null;
  readonly priors: SegmentPriors;
  /** The département of the request's first place; 0 = not known. */
  readonly area: AreaKey;
}

/** A fresh batch score weighs as much as so many pages; half of it a week later. */
const freshBatchPages = 10;
const batchHalfLifeMs = 7 * 86_400_000;
/** How long a batch's scores live, as `scores:load` writes them. */
export const batchLifeMs = 35 * 86_400_000;

/** How old scores are by when they expire; null where that is not known. */
export function batchAgeMs(expiresAtSeconds: number | null, nowMs: number): number | null {
  if (expiresAtSeconds === null) return null;
  return Math.max(0, batchLifeMs - (expiresAtSeconds * 1_000 - nowMs));
}

/** How many pages the taste of the area is worth: visitors differ much from one another. */
const priorPages = 2;
/** A score says how probable it is that one of so many further pages is of the segment. */
const pagesAhead = 3;

/**
 * The scores that a decision uses. Without a session they are the batch's, as they are. With one, for each segment:
 *
 * - the share of the visitor's pages that are of the segment, θ, is drawn towards the area's share p (empirical Bayes, a Beta
 *   prior worth `priorPages`): θ = (2p + w) / (2 + n), of n decayed pages w of the segment, the one
 *   that asks among them;
 * - the session's score is 1 − (1 − θ)³: that one of the next three pages is of the segment;
 * - it is averaged with the batch's score, by weight: n + 2 · (1 − f) pages against 10 · f, where f = 2^(−age / 7 days).
 *
 * A segment that neither knows has no score. Pure; nothing is computed before it is asked for.
 */
export function mixScores(sources: ScoreSources): Scores | null {
  const { session, batch } = sources;
  if (session === null) return batch;
  const freshness = freshnessOf(sources);
  const total = session.total + (sources.pageCategory == null ? 0 : 1);
  return {
    get(segmentId) {
      const known = batch?.get(segmentId);
      const own = sessionScore(sources, session, total, segmentId);
      if (own === undefined || known === undefined) return known ?? own;
      const ownWeight = total + priorPages * (1 - freshness);
      const batchWeight = freshBatchPages * freshness;
      return (known * batchWeight + own * ownWeight) / (batchWeight + ownWeight);
    },
    basisOf(segmentId) {
      const own = pagesOf(sources, session, sources.priors.categoriesOf(segmentId) ?? []);
      const isKnown = batch?.get(segmentId) !== undefined;
      if (own === 0) return isKnown ? "batch" : "area";
      return isKnown && freshBatchPages * freshness > total ? "batch" : "session";
    },
  };
}

function freshnessOf({ batch, batchAgeMs }: ScoreSources): number {
  if (batch === null) return 0;
  return 2 ** (-Math.max(0, batchAgeMs ?? 0) / batchHalfLifeMs);
}

function sessionScore(
  sources: ScoreSources,
  session: SessionEvidence,
  total: number,
  segmentId: number,
): number | undefined {
  const { priors, area } = sources;
  const categories = priors.categoriesOf(segmentId);
  if (categories === undefined) return undefined;
  const prior = priors.shareOf(segmentId, area);
  const own = pagesOf(sources, session, categories);
  const share = (priorPages * prior + own) / (priorPages + total);
  return 1 - (1 - share) ** pagesAhead;
}

/** The session's pages of some categories, the one that asks among them. */
function pagesOf(
  { pageCategory = null }: ScoreSources,
  session: SessionEvidence,
  categories: readonly string[],
): number {
  const ofPage = pageCategory !== null && categories.some((one) => isWithin(pageCategory, one));
  return session.weightOf(categories) + (ofPage ? 1 : 0);
}

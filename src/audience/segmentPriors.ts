import { franceKey } from "../geo/areaKeys.ts";
import type { AreaKey } from "../geo/types.ts";
import { isWithin } from "./sessionProfile.ts";

/** What a category has of the pages that are looked at in an area, 0–1. */
export interface CategoryShare {
  /** A département, or all of France. */
  readonly area: AreaKey;
  readonly category: string;
  readonly share: number;
}

/** Which categories show that somebody belongs to a segment. */
export interface SegmentCategories {
  readonly segmentId: number;
  readonly categories: readonly string[];
}

/** Area × category, as a node keeps them. */
export interface SegmentPriors {
  /** Undefined = pages say nothing of this segment. */
  readonly categoriesOf: (segmentId: number) => readonly string[] | undefined;
  /** What a page looked at in the area (0 = unknown: all of France) has to do with the segment, 0–1. */
  readonly shareOf: (segmentId: number, area: AreaKey) => number;
}

export const noPriors: SegmentPriors = { categoriesOf: () => undefined, shareOf: () => 0 };

/** Where nothing is known at all: one page in fifty. */
const unknownShare = 0.02;

/** Adds shares of categories up to shares of segments: a segment's categories and all below them. Pure. */
export function createSegmentPriors(
  segments: readonly SegmentCategories[],
  shares: readonly CategoryShare[],
): SegmentPriors {
  const known = new Map(
    segments
      .filter(({ categories }) => categories.length > 0)
      .map(({ segmentId, categories }) => [segmentId, categories]),
  );
  const sums = new Map<number, Map<AreaKey, number>>();
  for (const [segmentId, categories] of known) {
    const byArea = new Map<AreaKey, number>();
    for (const { area, category, share } of shares) {
      if (!categories.some((wanted) => isWithin(category, wanted))) continue;
      byArea.set(area, Math.min(1, (byArea.get(area) ?? 0) + share));
    }
    sums.set(segmentId, byArea);
  }
  const areas = new Set(shares.map(({ area }) => area));
  return {
    categoriesOf: (segmentId) => known.get(segmentId),
    shareOf(segmentId, area) {
      const byArea = sums.get(segmentId);
      // An area that is known and has none of it has little of it; one that is not known is like the whole.
      const at = areas.has(area) ? area : franceKey;
      return byArea?.get(at) ?? byArea?.get(franceKey) ?? unknownShare;
    },
  };
}

/** Pages that were looked at in an area, by category, and by how many visitors in all. */
export interface AreaCounts {
  readonly area: AreaKey;
  readonly visitors: number;
  readonly pages: ReadonlyMap<string, number>;
}

/** Areas of fewer visitors than this stand in the whole only. */
export const leastVisitors = 50;
/** An area's own pages weigh as much as the whole's when there are so many. */
const wholePages = 200;

/**
 * Shares by area, shrunk towards the whole's (the posterior mean under a Dirichlet prior worth 200 pages): what few pages say
 * of a small département is not believed. Areas of fewer than 50 visitors are left out, and so are categories that are less than a
 * thousandth of the whole. Pure.
 */
export function categoryShares(counts: readonly AreaCounts[]): readonly CategoryShare[] {
  const whole = new Map<string, number>();
  for (const { pages } of counts)
    for (const [category, count] of pages) whole.set(category, (whole.get(category) ?? 0) + count);
  const total = [...whole.values()].reduce((sum, count) => sum + count, 0);
  const visitors = counts.reduce((sum, one) => sum + one.visitors, 0);
  if (total === 0 || visitors < leastVisitors) return [];
  const common = [...whole].filter(([, count]) => count >= total / 1_000);
  const shares: CategoryShare[] = common.map(([category, count]) => ({
    area: franceKey,
    category,
    share: count / total,
  }));
  for (const { area, pages, visitors: inArea } of counts) {
    if (inArea < leastVisitors || area === franceKey || area === 0) continue;
    const all = [...pages.values()].reduce((sum, count) => sum + count, 0);
    for (const [category, count] of common) {
      const share =
        ((pages.get(category) ?? 0) + (wholePages * count) / total) / (all + wholePages);
      shares.push({ area, category, share });
    }
  }
  return shares;
}

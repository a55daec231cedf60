import { unpackImpressions } from "./impressionLog.ts";

/** A page view lasts at most so long, from the first ad of it that is remembered: then nothing of it is kept any more. */
export const pageViewLifeMs = 30 * 60_000;

/** The key of what a page view was shown: the same packed log as a visitor's, in a slot of its own. */
export function pageViewCapsKey(pageViewKey: string): string {
  return `{p:${pageViewKey}}:c`;
}

/**
 * How many impressions of a page view count at `nowMs`, by cap key: "c12" for campaign 12, "a7" for advertiser 7. Lapsed
 * holds do not; half an hour after the oldest that does, none does: the page view is over. Junk reads as none; never throws.
 */
export function decodePageView(log: Uint8Array | null, nowMs: number): ReadonlyMap<string, number> {
  const counting = unpackImpressions(log).filter(
    ({ timeMs, pendingSeconds }) => pendingSeconds === 0 || timeMs + pendingSeconds * 1_000 > nowMs,
  );
  const shown = new Map<string, number>();
  if (counting.some(({ timeMs }) => timeMs <= nowMs - pageViewLifeMs)) return shown;
  for (const { campaignId, advertiserId } of counting)
    for (const key of [`c${campaignId}`, `a${advertiserId}`])
      shown.set(key, (shown.get(key) ?? 0) + 1);
  return shown;
}

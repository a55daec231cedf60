import { type ConversionKeys, sealClickId } from "./conversionIds.ts";
import type { TrackingClaims } from "./ports.ts";

/** The parameter by which a shop's page learns which click led to it. */
export const clickIdParameter = "atelier_click";

/**
 * The click id of a click that is counted at `nowMs`; null where what comes of the ad may not be measured (purpose 7) or is
 * a test.
 */
export function clickIdOf(
  claims: TrackingClaims,
  nowMs: number,
  keys: ConversionKeys,
): string | null {
  if (!claims.mayMeasure || claims.test) return null;
  const { decisionId, slot, campaignId, creativeId, advertiserId, placementId } = claims;
  const ad = { decisionId, slot, campaignId, creativeId, advertiserId, placementId };
  return sealClickId({ ...ad, atMs: nowMs }, keys);
}

/** A landing page with the click id as its last parameter; everything else of it stays to the letter, the fragment last. */
export function withClickId(landingUrl: string, clickId: string): string {
  const hash = landingUrl.indexOf("#");
  const address = hash === -1 ? landingUrl : landingUrl.slice(0, hash);
  const fragment = hash === -1 ? "" : landingUrl.slice(hash);
  const query = address.indexOf("?");
  const isOpen = query === address.length - 1 || address.endsWith("&");
  const separator = query === -1 ? "?" : isOpen ? "" : "&";
  return `${address}${separator}${clickIdParameter}=${clickId}${fragment}`;
}

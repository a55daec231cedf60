import { areaKeyKind, decodeAreaKey } from "../geo/areaKeys.ts";
import { fillMacros, hasMacro, withUtm } from "../targeting/landingMacros.ts";
import type { Landing } from "../targeting/snapshot.ts";
import { withClickId } from "./conversionLanding.ts";
import type { TrackingClaims } from "./ports.ts";

/** What only the click itself tells. */
export interface ClickFacts {
  /** Null = what comes of the click is not measured. */
  readonly clickId: string | null;
  /** The host of the page that was left; null = not told. */
  readonly refererHost: string | null;
}

/**
 * Where a click is sent: the creative's own page, macros filled in, with utm parameters where its campaign adds them and the
 * click id, once. Host and scheme are those that were saved and reviewed, whatever the click says. Pure.
 */
export function landingAddress(
  { landingUrl, campaignName = "", utmTagging = false }: Landing,
  claims: TrackingClaims,
  { clickId, refererHost }: ClickFacts,
): string {
  const filled = fillMacros(landingUrl, {
    campaign_id: String(claims.campaignId),
    creative_id: String(claims.creativeId),
    placement: claims.placementId,
    site: refererHost ?? "",
    commune: communeOf(claims),
    click_id: clickId ?? "",
  });
  const tagged = utmTagging ? withUtm(filled, campaignName) : filled;
  const isNamed = clickId === null || hasMacro(landingUrl, "click_id");
  return isNamed ? tagged : withClickId(tagged, clickId);
}

/** The INSEE code of the commune that the ad was chosen for, where it may be measured and the place was known so finely. */
function communeOf({ facets = null, mayMeasure }: TrackingClaims): string {
  if (!mayMeasure || facets === null || areaKeyKind(facets.area) !== "commune") return "";
  return decodeAreaKey(facets.area).code;
}

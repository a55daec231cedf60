/** Something that a visitor did with an ad, to which a later conversion may be ascribed. */
export interface AdTouch {
  readonly kind: "click" | "view";
  readonly decisionId: string;
  readonly slot: number;
  readonly campaignId: number;
  readonly creativeId: number;
  readonly advertiserId: number;
  readonly placementId: string;
  /** ms since 1970. */
  readonly atMs: number;
}

/** For how long after an ad its shop's conversions are ascribed to it. */
export interface AttributionWindows {
  /** 1 to 90. */
  readonly clickWindowDays: number;
  /** 0 to 168; 0 = views count for nothing. */
  readonly viewWindowHours: number;
}

export const defaultAttributionWindows: AttributionWindows = {
  clickWindowDays: 30,
  viewWindowHours: 24,
};
export const attributionLimits = { clickWindowDays: 90, viewWindowHours: 168 } as const;

export interface Attribution {
  readonly touch: AdTouch;
  /** From the ad to the conversion, whole seconds, ≥ 0. */
  readonly lagSeconds: number;
}

/** A shop's clock may be late by this much: an ad touched so little after the conversion came before it. */
export const clockToleranceMs = 300_000;

const hourMs = 3_600_000;

/**
 * Last click, then last view: the latest click of the advertiser's ads within the click window before the conversion, else
 * its latest view within the view window, else null. A window is open at its end: a touch exactly as old as the window no
 * longer counts. Of two touches of one moment the greater decision (then slot) is taken, so that the answer does not depend
 * on their order. Pure.
 */
export function attributeConversion(
  touches: readonly AdTouch[],
  conversion: { readonly advertiserId: number; readonly occurredAtMs: number },
  windows: AttributionWindows,
): Attribution | null {
  const own = touches.filter(({ advertiserId }) => advertiserId === conversion.advertiserId);
  const latest = (kind: AdTouch["kind"], windowMs: number): AdTouch | null =>
    own
      .filter((touch) => touch.kind === kind && isWithin(touch, conversion.occurredAtMs, windowMs))
      .reduce<AdTouch | null>((best, touch) => later(best, touch), null);
  const touch =
    latest("click", windows.clickWindowDays * 24 * hourMs) ??
    latest("view", windows.viewWindowHours * hourMs);
  if (touch === null) return null;
  const lagMs = Math.max(0, conversion.occurredAtMs - touch.atMs);
  return { touch, lagSeconds: Math.floor(lagMs / 1_000) };
}

function isWithin({ atMs }: AdTouch, occurredAtMs: number, windowMs: number): boolean {
  if (windowMs === 0) return false;
  return atMs <= occurredAtMs + clockToleranceMs && atMs > occurredAtMs - windowMs;
}

function later(best: AdTouch | null, touch: AdTouch): AdTouch {
  if (best === null || touch.atMs !== best.atMs)
    return best === null || touch.atMs > best.atMs ? touch : best;
  if (touch.decisionId !== best.decisionId)
    return touch.decisionId > best.decisionId ? touch : best;
  return touch.slot > best.slot ? touch : best;
}

import type { Consent } from "../../src/consent/types.ts";
import type { DeliveryState } from "../../src/targeting/deliveryState.ts";
import type { AdRequest, Placement, VisitorState } from "../../src/targeting/types.ts";

export const fullConsent: Consent = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: true,
  mayMeasure: true,
  basis: "no_gdpr",
};

export function buildPlacement(fields: Partial<Placement> = {}): Placement {
  return {
    id: "top",
    formats: ["native"],
    sizes: [],
    count: 1,
    floorMicros: 0,
    blockedAdvertiserIds: [],
    blockedTrades: [],
    ...fields,
  };
}

/** A request on a Thursday morning in March, from a recognised visitor on a phone, for one native ad. */
export function buildRequest(fields: Partial<AdRequest> = {}): AdRequest {
  return {
    decisionId: "decision-1",
    nowMs: Date.UTC(2026, 2, 12, 9),
    placements: [buildPlacement()],
    places: [],
    page: { category: null, keywords: [] },
    deviceType: "mobile",
    consent: fullConsent,
    hasStableVisitor: true,
    ...fields,
  };
}

export const unknownVisitor: VisitorState = { scores: null, impressions: new Map() };
export const freeDelivery: DeliveryState = { exhaustedUntilMs: new Map(), throttles: new Map() };

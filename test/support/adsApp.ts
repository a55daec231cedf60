import { randomUUID } from "node:crypto";
import { Router } from "express";
import { createApp } from "../../src/app.ts";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { createConsentReader } from "../../src/consent/consentOf.ts";
import type { Consent } from "../../src/consent/types.ts";
import { PublicError } from "../../src/errors.ts";
import { createLocator } from "../../src/geo/locate.ts";
import { type AdsRouteDeps, createAnswerAds } from "../../src/routes/ads.ts";
import type { FaultReport } from "../../src/routes/problem.ts";
import { createAddressKey } from "../../src/serving/addressKey.ts";
import { createPageViewKeyOf } from "../../src/serving/pageViewKey.ts";
import type {
  HoldContext,
  HoldOutcome,
  HoldRequest,
  ServingEvent,
} from "../../src/serving/ports.ts";
import { createServeAds, type ServeAdsDeps } from "../../src/serving/serveAds.ts";
import { signTrackingToken, trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import type { AdRequest, ServableCampaign, VisitorState } from "../../src/targeting/types.ts";

/** In-memory ports for tests of serving's own logic; the stores have their contract tests. */

export const testNowMs = Date.parse("2026-03-12T10:00:00+01:00");
export const testTrackingKey = trackingKeyFrom(Buffer.alloc(32, 7));
export const everythingAllowed: Consent = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: true,
  mayMeasure: true,
  basis: "no_gdpr",
};
export const testPlaces = readPlaces();
export const testLocator = createLocator(testPlaces);

export type AnswerHold = (request: HoldRequest, trip: number) => HoldOutcome;

export const granted: AnswerHold = (request) => ({
  held: true,
  holdId: `hold-${request.campaignId}`,
  budgetDay: "2026-03-12",
});

/** Serving over a list of campaigns, and everything that it asked of its ports. */
export function createTestServing(
  campaigns: readonly ServableCampaign[],
  options: {
    readonly hold?: AnswerHold;
    readonly ports?: Partial<ServeAdsDeps>;
    readonly settings?: Partial<ServeAdsDeps["options"]>;
    readonly visitor?: VisitorState;
  } = {},
) {
  const trips: (readonly HoldRequest[])[] = [];
  const contexts: HoldContext[] = [];
  const released: string[] = [];
  const reads: { readonly key: string; readonly scores: boolean }[] = [];
  const events: ServingEvent[] = [];
  const state = { snapshot: buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 }) };
  const hold = options.hold ?? granted;
  const deps: ServeAdsDeps = {
    currentSnapshot: () => state.snapshot,
    readVisitor: async (key, wants) => {
      reads.push({ key, scores: wants.scores });
      return { ok: true, visitor: options.visitor ?? { scores: null, impressions: new Map() } };
    },
    holdBudgets: async (requests, context) => {
      trips.push(requests);
      contexts.push(context);
      return requests.map((request) => hold(request, trips.length));
    },
    releaseHolds: async (holdIds) => {
      released.push(...holdIds);
    },
    throttles: () => new Map(),
    paidAllowed: () => true,
    signToken: (claims) => signTrackingToken(claims, testTrackingKey),
    emit: (event) => events.push(event),
    options: {
      publicUrl: "https://ads.example",
      deadlineMs: 5_000,
      holdLifeMs: 300_000,
      tokenLifeMs: 86_400_000,
      emptySampleEvery: 1,
      ...options.settings,
    },
    ...options.ports,
  };
  return { serveAds: createServeAds(deps), trips, contexts, released, reads, events, state };
}

/** A request for one native ad from an anonymous visitor whose place is unknown. */
export function buildRequest(fields: Partial<AdRequest> = {}): AdRequest {
  return {
    decisionId: randomUUID(),
    nowMs: testNowMs,
    placements: [buildPlacement("top")],
    places: [],
    page: { category: null, keywords: [] },
    deviceType: "mobile",
    consent: everythingAllowed,
    hasStableVisitor: false,
    ...fields,
  };
}

export function buildPlacement(id: string, count = 1): AdRequest["placements"][number] {
  return {
    id,
    formats: ["native", "image", "html"],
    sizes: [],
    count,
    floorMicros: 0,
    blockedAdvertiserIds: [],
    blockedTrades: [],
  };
}

export const anonymous = {
  visitorKey: null,
  pageViewKey: null,
  addressKey: () => "address",
  siteKey: null,
  test: false,
  explain: null,
};

/** The composed application with the ads route over in-memory ports, and what it reported as faults. */
export function createTestApp(
  campaigns: readonly ServableCampaign[],
  fields: Partial<AdsRouteDeps> = {},
) {
  const serving = createTestServing(campaigns);
  const faults: FaultReport[] = [];
  const answerAds = createAnswerAds({
    readConsent: createConsentReader({ vendorId: 1, role: "vendor" }),
    locator: testLocator,
    locateAddress: null,
    findPlacement: () => null,
    serveAds: serving.serveAds,
    findSite: () => null,
    sitePolicy: { requireSiteKey: false, requireSignedVisitors: false },
    mayExplain: async (request) => {
      if (request.headers.authorization === "Bearer admin") return { advertiserIds: null };
      throw new PublicError("unauthenticated", "A key is needed.");
    },
    visitorKeyOf: createVisitorKeyOf("a secret for the tests"),
    pageViewKeyOf: createPageViewKeyOf("a secret for the tests"),
    addressKeyOf: createAddressKey("secret"),
    newDecisionId: randomUUID,
    nowMs: () => testNowMs,
    ...fields,
  });
  const app = createApp({
    answerAds,
    routers: { health: Router(), tracking: Router(), places: Router(), management: [] },
    trustedProxies: 1,
    reportFault: (report) => faults.push(report),
  });
  return { app, faults, ...serving };
}

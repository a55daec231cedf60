import { randomUUID } from "node:crypto";
import type { Router } from "express";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import type { OutboxLimits } from "../budgets/limits.ts";
import type { StoredSsp } from "../campaigns/repository.ts";
import type { Config } from "../config.ts";
import { createConsentReader } from "../consent/consentOf.ts";
import { createLocator } from "../geo/locate.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { type AdsRouteDeps, type AnswerAds, createAnswerAds } from "../routes/ads.ts";
import { trackingRouter } from "../routes/tracking.ts";
import type { AboutUrlOf } from "../serving/aboutAd.ts";
import { createAddressKey } from "../serving/addressKey.ts";
import type { HearActivity } from "../serving/collectActivity.ts";
import { conversionKeysFrom } from "../serving/conversionIds.ts";
import { clickIdOf } from "../serving/conversionLanding.ts";
import type { DecisionSampling } from "../serving/decisionSampling.ts";
import type { Hearers } from "../serving/hearDecision.ts";
import type { ScreenCaller } from "../serving/invalidTraffic.ts";
import { createPageViewKeyOf } from "../serving/pageViewKey.ts";
import type { TrackingClaims } from "../serving/ports.ts";
import type { RecordEvent } from "../serving/recordEvent.ts";
import { createServeAds, type ServeAds, type ServeAdsDeps } from "../serving/serveAds.ts";
import type { ToAdRequestDeps } from "../serving/toAdRequest.ts";
import {
  signTrackingToken,
  trackingKeyFrom,
  trackingLifetimeMs,
} from "../serving/trackingToken.ts";
import { createRedisHolds } from "../stores/redis/holds.ts";
import { createReadPageView } from "../stores/redis/readPageView.ts";
import { createReadVisitor } from "../stores/redis/readVisitor.ts";
import { findLanding, type Landing, type Snapshot } from "../targeting/snapshot.ts";
import { composeAboutAds } from "./aboutAds.ts";
import type { Learning } from "./bidLearning.ts";
import { composeTrafficFilter, type TrafficFilter } from "./invalidTraffic.ts";
import type { Log } from "./log.ts";
import { countDecisions } from "./measureAnswers.ts";
import type { Pacing } from "./pacing.ts";
import type { Prediction } from "./prediction.ts";
import { composeRecordEvent } from "./recordEvents.ts";
import type { SiteIndex } from "./siteIndex.ts";
import { describe, type Stores } from "./stores.ts";
import { traceAnswer, traceServing } from "./tracing.ts";

/** What the jobs tell the serving path; read at each request. */
export interface ServingState extends Hearers {
  /** Empty until the first load. */
  readonly snapshot: () => Snapshot;
  readonly sites: () => SiteIndex;
  /** Exchanges, as they are kept; absent = there are none. */
  readonly ssps?: () => readonly StoredSsp[];
  readonly activeModelVersion: () => number | null;
  readonly paidAllowed: () => boolean;
  readonly outboxLimits?: OutboxLimits;
  readonly onMoneyLost: () => void;
  /** Pacing of this node; absent = nobody is held back and nothing is counted. */
  readonly pacing?: Pick<Pacing, "throttles" | "count">;
  /** What is predicted of visitors and clicks; absent = nothing but what batches and campaigns' averages say. */
  readonly prediction?: Pick<Prediction, "clickEffects" | "segmentPriors" | "isHeldOut">;
  /** Who decides some decisions again; absent = nobody. */
  readonly sampling?: DecisionSampling;
  /** Who is told what visitors do on pages; absent = the stream alone. */
  readonly hearActivity?: readonly HearActivity[];
}

/** What bids share with pages: one visitor, one purse, one filter, one idea of consent and place. */
export type SharedServing = Pick<
  ServeAdsDeps,
  "currentSnapshot" | "readVisitor" | "holdBudgets" | "releaseHolds" | "throttles" | "paidAllowed"
> &
  Pick<
    ServeAdsDeps,
    "decide" | "signToken" | "aboutUrlOf" | "emit" | "clickEffects" | "segmentPriors" | "isHeldOut"
  > &
  Pick<
    AdsRouteDeps,
    "readConsent" | "locator" | "locateAddress" | "visitorKeyOf" | "addressKeyOf" | "newDecisionId"
  > & { readonly screenCaller: ScreenCaller; readonly nowMs: () => number };

export interface Serving {
  readonly answerAds: AnswerAds;
  readonly shared: SharedServing;
  readonly tracking: Router;
  /** The pages behind "Why this ad?". */
  readonly about: Router;
  readonly recordEvent: RecordEvent;
  /** Decides without the counts around it: for explanations. */
  readonly explaining: { readonly serveAds: ServeAds; readonly toAdRequest: ToAdRequestDeps };
}

export interface ServingOptions {
  readonly publicUrl: string;
  readonly mayExplain: AdsRouteDeps["mayExplain"];
  /** Where invalid traffic is counted; absent = nowhere. */
  readonly metrics?: Metrics;
  readonly counted?: (serveAds: ServeAds) => ServeAds;
  /** Who else hears of events; absent = nobody. */
  readonly hearing?: Learning["hearing"];
  /** The pixel of a bid was counted, with what it bills; absent = nobody asks. */
  readonly onBidShown?: (noticeToken: string, nowMs: number) => Promise<void>;
  /** For clicks on creatives that the snapshot no longer has. */
  readonly findStoredCreative: (campaignId: number, creativeId: number) => Promise<Landing | null>;
}

/** The hot path: ad requests and tracking, on real stores. */
export function composeServing(
  config: Config,
  stores: Stores,
  state: ServingState,
  options: ServingOptions,
  log: Log,
): Serving {
  const traffic = composeTrafficFilter(config, stores.dataCentres, options.metrics ?? null);
  const emit = options.hearing?.(stores.events.emit) ?? stores.events.emit;
  const recordEvent = composeRecordEvent(config, stores, state, { traffic, emit }, log);
  const routeDeps = adsRouteDeps(config, stores, state);
  const about = composeAboutAds(config, state.snapshot, {
    publicUrl: options.publicUrl,
    nowMs: stores.clock.nowMs,
  });
  const shared = shareServing(config, stores, state, { traffic, routeDeps, ...about }, log);
  const serveAds = createServeAds({
    ...shared,
    readPageView: createReadPageView({
      redis: stores.redis,
      onTrouble: (what, error) => log.debug({ error: describe(error) }, what),
    }),
    ...(state.sampling === undefined ? {} : { sampling: state.sampling }),
    ...(state.hearDecision === undefined ? {} : { hearDecision: state.hearDecision }),
    options: {
      publicUrl: options.publicUrl,
      deadlineMs: config.requestDeadlineMs,
      holdLifeMs: config.holdSeconds * 1_000,
      tokenLifeMs: trackingLifetimeMs,
      emptySampleEvery: 100,
    },
  });
  const counted = countDecisions(serveAds, state.pacing, options.counted);
  return {
    answerAds: createAnswerAds({
      ...routeDeps,
      mayExplain: options.mayExplain,
      screenCaller: traffic.screenRequest,
      ...(state.hearConsent === undefined ? {} : { hearConsent: state.hearConsent }),
      serveAds: traceAnswer(stores.tracing, counted),
    }),
    tracking: trackingRouter({
      events: recordEvent,
      findCreative: createFindCreative(state, options),
      sourceOf: traffic.sourceOf,
      ...(options.onBidShown === undefined ? {} : { onBidShown: options.onBidShown }),
      clickIdOf: clickIdsOf(config),
      now: stores.clock.nowMs,
    }),
    about: about.router,
    recordEvent,
    shared,
    explaining: { serveAds, toAdRequest: routeDeps },
  };
}

function clickIdsOf({ visitorSecret }: Config) {
  const keys = conversionKeysFrom(visitorSecret);
  return (claims: TrackingClaims, nowMs: number) => clickIdOf(claims, nowMs, keys);
}

function shareServing(
  config: Config,
  stores: Stores,
  state: ServingState,
  {
    traffic,
    routeDeps,
    aboutUrlOf,
  }: {
    readonly traffic: TrafficFilter;
    readonly routeDeps: ReturnType<typeof adsRouteDeps>;
    readonly aboutUrlOf: AboutUrlOf;
  },
  log: Log,
): SharedServing {
  const trackingKey = trackingKeyFrom(Buffer.from(config.tokenSecret));
  return traceServing(stores.tracing, {
    currentSnapshot: state.snapshot,
    ...state.prediction,
    readVisitor: readVisitorOf(config, stores, state, log),
    ...createRedisHolds({
      redis: stores.redis,
      ...(state.outboxLimits === undefined ? {} : { outboxLimits: state.outboxLimits }),
      onStateLost: state.onMoneyLost,
      onError: (error) => log.debug({ error: describe(error) }, "budgets not held"),
    }),
    throttles: state.pacing?.throttles ?? (() => noThrottles),
    paidAllowed: state.paidAllowed,
    signToken: (claims) => signTrackingToken(claims, trackingKey),
    aboutUrlOf,
    emit: stores.events.emit,
    ...routeDeps,
    screenCaller: traffic.screenRequest,
  });
}

/** Without pacing nobody is held back. */
const noThrottles: ReadonlyMap<number, number> = new Map();

function readVisitorOf(config: Config, stores: Stores, state: ServingState, log: Log) {
  return createReadVisitor({
    redis: stores.redis,
    scoresOf: stores.scores.getPackedScores,
    activeModelVersion: state.activeModelVersion,
    deadlineMs: config.dynamodbDeadlineMs,
    onTrouble: (what, error) => log.debug({ error: describe(error) }, what),
  });
}

function adsRouteDeps(
  config: Config,
  stores: Stores,
  state: ServingState,
): Omit<AdsRouteDeps, "mayExplain" | "serveAds"> {
  return {
    readConsent: createConsentReader({ vendorId: config.tcfVendorId, role: config.tcfRole }),
    locator: createLocator(stores.places, { contours: stores.contours }),
    locateAddress: stores.locateAddress,
    findSite: (key) => state.sites().site(key),
    findPlacement: (key, code) => state.sites().placement(key, code),
    sitePolicy: {
      requireSiteKey: config.requireSiteKey,
      requireSignedVisitors: config.requireSignedVisitors,
    },
    visitorKeyOf: createVisitorKeyOf(config.visitorSecret),
    pageViewKeyOf: createPageViewKeyOf(config.visitorSecret),
    addressKeyOf: createAddressKey(config.visitorSecret),
    newDecisionId: randomUUID,
    nowMs: stores.clock.nowMs,
  };
}

/** From the snapshot, without a wait; from Postgres for what has left it since the ad was shown. */
function createFindCreative(
  state: ServingState,
  options: ServingOptions,
): (campaignId: number, creativeId: number) => Promise<Landing | null> {
  return async (campaignId, creativeId) =>
    findLanding(state.snapshot(), campaignId, creativeId) ??
    (await options.findStoredCreative(campaignId, creativeId));
}

import { createHoldout } from "../../src/audience/holdout.ts";
import {
  type AreaCounts,
  categoryShares,
  createSegmentPriors,
  type SegmentPriors,
} from "../../src/audience/segmentPriors.ts";
import { impressionPriceMicros } from "../../src/budgets/price.ts";
import { franceKey } from "../../src/geo/areaKeys.ts";
import { createHearSession } from "../../src/serving/hearSession.ts";
import type { ServingEvent } from "../../src/serving/ports.ts";
import { createServeAds, type ServeAds } from "../../src/serving/serveAds.ts";
import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { createReadVisitor } from "../../src/stores/redis/readVisitor.ts";
import { addToSessionProfile } from "../../src/stores/redis/sessionProfiles.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import type { AdRequest, ServableCampaign } from "../../src/targeting/types.ts";
import type { VisitorSums } from "./measure.ts";
import type { LoopOptions } from "./options.ts";
import { type LoopScores, modelVersion } from "./score.ts";
import { chanceOf, type LoopPage, pagesOf } from "./visits.ts";
import { categoriesOf, type LoopVisitor, segmentIds, trueClickRate } from "./world.ts";

export interface LoopServing {
  /** All ads of a visitor on the days of ads; activity is told after each page, as a page does. */
  readonly visit: (visitor: LoopVisitor) => Promise<VisitorSums>;
  readonly isHeldOut: (visitor: LoopVisitor) => boolean;
  readonly decisions: () => { readonly all: number; readonly heldOut: number };
}

const patientMs = 30_000;

/** The real serving path on a real Redis: visitors' sessions and scores, the decision, its event. Money is always there. */
export function createLoopServing(
  options: LoopOptions,
  redis: RedisClient,
  campaigns: readonly ServableCampaign[],
  scores: LoopScores,
  keyOf: (visitorId: string) => string,
  priors: SegmentPriors,
): LoopServing {
  const isKeyHeldOut = createHoldout(options.holdoutPercent);
  const counted = { all: 0, heldOut: 0 };
  const serveAds = composeLoop(options, redis, campaigns, scores, {
    priors,
    isHeldOut: isKeyHeldOut,
    emit: ({ payload }) => {
      counted.all += 1;
      if (payload.heldOut === true) counted.heldOut += 1;
    },
  });
  const bids = new Map(campaigns.map(({ campaignId, bidMicros }) => [campaignId, bidMicros]));
  return {
    isHeldOut: ({ visitorId }) => isKeyHeldOut(keyOf(visitorId)),
    decisions: () => counted,
    async visit(visitor) {
      const key = keyOf(visitor.visitorId);
      const sums = { clicks: 0, euros: 0 };
      for (let day = options.historyDays; day < options.historyDays + options.adDays; day++)
        for (const page of pagesOf(options, visitor, day)) {
          const campaignId = await adOf(serveAds, visitor, page, key);
          await tell(redis, visitor, page, key);
          if (campaignId === null) continue;
          sums.euros += impressionPriceMicros(bids.get(campaignId) ?? 0) / 1_000_000;
          const rate = trueClickRate(visitor, campaignId, page.category);
          if (chanceOf(page.eventId) < rate) sums.clicks += 1;
        }
      return sums;
    },
  };
}

function composeLoop(
  { scores: use }: LoopOptions,
  redis: RedisClient,
  campaigns: readonly ServableCampaign[],
  scores: LoopScores,
  parts: {
    readonly priors: SegmentPriors;
    readonly isHeldOut: (visitorKey: string) => boolean;
    readonly emit: (event: ServingEvent) => void;
  },
): ServeAds {
  const snapshot = buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 });
  const usesBatch = use === "all" || use === "batch";
  const read = createReadVisitor({
    redis,
    scoresOf: async (visitorKey) => scores.packedOf(visitorKey),
    activeModelVersion: () => (usesBatch ? modelVersion : null),
    deadlineMs: patientMs,
    onTrouble: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  return createServeAds({
    currentSnapshot: () => snapshot,
    readVisitor: async (key, wants, nowMs) => {
      const outcome = await read(key, { scores: wants.scores && use !== "none" }, nowMs);
      if (!outcome.ok) throw new Error("Redis is away");
      return use === "batch" ? { ok: true, visitor: outcome.visitor } : outcome;
    },
    segmentPriors: () => parts.priors,
    isHeldOut: parts.isHeldOut,
    holdBudgets: async (requests) =>
      requests.map(({ decisionId }) => ({
        held: true,
        holdId: decisionId,
        budgetDay: "2026-06-01",
      })),
    releaseHolds: async () => undefined,
    throttles: () => noThrottles,
    paidAllowed: () => true,
    signToken: () => "t",
    emit: parts.emit,
    options: {
      publicUrl: "https://ads.example",
      deadlineMs: patientMs,
      holdLifeMs: 300_000,
      tokenLifeMs: 86_400_000,
      emptySampleEvery: 1,
    },
  });
}

const noThrottles: ReadonlyMap<number, number> = new Map();

async function adOf(
  serveAds: ServeAds,
  visitor: LoopVisitor,
  page: LoopPage,
  key: string,
): Promise<number | null> {
  const request = requestOf(visitor, page);
  const answer = await serveAds(request, {
    visitorKey: visitor.consents ? key : null,
    pageViewKey: null,
    addressKey: () => "a",
    siteKey: null,
    test: false,
    explain: null,
  });
  return answer.placements[0]?.ads[0]?.campaignId ?? null;
}

/** As the activity route tells it once consent is applied: without consent it names nobody. */
async function tell(redis: RedisClient, visitor: LoopVisitor, page: LoopPage, key: string) {
  const hearing = createHearSession({
    remember: (visitorKey, events, nowMs) => addToSessionProfile(redis, visitorKey, events, nowMs),
    nowMs: () => page.atMs + 1_000,
    onError: (error) => {
      throw error;
    },
  });
  const { eventId, atMs: occurredAtMs, kind, category } = page;
  hearing.hear([
    { eventId, occurredAtMs, kind, category, visitorKey: visitor.consents ? key : null },
  ]);
  await hearing.settle();
}

function requestOf({ consents }: LoopVisitor, { eventId, atMs, category }: LoopPage): AdRequest {
  return {
    decisionId: eventId,
    nowMs: atMs,
    placements: [
      {
        id: "top",
        formats: ["native"],
        sizes: [],
        count: 1,
        floorMicros: 0,
        blockedAdvertiserIds: [],
        blockedTrades: [],
      },
    ],
    places: [],
    page: { category, keywords: [] },
    deviceType: "mobile",
    consent: {
      mayStore: consents,
      mayPersonalise: consents,
      mayUsePlace: consents,
      mayUsePrecisePlace: false,
      mayMeasure: consents,
      basis: consents ? "no_gdpr" : "missing",
    },
    hasStableVisitor: consents,
  };
}

/** What pages of the history say of segments, as the job works it out. */
export function loopPriors(options: LoopOptions, visitors: readonly LoopVisitor[]): SegmentPriors {
  const pages = new Map<string, number>();
  for (const visitor of visitors)
    for (let day = 0; day < options.historyDays; day++)
      for (const { category } of pagesOf(options, visitor, day))
        pages.set(category, (pages.get(category) ?? 0) + 1);
  const counts: AreaCounts = { area: franceKey, visitors: visitors.length, pages };
  return createSegmentPriors(
    segmentIds.map((segmentId) => ({ segmentId, categories: categoriesOf(segmentId) })),
    categoryShares([counts]),
  );
}

import { randomUUID } from "node:crypto";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import type { BidResponse } from "../../../src/openrtb/bidTypes.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import {
  type AnswerBidDeps,
  type BidResult,
  createAnswerBid,
} from "../../../src/serving/answerBid.ts";
import type { BidCaller, BidNoticeClaims, Ssp } from "../../../src/serving/bidPorts.ts";
import type {
  HoldContext,
  HoldRequest,
  ServingEvent,
  TrackingClaims,
} from "../../../src/serving/ports.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../../src/targeting/types.ts";
import { type AnswerHold, granted, testLocator, testNowMs } from "../adsApp.ts";
import { sspOf } from "../notices.ts";

export interface TestBidding {
  /** Answers a body in `timeMs` (5 s). Throws for what is no bid request. */
  readonly ask: (body: unknown, timeMs?: number, caller?: BidCaller) => Promise<BidResult>;
  /** What was asked of the ports. */
  readonly trips: readonly (readonly HoldRequest[])[];
  readonly contexts: readonly HoldContext[];
  readonly released: readonly string[];
  readonly events: readonly ServingEvent[];
  readonly tokens: readonly TrackingClaims[];
  readonly notices: readonly BidNoticeClaims[];
  /** Campaigns whose bids were noted. */
  readonly noted: readonly number[];
}

/** Bidding over a list of campaigns with ports in memory: everything is held, everybody wins, nobody is known. */
export function createTestBidding(
  campaigns: readonly ServableCampaign[],
  {
    ssp = {},
    hold = granted,
    winRateUpper = 1,
    ports = {},
  }: {
    readonly ssp?: Partial<Ssp>;
    readonly hold?: AnswerHold;
    readonly winRateUpper?: number;
    readonly ports?: Partial<AnswerBidDeps>;
  } = {},
): TestBidding {
  const trips: (readonly HoldRequest[])[] = [];
  const contexts: HoldContext[] = [];
  const released: string[] = [];
  const events: ServingEvent[] = [];
  const tokens: TrackingClaims[] = [];
  const notices: BidNoticeClaims[] = [];
  const noted: number[] = [];
  const snapshot = buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 });
  const notice = (letter: string) => `https://ads.example/openrtb2/n/${letter}/token`;
  const answer = createAnswerBid({
    currentSnapshot: () => snapshot,
    readVisitor: async () => ({ ok: true, visitor: { scores: null, impressions: new Map() } }),
    async holdBudgets(requests, context) {
      trips.push(requests);
      contexts.push(context);
      return requests.map((request) => hold(request, trips.length));
    },
    async releaseHolds(holdIds) {
      released.push(...holdIds);
    },
    throttles: () => new Map(),
    paidAllowed: () => true,
    emit: (event) => events.push(event),
    readConsent: createConsentReader({ vendorId: 1, role: "vendor" }),
    locator: testLocator,
    locateAddress: null,
    visitorOfBid: () => null,
    visitorKeyOf: (id) => `key of ${id}`,
    addressKeyOf: (address) => `network of ${address}`,
    newDecisionId: randomUUID,
    rates: () => ({ asOfMs: testNowMs, microsPerEuro: new Map([["USD", 1_100_000]]) }),
    learning: {
      winRateUpper: () => winRateUpper,
      holdLifeMs: (_ssp, longestMs) => longestMs,
      minToWin: () => null,
      noteBid: (_ssp, campaignId) => noted.push(campaignId),
      noteWin: () => undefined,
      noteLoss: () => undefined,
    },
    signToken(claims) {
      tokens.push(claims);
      return `token${tokens.length}`;
    },
    signNotice(claims) {
      notices.push(claims);
      return { token: "notice", win: notice("w"), billing: notice("b"), loss: notice("l") };
    },
    emptySampleEvery: 1,
    nowMs: () => testNowMs,
    monotonicMs: () => performance.now(),
    isSecure: true,
    options: { publicUrl: "https://ads.example", tokenLifeMs: 86_400_000 },
    ...ports,
  });
  return {
    ...{ trips, contexts, released, events, tokens, notices, noted },
    ask(body, timeMs = 5_000, caller) {
      const parsed = parseBidRequest(body);
      if (!parsed.ok) throw new Error(parsed.problem);
      return answer(parsed.request, sspOf(ssp), timeMs, caller);
    },
  };
}

/** The body of an answer of 200. Throws for 204. */
export function bodyOf({ answer }: BidResult): BidResponse {
  if (answer.status === 204) throw new Error("no bid, and no reason either");
  return answer.body;
}

/** The campaigns that bid, by imp. */
export function bidders(result: BidResult): Readonly<Record<string, number>> {
  const bids = result.answer.status === 200 ? (result.answer.body.seatbid?.[0]?.bid ?? []) : [];
  return Object.fromEntries(bids.map(({ impid, cid }) => [impid, Number(cid)]));
}

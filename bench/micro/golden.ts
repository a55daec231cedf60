import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { packScores, unpackScores } from "../../src/audience/packedScores.ts";
import { budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { holdIdOf } from "../../src/budgets/holdId.ts";
import { parseBidRequest } from "../../src/openrtb/parseBidRequest.ts";
import { placeSignalsOf } from "../../src/openrtb/placeSignals.ts";
import { placesOf } from "../../src/serving/toAdRequest.ts";
import {
  signTrackingToken,
  trackingKeyFrom,
  verifyTrackingToken,
} from "../../src/serving/trackingToken.ts";
import { createAdsBodyValidator } from "../../src/serving/validateAdsBody.ts";
import { type Allocation, allocate } from "../../src/targeting/allocate.ts";
import { decide } from "../../src/targeting/decide.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import { frenchLocator } from "../../test/support/geography.ts";
import {
  type GoldenDecision,
  goldenCampaigns,
  goldenDelivery,
  goldenNowMs,
  goldenRequest,
  goldenVisitor,
} from "../../test/support/goldenDecision.ts";
import { goldenBodies } from "../../test/support/openrtb/goldenRequests.ts";
import { fullConsent } from "../../test/support/requestBuilder.ts";
import { callsTable, measureCalls } from "./measureCalls.ts";

/**
 * `npm run bench -- --micro`: the parts of a request, one by one, on the golden cases that the tests hold true. What a part
 * costs on a few campaigns is what it costs at least; `decide.ts` beside it has the worlds of a hundred thousand.
 */
const folder = new URL("../../test/golden/decision/", import.meta.url);
const goldens = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as GoldenDecision);

const worlds = goldens.map((golden) => ({
  golden,
  snapshot: buildSnapshot(goldenCampaigns(golden), { revision: "1", builtAtMs: 0 }),
  request: goldenRequest(golden),
  visitor: goldenVisitor(golden),
  delivery: goldenDelivery(golden),
}));
const bodies = goldens.map(({ request: { decisionId: _, consent: __, ...body } }) => ({
  placements: [{ id: "1" }],
  ...body,
}));
const validate = createAdsBodyValidator();
const locating = { locator: frenchLocator, locateAddress: null };
const key = trackingKeyFrom(Buffer.from("a secret that is only good for benchmarks"));
const allClaims = worlds.flatMap(({ golden, snapshot, request, visitor, delivery }) =>
  allocate(decide(request, snapshot, visitor, delivery)).map((winner, slot) =>
    claimsOf(winner, slot, goldenNowMs(golden)),
  ),
);
const tokens = allClaims.map((claims) => ({ claims, token: signTrackingToken(claims, key) }));
const scoreSets = worlds.flatMap(({ golden: { visitor } }) => {
  const scores = Object.entries(visitor?.scores ?? {});
  if (scores.length === 0) return [];
  const byId = new Map(scores.map(([segmentId, score]) => [Number(segmentId), score]));
  return [{ modelVersion: 1, expiresAtSeconds: 2_000_000_000, scores: byId }];
});
const packedSets = scoreSets.map(packScores);

const figures = [
  measureCalls(
    "decide, with who takes which slot",
    worlds.map(
      ({ snapshot, request, visitor, delivery }) =>
        () =>
          allocate(decide(request, snapshot, visitor, delivery)),
    ),
  ),
  measureCalls(
    "locate: places of a page's request",
    bodies.flatMap(({ place }) =>
      place === undefined ? [] : [() => placesOf(place, null, fullConsent, locating)],
    ),
  ),
  measureCalls(
    "parse a page's body: JSON and rules",
    bodies.map((body) => {
      const text = JSON.stringify(body);
      return () => validate(JSON.parse(text));
    }),
  ),
  measureCalls(
    "parse a bid request: JSON, fields, places",
    goldenBodies.map((text) => () => {
      const parsed = parseBidRequest(JSON.parse(text));
      return parsed.ok ? placeSignalsOf(parsed.request) : parsed;
    }),
  ),
  measureCalls(
    "sign a tracking token",
    allClaims.map((claims) => () => signTrackingToken(claims, key)),
  ),
  measureCalls(
    "verify a tracking token",
    tokens.map(
      ({ token, claims }) =>
        () =>
          verifyTrackingToken(token, [key], claims.issuedAtMs),
    ),
  ),
  measureCalls(
    "pack a visitor's scores",
    scoreSets.map((set) => () => packScores(set)),
  ),
  measureCalls(
    "unpack them",
    packedSets.map((packed) => () => unpackScores(packed, Date.UTC(2026, 2, 12), 1)),
  ),
];
console.log(
  `Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
);
console.log(callsTable(figures));

function claimsOf({ placementId, candidate }: Allocation, slot: number, issuedAtMs: number) {
  const { campaign, creative } = candidate;
  const hold = {
    decisionId: "3f9b2a44-6f0c-4d2f-9a57-1c2d3e4f5a6b",
    slot,
    campaignId: campaign.campaignId,
    advertiserId: campaign.advertiserId,
  };
  return {
    ...hold,
    creativeId: creative.creativeId,
    placementId,
    pricing: campaign.pricing,
    priceMicros: Math.round(campaign.bidMicros / 1_000),
    holdId: holdIdOf(hold),
    budgetDay: budgetDayOf(issuedAtMs),
    issuedAtMs,
    expiresAtMs: issuedAtMs + 86_400_000,
    test: false,
    mayMeasure: true,
    pageViewKey: null,
  };
}

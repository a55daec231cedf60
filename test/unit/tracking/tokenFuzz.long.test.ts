import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { holdIdOf } from "../../../src/budgets/holdId.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { noticeKeyFrom, readBidNotice } from "../../../src/serving/bidNoticeToken.ts";
import {
  conversionKeysFrom,
  openClickId,
  pixelIdOf,
  readPixelId,
} from "../../../src/serving/conversionIds.ts";
import {
  signTrackingToken,
  trackingKeyFrom,
  verifyTrackingToken,
} from "../../../src/serving/trackingToken.ts";

/** A hundred thousand broken tokens of each kind: none counts, none throws, none takes long. */
const times = 100_000;
const seed = 20_261_123;
const key = trackingKeyFrom(randomBytes(32));
const keys = conversionKeysFrom("a secret of conversions, for this test");
const noticeKey = noticeKeyFrom(randomBytes(32));
const identity = {
  decisionId: "5f0c4f0e-8a3b-4c55-9f3b-0a1b2c3d4e5f",
  slot: 2,
  campaignId: 12,
  advertiserId: 7,
};
const genuine = signTrackingToken(
  {
    ...identity,
    creativeId: 99,
    placementId: "top",
    pricing: "cpc",
    priceMicros: 250_000,
    holdId: holdIdOf(identity),
    budgetDay: "2026-06-01",
    issuedAtMs: 1_780_000_000_000,
    expiresAtMs: 1_780_086_400_000,
    test: false,
    mayMeasure: true,
    pageViewKey: null,
  },
  key,
);

const { next } = createRandom(seed);
const below = (most: number): number => Math.floor(next() * most);
const letters = "ABCXYZabcxyz0189-_=+/.%\u00e9\u0000\n ";

/** One of the ways in which somebody would try: bits, pieces, lengths, other alphabets, two tokens made one. */
function broken(token: string): string {
  const at = below(token.length);
  const bytes = Buffer.from(token, "base64url");
  switch (below(7)) {
    case 0:
      bytes[below(bytes.length)]! ^= 1 << below(8);
      return bytes.toString("base64url");
    case 1:
      return token.slice(0, at);
    case 2:
      return token + letters[below(letters.length)]!.repeat(1 + below(50));
    case 3:
      return token.slice(0, at) + letters[below(letters.length)] + token.slice(at + 1);
    case 4:
      return token.slice(at) + token.slice(0, at);
    case 5:
      return randomBytes(1 + below(300)).toString("base64url");
    default:
      bytes
        .subarray(at % bytes.length)
        .subarray(0, 1 + below(8))
        .fill(below(256));
      return bytes.toString("base64url");
  }
}

test.each<[string, string, (token: string) => boolean]>([
  ["tracking", genuine, (token) => verifyTrackingToken(token, [key], 0).ok],
  ["pixel", pixelIdOf(7, keys), (token) => readPixelId(token, keys) !== null],
  ["click", randomBytes(60).toString("base64url"), (token) => openClickId(token, keys) !== null],
  [
    "notice",
    randomBytes(80).toString("base64url"),
    (token) => readBidNotice(token, [noticeKey]).ok,
  ],
])("of broken %s tokens none counts", (_kind, token, counts) => {
  const startedMs = performance.now();
  for (let time = 0; time < times; time++) {
    const changed = broken(token);
    if (changed !== token && counts(changed)) expect(changed).toBe("refused");
  }
  expect((performance.now() - startedMs) / times).toBeLessThan(1);
});

import { describe, expect, it } from "vitest";
import { holdIdOf } from "../../../src/budgets/holdId.ts";
import {
  createSignBidNotice,
  maxNoticeTokenLength,
  noticeKeyFrom,
  readBidNotice,
  signBidNotice,
} from "../../../src/serving/bidNoticeToken.ts";
import type { BidNoticeClaims } from "../../../src/serving/bidPorts.ts";
import { trackingKeyFrom, verifyTrackingToken } from "../../../src/serving/trackingToken.ts";

const secret = Buffer.from("a secret that is long enough for every test");
const key = noticeKeyFrom(secret);
const nowMs = Date.UTC(2026, 2, 12, 11);
const identity = {
  decisionId: "0b8f7a52-6a3e-4b77-9a35-3a9f0a1c2d3e",
  slot: 3,
  campaignId: 4_000_000_001,
  advertiserId: 77,
};
const claims: BidNoticeClaims = {
  ...identity,
  sspId: 9,
  creativeId: 12,
  holdId: holdIdOf(identity),
  budgetDay: "2026-03-12",
  priceMicros: 2_345_678,
  currency: "USD",
  costMicros: 2_100_000,
  issuedAtMs: nowMs,
  expiresAtMs: nowMs + 300_000,
  test: false,
};
const read = (token: string) => readBidNotice(token, [key]);

describe("the token of a bid's notices", () => {
  it("says all of its bid again, in about 115 characters", () => {
    const token = signBidNotice(claims, key);
    expect(read(token)).toEqual({ ok: true, claims });
    expect(token.length).toBeLessThanOrEqual(116);
  });

  it("says it of any bid: without a hold, with a strange one, of a test, with long names, at the ends of the numbers", () => {
    const others: readonly Partial<BidNoticeClaims>[] = [
      { holdId: null },
      { holdId: "12.5.other.0" },
      { holdId: "é".repeat(127) },
      { test: true, holdId: null },
      { decisionId: "x".repeat(255) },
      { decisionId: "0B8F7A52-6A3E-4B77-9A35-3A9F0A1C2D3E" },
      { slot: 65_535, priceMicros: 1e12, costMicros: 0, sspId: 2 ** 32 - 1 },
      { currency: "EUR", expiresAtMs: 2 ** 47, budgetDay: "1999-01-01" },
    ];
    for (const other of others) {
      const one = { ...claims, ...other };
      const token = signBidNotice(one, key);
      expect(read(token)).toEqual({ ok: true, claims: one });
      expect(token.length).toBeLessThanOrEqual(maxNoticeTokenLength);
    }
  });

  it("stands in three addresses that need no escaping", () => {
    const urls = createSignBidNotice("https://ads.example", key)(claims);
    const token = signBidNotice(claims, key);
    expect(urls).toEqual({
      token,
      win: `https://ads.example/openrtb2/n/w/${token}`,
      billing: `https://ads.example/openrtb2/n/b/${token}`,
      loss: `https://ads.example/openrtb2/n/l/${token}`,
    });
  });

  it("is refused with any one of its characters changed, cut short or lengthened", () => {
    const token = signBidNotice(claims, key);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      expect(read(token.slice(0, at) + other + token.slice(at + 1)).ok).toBe(false);
      expect(read(token.slice(0, at)).ok).toBe(false);
    }
    for (const text of ["", `${token}A`, `${token}AAAA`, `${token}=`, "/etc/passwd", "\0", "é"])
      expect(read(text).ok).toBe(false);
    expect(read("A".repeat(maxNoticeTokenLength + 1)).ok).toBe(false);
  });

  it("is known under the secret before, and under no other", () => {
    const token = signBidNotice(claims, key);
    const other = noticeKeyFrom(Buffer.from("another secret that is long enough"));
    expect(readBidNotice(token, [other])).toEqual({ ok: false, error: "forged" });
    expect(readBidNotice(token, [other, key]).ok).toBe(true);
    expect(readBidNotice(token, [])).toEqual({ ok: false, error: "forged" });
  });

  it("is no tracking token of the same secret", () => {
    const token = signBidNotice(claims, key);
    expect(verifyTrackingToken(token, [trackingKeyFrom(secret)], nowMs).ok).toBe(false);
  });

  it("is not made of what it cannot hold", () => {
    const bad: readonly Partial<BidNoticeClaims>[] = [
      { currency: "euro" },
      { decisionId: "x".repeat(256) },
      { holdId: "x".repeat(256) },
      { slot: 65_536 },
      { budgetDay: "yesterday" },
      { priceMicros: -1 },
    ];
    for (const one of bad)
      expect(() => signBidNotice({ ...claims, ...one }, key)).toThrow(RangeError);
    expect(() => noticeKeyFrom(Buffer.alloc(15))).toThrow(RangeError);
  });
});

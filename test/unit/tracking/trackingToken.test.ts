import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetDayFromNumber } from "../../../src/budgets/budgetDay.ts";
import { holdIdOf } from "../../../src/budgets/holdId.ts";
import type { TrackingClaims } from "../../../src/serving/ports.ts";
import {
  signTrackingToken,
  trackingKeyFrom,
  verifyTrackingToken,
} from "../../../src/serving/trackingToken.ts";

const key = trackingKeyFrom(randomBytes(32));
const identity = {
  decisionId: "5f0c4f0e-8a3b-4c55-9f3b-0a1b2c3d4e5f",
  slot: 2,
  campaignId: 12,
  advertiserId: 7,
};
const claims: TrackingClaims = {
  ...identity,
  creativeId: 99,
  placementId: "top",
  pricing: "cpm",
  priceMicros: 5_000,
  holdId: holdIdOf(identity),
  budgetDay: "2026-06-01",
  issuedAtMs: 1_780_000_000_000,
  expiresAtMs: 1_780_086_400_000,
  test: false,
  mayMeasure: true,
  pageViewKey: null,
};
const id = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const anyClaims: fc.Arbitrary<TrackingClaims> = fc.record({
  decisionId: fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 60, unit: "binary" })),
  slot: fc.integer({ min: 0, max: 65_535 }),
  campaignId: id,
  creativeId: id,
  advertiserId: id,
  placementId: fc
    .string({ maxLength: 60, unit: "grapheme" })
    .filter((text) => Buffer.byteLength(text) < 256),
  pricing: fc.constantFrom("cpm", "vcpm", "cpc"),
  priceMicros: fc.integer({ min: 0, max: 2 ** 47 }),
  holdId: fc.option(fc.string({ maxLength: 60 })),
  budgetDay: fc.integer({ min: 0, max: 65_535 }).map(budgetDayFromNumber),
  issuedAtMs: fc.integer({ min: 0, max: 2 ** 47 }),
  expiresAtMs: fc.integer({ min: 1, max: 2 ** 47 }),
  test: fc.boolean(),
  mayMeasure: fc.boolean(),
  pageViewKey: fc.option(fc.string({ maxLength: 60 })),
});

describe("a tracking token", () => {
  it("says what was signed, whatever it was", () => {
    const check = fc.property(anyClaims, fc.boolean(), (given, ownHold) => {
      const signed = ownHold ? { ...given, holdId: holdIdOf(given) } : given;
      const token = signTrackingToken(signed, key);
      expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(verifyTrackingToken(token, [key], 0)).toEqual({ ok: true, claims: signed });
    });
    fc.assert(check);
  });

  it("is short enough for a URL that is printed", () => {
    expect(signTrackingToken(claims, key).length).toBeLessThanOrEqual(104);
  });

  it("is refused after any change of any character", () => {
    const token = signTrackingToken(claims, key);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let at = 0; at < token.length; at++)
      for (const letter of alphabet) {
        if (letter === token[at]) continue;
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        expect(verifyTrackingToken(changed, [key], 0).ok).toBe(false);
      }
  });

  it("is refused when shortened, lengthened, or invented, and never throws", () => {
    const token = signTrackingToken(claims, key);
    for (let length = 0; length < token.length; length++)
      expect(verifyTrackingToken(token.slice(0, length), [key], 0).ok).toBe(false);
    for (const extra of ["A", "=", "/", "%00", "é"])
      expect(verifyTrackingToken(token + extra, [key], 0).ok).toBe(false);
    const check = fc.property(fc.string({ maxLength: 2_000, unit: "binary" }), (text) => {
      expect(verifyTrackingToken(text, [key], 0).ok).toBe(false);
    });
    fc.assert(check);
    const bytes = fc.property(fc.uint8Array({ minLength: 56, maxLength: 300 }), (body) => {
      body[0] = 1;
      body[1] = key.keyId;
      const text = Buffer.from(body).toString("base64url");
      expect(verifyTrackingToken(text, [key], 0)).toEqual({ ok: false, error: "forged" });
    });
    fc.assert(bytes);
  });

  it("expires at its time, and still says what it was for", () => {
    const token = signTrackingToken(claims, key);
    expect(verifyTrackingToken(token, [key], claims.expiresAtMs - 1).ok).toBe(true);
    const late = verifyTrackingToken(token, [key], claims.expiresAtMs);
    expect(late).toEqual({ ok: false, error: "expired", claims });
  });

  it("is accepted while its key is in the list, and only then", () => {
    const next = trackingKeyFrom(randomBytes(32));
    const impostor = { ...trackingKeyFrom(randomBytes(32)), keyId: key.keyId };
    const token = signTrackingToken(claims, key);
    expect(verifyTrackingToken(token, [next, key], 0).ok).toBe(true);
    expect(verifyTrackingToken(token, [next], 0)).toEqual({ ok: false, error: "forged" });
    expect(verifyTrackingToken(token, [impostor], 0)).toEqual({ ok: false, error: "forged" });
    expect(verifyTrackingToken(token, [impostor, key], 0).ok).toBe(true);
  });

  it("needs a secret worth the name", () => {
    expect(() => trackingKeyFrom(randomBytes(15))).toThrow(RangeError);
    expect(() => trackingKeyFrom(randomBytes(16))).not.toThrow();
  });
});

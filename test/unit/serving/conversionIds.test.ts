import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClickClaims,
  conversionEventId,
  conversionKeysFrom,
  openClickId,
  pixelIdOf,
  readPixelId,
  sealClickId,
} from "../../../src/serving/conversionIds.ts";
import { clickIdOf, withClickId } from "../../../src/serving/conversionLanding.ts";
import { claimsOf, noonMs, winner } from "../../support/money.ts";

const keys = conversionKeysFrom("a secret of a test, thirty-two characters");
const otherKeys = conversionKeysFrom("another secret, of thirty-two characters");
const click: ClickClaims = {
  decisionId: "5f0c4f0e-8a3b-4c55-9f3b-0a1b2c3d4e5f",
  slot: 2,
  campaignId: 12,
  creativeId: 99,
  advertiserId: 7,
  placementId: "colonne-droite",
  atMs: noonMs,
};
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Every text that differs from `text` in one character, or in its length by one. */
function* neighbours(text: string): Generator<string> {
  yield text.slice(1);
  yield text.slice(0, -1);
  yield `${text}A`;
  for (let at = 0; at < text.length; at++)
    for (const letter of alphabet)
      if (letter !== text[at]) yield text.slice(0, at) + letter + text.slice(at + 1);
}

describe("a click id", () => {
  it("says which click it was, whatever was clicked", () => {
    const id = fc.integer({ min: 1, max: 2 ** 32 - 1 });
    const short = fc.string({ maxLength: 60, unit: "grapheme" });
    const anyClick: fc.Arbitrary<ClickClaims> = fc.record({
      decisionId: fc.oneof(fc.uuid(), short).filter((text) => Buffer.byteLength(text) < 256),
      slot: fc.integer({ min: 0, max: 65_535 }),
      campaignId: id,
      creativeId: id,
      advertiserId: id,
      placementId: short.filter((text) => Buffer.byteLength(text) < 256),
      atMs: fc.integer({ min: 0, max: 2 ** 47 }),
    });
    const check = fc.property(anyClick, (given) => {
      const sealed = sealClickId(given, keys);
      expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(openClickId(sealed, keys)).toEqual(given);
      expect(sealClickId(given, keys)).toBe(sealed);
    });
    fc.assert(check);
  });

  it("is short, and shows nothing of what it says", () => {
    const sealed = sealClickId(click, keys);
    expect(sealed.length).toBeLessThanOrEqual(96);
    expect(Buffer.from(sealed, "base64url").includes("colonne")).toBe(false);
    const next = sealClickId({ ...click, slot: 3 }, keys);
    const [one, other] = [sealed, next].map((text) => Buffer.from(text, "base64url"));
    const same = one!.filter((byte, at) => byte === other![at]).length;
    expect(same).toBeLessThan(8);
  });

  it("is refused after any change of any character, from another secret, and as junk", () => {
    const sealed = sealClickId(click, keys);
    for (const changed of neighbours(sealed)) expect(openClickId(changed, keys)).toBeNull();
    expect(openClickId(sealed, otherKeys)).toBeNull();
    const check = fc.property(
      fc.oneof(fc.string(), fc.base64String({ maxLength: 900 })),
      (junk) => {
        expect(openClickId(junk, keys)).toBeNull();
      },
    );
    fc.assert(check);
  });

  it("is given only for clicks that may be measured", () => {
    const claims = claimsOf(winner(), { mayMeasure: true });
    const opened = openClickId(clickIdOf(claims, noonMs + 5, keys) ?? "", keys);
    expect(opened).toMatchObject({
      decisionId: claims.decisionId,
      campaignId: 12,
      atMs: noonMs + 5,
    });
    expect(clickIdOf({ ...claims, mayMeasure: false }, noonMs, keys)).toBeNull();
    expect(clickIdOf({ ...claims, test: true }, noonMs, keys)).toBeNull();
  });
});

describe("a landing page", () => {
  it("keeps its address, query and fragment to the letter and gains one parameter", () => {
    const cases = [
      ["https://a.fr", "https://a.fr?atelier_click=X"],
      ["https://a.fr/b/", "https://a.fr/b/?atelier_click=X"],
      ["https://a.fr/?q=1&é=%20", "https://a.fr/?q=1&é=%20&atelier_click=X"],
      ["https://a.fr/?", "https://a.fr/?atelier_click=X"],
      ["https://a.fr/?q=1&", "https://a.fr/?q=1&atelier_click=X"],
      ["https://a.fr/#/route?x=1", "https://a.fr/?atelier_click=X#/route?x=1"],
      ["https://a.fr/?q=1#top#2", "https://a.fr/?q=1&atelier_click=X#top#2"],
    ];
    for (const [landing, expected] of cases) expect(withClickId(landing ?? "", "X")).toBe(expected);
    const check = fc.property(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      (url) => {
        const [before, after] = [new URL(url), new URL(withClickId(url, sealClickId(click, keys)))];
        expect([after.origin, after.pathname, after.hash]).toEqual([
          before.origin,
          before.pathname,
          before.hash,
        ]);
        expect(after.search.startsWith(before.search)).toBe(true);
        expect(openClickId(after.searchParams.get("atelier_click") ?? "", keys)).toEqual(click);
      },
    );
    fc.assert(check, { numRuns: 40 });
  });
});

describe("a pixel", () => {
  it("names its advertiser for ever, and nobody else can make one", () => {
    for (const advertiserId of [1, 7, 65_536, 2_147_483_647]) {
      const pixelId = pixelIdOf(advertiserId, keys);
      expect(pixelId).toHaveLength(22);
      expect(readPixelId(pixelId, keys)).toBe(advertiserId);
      expect(readPixelId(pixelId, otherKeys)).toBeNull();
    }
    for (const changed of neighbours(pixelIdOf(7, keys)))
      expect(readPixelId(changed, keys)).toBeNull();
  });
});

describe("the id of a conversion", () => {
  it("is one for an order of an advertiser, and no other's", () => {
    expect(conversionEventId(7, "A-1")).toMatch(/^x\.7\.[A-Za-z0-9_-]{22}$/);
    expect(conversionEventId(7, "A-1")).toBe(conversionEventId(7, "A-1"));
    const ids = [
      conversionEventId(7, "A-2"),
      conversionEventId(8, "A-1"),
      conversionEventId(7, "A-1"),
    ];
    expect(new Set(ids).size).toBe(3);
  });
});

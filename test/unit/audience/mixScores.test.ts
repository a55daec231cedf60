import { describe, expect, test } from "vitest";
import { batchAgeMs, batchLifeMs, mixScores } from "../../../src/audience/mixScores.ts";
import { categoryShares, createSegmentPriors } from "../../../src/audience/segmentPriors.ts";
import { sessionEventOf } from "../../../src/audience/sessionEvent.ts";
import { readSessionProfile, sessionLimits } from "../../../src/audience/sessionProfile.ts";
import { encodeAreaKey, franceKey } from "../../../src/geo/areaKeys.ts";

const nowMs = Date.UTC(2026, 2, 12, 9);
const dayMs = 86_400_000;
const creuse = encodeAreaKey("departement", "23");
const cars = 1;
const gardens = 2;
const priors = createSegmentPriors(
  [
    { segmentId: cars, categories: ["vehicules/voitures"] },
    { segmentId: gardens, categories: ["maison/jardin", "maison/piscine"] },
    { segmentId: 3, categories: [] },
  ],
  [
    { area: franceKey, category: "vehicules/voitures", share: 0.1 },
    { area: franceKey, category: "maison/jardin", share: 0.05 },
    { area: creuse, category: "maison/jardin", share: 0.2 },
    { area: creuse, category: "maison/piscine", share: 0.1 },
  ],
);
const sessionOf = (...lines: readonly string[]) =>
  readSessionProfile(Buffer.from([`1 ${nowMs} 0a0b0c0d`, ...lines].join("\n")), nowMs);
const fresh = { batch: null, batchAgeMs: null, priors, area: creuse };

describe("scores mixed from a session, the area and the last batch", () => {
  test("without a session the batch's scores are used as they are, however old", () => {
    const batch = new Map([[cars, 0.3]]);
    expect(mixScores({ ...fresh, batch, batchAgeMs: 30 * dayMs, session: null })).toBe(batch);
    expect(mixScores({ ...fresh, session: null })).toBeNull();
  });

  test("one listing is enough for a first idea, and a contact says more than a page", () => {
    const score = (line: string) =>
      mixScores({ ...fresh, session: sessionOf(line) })?.get(cars) ?? 0;
    // (2 × 0.1 + 1.5) / (2 + 1.5) of the pages; one of the next three.
    const afterListing = 1 - (1 - (1.5 + 2 * 0.1) / 3.5) ** 3;
    expect(score("1.5 vehicules/voitures")).toBeCloseTo(afterListing, 10);
    expect(score("5 vehicules/voitures/citadines")).toBeGreaterThan(afterListing);
    expect(score("1.5 vehicules/voitures-sans-permis")).toBeLessThan(0.2);
  });

  test("where nothing was looked at, the taste of the area stands, with its own basis", () => {
    const scores = mixScores({ ...fresh, session: sessionOf("1 vehicules/voitures") });
    const elsewhere = mixScores({ ...fresh, area: 0, session: sessionOf("1 vehicules/voitures") });
    expect(scores?.get(gardens)).toBeCloseTo(1 - (1 - (2 * 0.3) / 3) ** 3, 10);
    expect(elsewhere?.get(gardens)).toBeCloseTo(1 - (1 - (2 * 0.05) / 3) ** 3, 10);
    expect(scores?.basisOf?.(gardens)).toBe("area");
    expect(scores?.basisOf?.(cars)).toBe("session");
    expect(scores?.get(3)).toBeUndefined();
    expect(scores?.get(4)).toBeUndefined();
  });

  test("the page that asks is one more page of the session", () => {
    const session = sessionOf("1 animaux");
    const score = (pageCategory: string | null) =>
      mixScores({ ...fresh, area: 0, session, pageCategory })?.get(cars);
    expect(score("vehicules/voitures/citadines")).toBeCloseTo(1 - (1 - 1.2 / 4) ** 3, 10);
    expect(score("maison")).toBeCloseTo(1 - (1 - 0.2 / 4) ** 3, 10);
    expect(score(null)).toBeCloseTo(1 - (1 - 0.2 / 3) ** 3, 10);
    const onCars = mixScores({ ...fresh, session, pageCategory: "vehicules/voitures" });
    expect(onCars?.basisOf?.(cars)).toBe("session");
    expect(onCars?.basisOf?.(gardens)).toBe("area");
  });

  test("a fresh batch outweighs a page, an old one yields to it", () => {
    const batch = new Map([
      [cars, 0.02],
      [9, 0.7],
    ]);
    const mixed = (batchAgeMs: number) =>
      mixScores({ ...fresh, batch, batchAgeMs, session: sessionOf("1.5 vehicules/voitures") });
    const young = mixed(0)?.get(cars) ?? 0;
    const old = mixed(34 * dayMs)?.get(cars) ?? 0;
    expect(young).toBeLessThan(0.15);
    expect(old).toBeGreaterThan(0.7);
    expect(mixed(0)?.basisOf?.(cars)).toBe("batch");
    expect(mixed(34 * dayMs)?.basisOf?.(cars)).toBe("session");
    expect(mixed(0)?.get(9)).toBe(0.7);
  });

  test("scores are never outside 0 to 1", () => {
    const heavy = sessionOf("1000 maison/jardin", "1000 maison/piscine");
    const score = mixScores({ ...fresh, session: heavy })?.get(gardens) ?? 2;
    expect(score).toBeLessThanOrEqual(1);
    expect(score).toBeGreaterThan(0.99);
  });

  test("the age of scores is worked out from their expiry", () => {
    const expiresAtSeconds = (nowMs + batchLifeMs - 3 * dayMs) / 1_000;
    expect(batchAgeMs(expiresAtSeconds, nowMs)).toBe(3 * dayMs);
    expect(batchAgeMs(null, nowMs)).toBeNull();
  });
});

describe("a stored session", () => {
  test("is worth half a day later, and nothing after two weeks", () => {
    const stored = Buffer.from(`1 ${nowMs} aa\n4.0000 animaux\n2.0000 maison/jardin`);
    const later = readSessionProfile(stored, nowMs + dayMs);
    expect(later?.total).toBeCloseTo(3);
    expect(later?.weightOf(["maison"])).toBeCloseTo(1);
    expect(later?.weightOf(["mais"])).toBe(0);
    expect(readSessionProfile(stored, nowMs + sessionLimits.lifeMs)).toBeNull();
  });

  test.each(["", "2 17 aa\n1 animaux", "1 x\n1 animaux", `1 ${nowMs} aa`, "\u0000\u0001"])(
    "is none where it cannot be read: %j",
    (text) => {
      expect(readSessionProfile(Buffer.from(text), nowMs)).toBeNull();
    },
  );
});

describe("what is remembered of an activity", () => {
  const activity = {
    eventId: "e1",
    occurredAtMs: nowMs,
    kind: "listing_view",
    visitorKey: "k",
    category: "animaux",
  } as const;

  test("needs a visitor and a category, and a sign of wanting something", () => {
    expect(sessionEventOf(activity)).toEqual({
      eventId: "e1",
      atMs: nowMs,
      category: "animaux",
      weight: 1.5,
    });
    expect(sessionEventOf({ ...activity, visitorKey: null })).toBeNull();
    expect(sessionEventOf({ ...activity, category: null })).toBeNull();
    expect(sessionEventOf({ ...activity, kind: "deposit" })).toBeNull();
    expect(sessionEventOf({ ...activity, category: "a b\nc" })).toBeNull();
  });

  test("a path that is too long is remembered as its ancestor", () => {
    const category = `maison/${"x".repeat(60)}/${"y".repeat(60)}`;
    expect(sessionEventOf({ ...activity, category })?.category).toBe(`maison/${"x".repeat(60)}`);
  });
});

describe("shares of categories by area", () => {
  const pages = (car: number, garden: number) =>
    new Map([
      ["voitures", car],
      ["jardin", garden],
    ]);

  test("an area of few pages is drawn to the whole, one of under 50 visitors is not told", () => {
    const shares = categoryShares([
      { area: creuse, visitors: 60, pages: pages(0, 200) },
      { area: encodeAreaKey("departement", "75"), visitors: 5_000, pages: pages(50_000, 49_800) },
      { area: encodeAreaKey("departement", "15"), visitors: 49, pages: pages(0, 100) },
    ]);
    const of = (area: number) =>
      shares.find((one) => one.area === area && one.category === "jardin")?.share;
    const whole = of(franceKey) ?? 0;
    expect(whole).toBeCloseTo(50_100 / 100_100);
    expect(of(creuse)).toBeCloseTo((200 + 200 * whole) / 400);
    expect(of(encodeAreaKey("departement", "15"))).toBeUndefined();
  });

  test("fewer than 50 visitors in all say nothing", () => {
    expect(categoryShares([{ area: creuse, visitors: 49, pages: pages(1, 1) }])).toEqual([]);
  });
});

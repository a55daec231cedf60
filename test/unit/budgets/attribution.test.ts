import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AdTouch,
  type AttributionWindows,
  attributeConversion,
  clockToleranceMs,
  defaultAttributionWindows,
} from "../../../src/budgets/attribution.ts";

const hourMs = 3_600_000;
const soldAtMs = Date.UTC(2026, 5, 15, 12);

function touch(kind: AdTouch["kind"], agoMs: number, changes: Partial<AdTouch> = {}): AdTouch {
  return {
    kind,
    decisionId: `d${agoMs}`,
    slot: 0,
    campaignId: 12,
    creativeId: 99,
    advertiserId: 7,
    placementId: "top",
    atMs: soldAtMs - agoMs,
    ...changes,
  };
}
const attribute = (touches: readonly AdTouch[], windows = defaultAttributionWindows) =>
  attributeConversion(touches, { advertiserId: 7, occurredAtMs: soldAtMs }, windows);

describe("a conversion", () => {
  it("is ascribed to the last click, even if a view came after it", () => {
    const touches = [touch("view", hourMs), touch("click", 9 * hourMs), touch("click", 5 * hourMs)];
    expect(attribute(touches)).toEqual({ touch: touches[2], lagSeconds: 5 * 3_600 });
  });

  it("is ascribed to the last view when no click is recent enough", () => {
    const touches = [
      touch("click", 31 * 24 * hourMs),
      touch("view", 20 * hourMs),
      touch("view", hourMs),
    ];
    expect(attribute(touches)?.touch).toBe(touches[2]);
  });

  it("is nobody's when every ad is older than its window, by the millisecond", () => {
    const days30 = 30 * 24 * hourMs;
    expect(attribute([touch("click", days30), touch("view", 24 * hourMs)])).toBeNull();
    expect(attribute([touch("click", days30 - 1)])?.lagSeconds).toBe(30 * 86_400 - 1);
    expect(attribute([touch("view", 24 * hourMs - 1)])?.lagSeconds).toBe(86_399);
  });

  it("knows no ad of another shop, and none that came after it", () => {
    expect(attribute([touch("click", hourMs, { advertiserId: 8 })])).toBeNull();
    expect(attribute([touch("click", -clockToleranceMs - 1)])).toBeNull();
    expect(attribute([touch("click", -clockToleranceMs)])?.lagSeconds).toBe(0);
  });

  it("follows the shop's own windows, of which that of views may be closed", () => {
    const windows = { clickWindowDays: 1, viewWindowHours: 0 };
    expect(attribute([touch("click", 25 * hourMs), touch("view", 1)], windows)).toBeNull();
    expect(attribute([touch("click", 23 * hourMs)], windows)).not.toBeNull();
  });

  it("is ascribed as a search through all ads says, in whatever order they are given", () => {
    const anyTouch = fc.record({
      kind: fc.constantFrom("click", "view"),
      ago: fc.integer({ min: -1, max: 50 }),
      advertiserId: fc.constantFrom(7, 8),
      decision: fc.constantFrom("a", "b", "c"),
      slot: fc.integer({ min: 0, max: 2 }),
    });
    const anyWindows = fc.record({
      clickWindowDays: fc.integer({ min: 1, max: 2 }),
      viewWindowHours: fc.integer({ min: 0, max: 30 }),
    });
    const check = fc.property(
      fc.array(anyTouch),
      anyWindows,
      fc.integer(),
      (made, windows, seed) => {
        const touches = made.map(({ kind, ago, advertiserId, decision, slot }) =>
          touch(kind as AdTouch["kind"], ago * hourMs, {
            advertiserId,
            decisionId: decision,
            slot,
          }),
        );
        const shuffled = touches.toSorted((a, b) => hash(a, seed) - hash(b, seed));
        const found = attribute(shuffled, windows)?.touch;
        expect(found === undefined ? undefined : nameOf(found)).toEqual(
          bruteForce(touches, windows),
        );
      },
    );
    fc.assert(check, { numRuns: 500 });
  });
});

const nameOf = ({ kind, atMs, decisionId, slot }: AdTouch) => [kind, atMs, decisionId, slot];
const hash = ({ atMs, slot, decisionId }: AdTouch, seed: number): number =>
  Math.imul(atMs ^ slot ^ decisionId.charCodeAt(0), seed | 1);

/** Sorts everything that may count and takes the last: clicks above views. */
function bruteForce(touches: readonly AdTouch[], windows: AttributionWindows) {
  const windowMs = {
    click: windows.clickWindowDays * 24 * hourMs,
    view: windows.viewWindowHours * hourMs,
  };
  const [best] = touches
    .filter((one) => one.advertiserId === 7 && windowMs[one.kind] > 0)
    .filter((one) => soldAtMs - one.atMs < windowMs[one.kind])
    .filter((one) => one.atMs - soldAtMs <= clockToleranceMs)
    .map((one) => ({ one, rank: one.kind === "click" ? 1 : 0 }))
    .sort(
      (a, b) =>
        b.rank - a.rank ||
        b.one.atMs - a.one.atMs ||
        (b.one.decisionId > a.one.decisionId ? 1 : b.one.decisionId < a.one.decisionId ? -1 : 0) ||
        b.one.slot - a.one.slot,
    );
  return best === undefined ? undefined : nameOf(best.one);
}

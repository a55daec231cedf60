import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bucketUpperMicros,
  minToWinBucket,
  minToWinBuckets,
  shadeMicros,
} from "../../../src/openrtb/bidShading.ts";

const policy = { kind: "learnt", minObservations: 100, minPermille: 400 } as const;

function countsAt(...prices: readonly (readonly [micros: number, count: number])[]): number[] {
  const counts = Array.from({ length: minToWinBuckets }, () => 0);
  for (const [micros, count] of prices) counts[minToWinBucket(micros)] = count;
  return counts;
}

describe("shading", () => {
  test("offers no more than it took to win", () => {
    const offer = shadeMicros(4_000_000, countsAt([2_000_000, 500]), policy);
    expect(offer).toBe(bucketUpperMicros(minToWinBucket(2_000_000)));
  });

  test("pays more where that wins enough more", () => {
    const dear = bucketUpperMicros(minToWinBucket(3_000_000));
    expect(shadeMicros(4_000_000, countsAt([2_000_000, 100], [3_000_000, 300]), policy)).toBe(dear);
    const cheap = bucketUpperMicros(minToWinBucket(2_000_000));
    expect(shadeMicros(4_000_000, countsAt([2_000_000, 300], [3_000_000, 100]), policy)).toBe(
      cheap,
    );
  });

  test("never offers less than its least share", () => {
    expect(shadeMicros(4_000_000, countsAt([10_000, 1_000]), policy)).toBe(1_600_000);
  });

  test("offers the value while too little is known, when nothing would win, and when it is off", () => {
    const few = countsAt([2_000_000, 99]);
    expect(shadeMicros(4_000_000, few, policy)).toBe(4_000_000);
    expect(shadeMicros(4_000_000, null, policy)).toBe(4_000_000);
    expect(shadeMicros(1_000_000, countsAt([2_000_000, 500]), policy)).toBe(1_000_000);
    expect(shadeMicros(4_000_000, countsAt([2_000_000, 500]), { kind: "off" })).toBe(4_000_000);
  });

  test("is never beaten by another offer that it may make, over what it learnt", () => {
    const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 161, maxLength: 161 });
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 50_000_000 }), counts, (valueMicros, known) => {
        const wonBy = (offer: number): number =>
          known.reduce((sum, count, at) => (bucketUpperMicros(at) <= offer ? sum + count : sum), 0);
        const surplus = (offer: number): number => (valueMicros - offer) * wonBy(offer);
        const offer = shadeMicros(valueMicros, known, policy);
        const least = Math.ceil(valueMicros * 0.4);
        expect(offer).toBeLessThanOrEqual(valueMicros);
        expect(offer).toBeGreaterThanOrEqual(least);
        const total = known.reduce((sum, count) => sum + count, 0);
        if (total < policy.minObservations) return;
        for (const [at] of known.entries()) {
          const other = bucketUpperMicros(at);
          if (other < least || other >= valueMicros) continue;
          expect(surplus(offer)).toBeGreaterThanOrEqual(surplus(other));
        }
      }),
    );
  });
});

test("every price has the bucket whose ends enclose it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (micros) => {
      const bucket = minToWinBucket(micros);
      expect(bucketUpperMicros(bucket)).toBeGreaterThanOrEqual(micros);
      if (bucket > 0) expect(bucketUpperMicros(bucket - 1)).toBeLessThan(micros);
    }),
  );
});

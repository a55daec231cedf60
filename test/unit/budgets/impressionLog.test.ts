import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeImpressions,
  encodeImpressions,
  type LoggedImpression,
  maxLoggedImpressions,
  unpackImpressions,
} from "../../../src/budgets/impressionLog.ts";

const nowMs = Date.UTC(2026, 5, 1, 12);
const entry: LoggedImpression = {
  campaignId: 12,
  advertiserId: 7,
  timeMs: nowMs - 60_000,
  pendingSeconds: 0,
  neededMinutes: 60,
};
const entries: fc.Arbitrary<LoggedImpression> = fc.record({
  campaignId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  advertiserId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  timeMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  pendingSeconds: fc.integer({ min: 0, max: 65_535 }),
  neededMinutes: fc.integer({ min: 0, max: 43_200 }),
});

describe("a visitor's impression log", () => {
  it("gives back what was put in, at most 4 KB of it, the latest", () => {
    const check = fc.property(fc.array(entries, { maxLength: 400 }), (list) => {
      const log = encodeImpressions(list);
      expect(log.length).toBeLessThanOrEqual(4_096);
      expect(unpackImpressions(log)).toEqual(list.slice(-maxLoggedImpressions));
    });
    fc.assert(check, { numRuns: 50 });
  });

  it("counts an impression for its campaign and its advertiser, in the order of time", () => {
    const log = encodeImpressions([
      entry,
      { ...entry, campaignId: 13, timeMs: nowMs - 5 },
      { ...entry, timeMs: nowMs - 90_000 },
    ]);
    expect(decodeImpressions(log, nowMs)).toEqual(
      new Map([
        ["c12", [nowMs - 90_000, nowMs - 60_000]],
        ["a7", [nowMs - 90_000, nowMs - 60_000, nowMs - 5]],
        ["c13", [nowMs - 5]],
      ]),
    );
  });

  it("counts a pending hold until it lapses, and nothing older than 30 days", () => {
    const log = encodeImpressions([
      { ...entry, campaignId: 1, pendingSeconds: 60 },
      { ...entry, campaignId: 2, pendingSeconds: 61 },
      { ...entry, campaignId: 3, timeMs: nowMs - 30 * 86_400_000 },
    ]);
    expect([...decodeImpressions(log, nowMs).keys()]).toEqual(["c2", "a7"]);
  });

  it("reads junk as nothing and never throws", () => {
    expect(decodeImpressions(null, nowMs).size).toBe(0);
    expect(decodeImpressions(Buffer.from([1]), nowMs).size).toBe(0);
    expect(decodeImpressions(Buffer.from("2".repeat(60)), nowMs).size).toBe(0);
    const check = fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
      bytes[0] = 1;
      const unpacked = unpackImpressions(bytes);
      expect(unpacked.length).toBeLessThanOrEqual(maxLoggedImpressions);
      for (const times of decodeImpressions(bytes, nowMs).values())
        expect(times).toEqual([...times].sort((a, b) => a - b));
    });
    fc.assert(check);
  });

  it("leaves a torn last entry out", () => {
    const log = encodeImpressions([entry, entry]);
    expect(unpackImpressions(log.subarray(0, -1))).toEqual([entry]);
  });
});

import { describe, expect, it } from "vitest";
import { createRequestCounts, type RequestFlush } from "../../../src/jobs/requestCounts.ts";
import { categoryCode } from "../../../src/serving/eventFacets.ts";
import type { ServingEvent } from "../../../src/serving/ports.ts";

const noonMs = Date.parse("2026-06-01T10:20:00Z");
const decision = (payload: Readonly<Record<string, unknown>> = {}): ServingEvent => ({
  schema: "ad_decision.v1",
  eventId: "d1",
  occurredAtMs: noonMs,
  payload: {
    placements: [{ id: "top", count: 1 }],
    deviceType: "mobile",
    category: "maison",
    weight: 1,
    ...payload,
  },
});
const open = (fails: { left: number } = { left: 0 }) => {
  const flushes: RequestFlush[] = [];
  const counts = createRequestCounts("node", async (flush) => {
    if (fails.left-- > 0) throw new Error("away");
    flushes.push(flush);
  });
  const passed: ServingEvent[] = [];
  return { counts, flushes, passed, hear: counts.hearing((event) => void passed.push(event)) };
};

describe("Requests", () => {
  it("are counted by placement, hour, device and category as they pass, scaled where they are sampled", async () => {
    const { counts, flushes, passed, hear } = open();
    hear(decision());
    hear(decision({ weight: 100, placements: [{ id: "top" }, { id: "side" }] }));
    hear(decision({ ssp: "adx", placements: [{ id: "imp-1" }], category: null, deviceType: "x" }));
    hear({ ...decision(), schema: "ad_event.v1" });
    await counts.flushOnce();
    const at = { hourMs: Date.parse("2026-06-01T10:00:00Z"), device: 1 };
    const category = categoryCode("maison");
    expect(flushes[0]?.counts).toEqual([
      { ...at, placementId: "top", category, requests: 101 },
      { ...at, placementId: "side", category, requests: 100 },
      { ...at, placementId: "ssp/adx", device: 0, category: 0, requests: 1 },
    ]);
    expect([...(flushes[0]?.categories ?? [])]).toEqual([[category, "maison"]]);
    expect(passed).toHaveLength(4);
    await counts.flushOnce();
    expect(flushes).toHaveLength(1);
  });

  it("that the store did not take are told again under the same number, and later ones under the next", async () => {
    const { counts, flushes, hear } = open({ left: 1 });
    hear(decision());
    await expect(counts.flushOnce()).rejects.toThrow("away");
    hear(decision());
    await counts.flushOnce();
    await counts.flushOnce();
    expect(flushes.map(({ flush, counts: [one] }) => [flush, one?.requests])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(counts.state().waiting).toBe(0);
  });

  it("with invented names take no more memory than five thousand, and are all counted", async () => {
    const { counts, flushes, hear } = open();
    for (let i = 0; i < 6_000; i++) hear(decision({ placements: [{ id: `invented ${i}` }] }));
    expect(counts.state().waiting).toBe(5_001);
    await counts.flushOnce();
    for (let i = 0; i < 6_000; i++) hear(decision({ category: `c${i}` }));
    await counts.flushOnce();
    const told = flushes.flatMap((flush) => flush.counts);
    expect(told.reduce((sum, { requests }) => sum + requests, 0)).toBe(12_000);
    expect(flushes[1]?.counts).toEqual([
      expect.objectContaining({ placementId: "", category: 0, requests: 6_000 }),
    ]);
  });
});

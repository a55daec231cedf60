import { describe, expect, it } from "vitest";
import { budgetDayBounds } from "../../../../src/budgets/budgetDay.ts";
import {
  beginPacing,
  deviationMicros,
  type PacingState,
  stepPacing,
} from "../../../../src/budgets/pacing/controller.ts";
import { planDay, plannedMicrosAt } from "../../../../src/budgets/pacing/dayPlan.ts";
import {
  eachThrottle,
  packThrottles,
  sharesOf,
} from "../../../../src/budgets/pacing/packedThrottles.ts";
import {
  firstSupply,
  learnSupply,
  supplyMicrosPerDay,
} from "../../../../src/budgets/pacing/supply.ts";
import { toTrafficCurve } from "../../../../src/budgets/pacing/trafficCurve.ts";
import { pacedCampaign } from "../../../support/pacedCampaign.ts";

const flat = toTrafficCurve(new Float64Array(168).fill(1));
const day = "2026-06-01";
const noonMs = budgetDayBounds(day).startMs + 12 * 3_600_000;
const stepMs = 10_000;
const holdLifeMs = 300_000;
const budgetMicros = 5_000_000;
const nothing = { spentMicros: 0, heldMicros: 0 };

/** A campaign at noon that has spent as planned, with a supply of ten times its budget. */
function atNoon(campaign = pacedCampaign()): PacingState {
  const limits = { limitMicros: budgetMicros, spentMicros: 0 };
  const plan = planDay(campaign, flat, limits, day, budgetDayBounds(day).startMs);
  const supply = firstSupply(campaign, 0, 10 * budgetMicros);
  return {
    ...beginPacing(campaign, plan, supply, { ...nothing, spentMicros: budgetMicros / 2 }, noonMs),
  };
}
const lookWith = (state: PacingState, aheadMicros: number, heldMicros = 0): PacingState => {
  const nowMs = state.atMs + stepMs;
  const spentMicros = Math.round(plannedMicrosAt(state.plan, nowMs) + aheadMicros);
  return stepPacing(pacedCampaign(), state, { spentMicros, heldMicros }, nowMs, holdLifeMs);
};

describe("one look at a campaign", () => {
  it("keeps the share that spends as planned, whatever that share is", () => {
    expect(atNoon().throttle).toBeCloseTo(0.1, 2);
    expect(lookWith(atNoon(), 0).throttle).toBeCloseTo(0.1, 2);
  });

  it("takes less when ahead, nothing when far ahead, more when behind, but never a burst", () => {
    expect(lookWith(atNoon(), 20_000).throttle).toBeLessThan(0.07);
    expect(lookWith(atNoon(), 500_000).throttle).toBe(0);
    expect(lookWith(atNoon(), -20_000).throttle).toBeGreaterThan(0.12);
    expect(lookWith(atNoon(), -2_000_000).throttle).toBeLessThan(0.3);
  });

  it("counts fresh holds as spent: a view takes seconds to be confirmed", () => {
    expect(lookWith(atNoon(), 0, 50_000).throttle).toBeLessThan(lookWith(atNoon(), 0, 0).throttle);
  });

  it("does not count as spent what is held beyond what a few seconds can bring: most of it will lapse", () => {
    expect(lookWith(atNoon(), 0, 1_000_000).throttle).toBe(lookWith(atNoon(), 0, 500_000).throttle);
    expect(lookWith(atNoon(), 0, 1_000_000).throttle).toBeGreaterThan(0.05);
  });

  it("hastens at the end of the day, so that nothing is left over", () => {
    const lateMs = budgetDayBounds(day).endMs - 600_000;
    const spentMicros = budgetMicros - 50_000;
    const late = { ...atNoon(), atMs: lateMs - stepMs, money: { spentMicros, heldMicros: 0 } };
    const step = stepPacing(pacedCampaign(), late, late.money, lateMs, holdLifeMs);
    expect(step.throttle).toBeGreaterThan(0.15);
  });

  it("learns nothing while there is no money to win with", () => {
    const spentOut = { spentMicros: budgetMicros - 2_000, heldMicros: 0 };
    let state: PacingState = { ...atNoon(), money: spentOut };
    const before = supplyMicrosPerDay(pacedCampaign(), state.supply);
    for (let look = 1; look <= 100; look++)
      state = stepPacing(pacedCampaign(), state, spentOut, state.atMs + stepMs, holdLifeMs);
    expect(supplyMicrosPerDay(pacedCampaign(), state.supply)).toBe(before);
  });

  it("is the same twice, and moves nothing when no time has passed or a credit came back", () => {
    expect(lookWith(atNoon(), 10_000)).toEqual(lookWith(atNoon(), 10_000));
    const state = atNoon();
    const again = stepPacing(pacedCampaign(), state, nothing, state.atMs, holdLifeMs);
    expect(again.throttle).toBe(state.throttle);
    expect(lookWith(atNoon(), -1_500_000).throttle).toBeGreaterThan(0);
  });

  it("tells by how much the campaign is off its plan", () => {
    expect(deviationMicros(lookWith(atNoon(), 20_000))).toBeCloseTo(20_000, -1);
    expect(deviationMicros(lookWith(atNoon(), -20_000))).toBeCloseTo(-20_000, -1);
  });

  it("waits with a second click while the first is ahead of the plan", () => {
    const campaign = pacedCampaign({ pricing: "cpc", priceMicros: 1_000_000, clickRate: 0.01 });
    const startMs = budgetDayBounds(day).startMs;
    const limits = { limitMicros: budgetMicros, spentMicros: 0 };
    const plan = planDay(campaign, flat, limits, day, startMs);
    const state = beginPacing(
      campaign,
      plan,
      firstSupply(campaign, 0, 10 * budgetMicros),
      nothing,
      startMs,
    );
    expect(state.throttle).toBeGreaterThan(0);
    const clicked = { spentMicros: 1_000_000, heldMicros: 0 };
    expect(stepPacing(campaign, state, clicked, startMs + stepMs, holdLifeMs).throttle).toBe(0);
  });
});

describe("the supply of a campaign", () => {
  const learnt = (throttle: number, winsPerDay: number, first = 0, looks = 3 * 8_640) => {
    let supply = firstSupply(pacedCampaign(), first, 2 * budgetMicros);
    for (let look = 0; look < looks; look++) {
      const traffic = 1 / 8_640;
      supply = learnSupply(supply, {
        wins: winsPerDay * throttle * traffic,
        throttle,
        traffic,
        clicks: null,
      });
    }
    return supplyMicrosPerDay(pacedCampaign(), supply) / 5_000;
  };

  it("is learnt whatever the throttle under which it was seen", () => {
    for (const throttle of [0.15, 0.4, 1]) {
      expect(learnt(throttle, 4_000)).toBeGreaterThan(3_700);
      expect(learnt(throttle, 4_000)).toBeLessThan(4_300);
    }
  });

  it("is learnt within two hours from a first guess that was ten times too high", () => {
    expect(learnt(0.1, 4_000, 80_000, 720)).toBeLessThan(7_000);
  });

  it("begins with half of what the zone's traffic would allow", () => {
    const supply = firstSupply(pacedCampaign(), 10_000, budgetMicros);
    expect(supplyMicrosPerDay(pacedCampaign(), supply)).toBeCloseTo(5_000 * 5_000, 0);
  });

  it("of clicks follows the clicks that came, not only those foretold", () => {
    const campaign = pacedCampaign({ pricing: "cpc", priceMicros: 300_000, clickRate: 0.004 });
    let supply = firstSupply(campaign, 10_000, budgetMicros);
    const foretold = supplyMicrosPerDay(campaign, supply);
    for (let look = 0; look < 500; look++)
      supply = learnSupply(supply, {
        wins: 10,
        throttle: 1,
        traffic: 10 / 5_000,
        clicks: look % 5 === 0 ? 1 : 0,
      });
    expect(supplyMicrosPerDay(campaign, supply) / foretold).toBeGreaterThan(4);
    expect(supplyMicrosPerDay(campaign, supply) / foretold).toBeLessThan(5.5);
  });
});

describe("packed throttles", () => {
  it("come out as they went in", () => {
    const packed = packThrottles([
      { campaignId: 4_294_967_295, throttle: 0.5, plannedShare: 1, spentShare: 0.25 },
      { campaignId: 1, throttle: null, plannedShare: 0, spentShare: 0 },
      { campaignId: 2, throttle: 0, plannedShare: 2, spentShare: -1 },
    ]);
    const read: unknown[] = [];
    eachThrottle(packed, (id, throttle, shares) =>
      read.push([id, throttle, sharesOf(shares).plannedShare]),
    );
    expect(read).toEqual([
      [4_294_967_295, 0.5, 1],
      [1, null, 0],
      [2, 0, 1],
    ]);
    expect(packed.length).toBe(36);
  });

  it("leave a torn entry out, and take what is no share of anything for not paced", () => {
    const packed = packThrottles([{ campaignId: 7, throttle: 2, plannedShare: 0, spentShare: 0 }]);
    const read: unknown[] = [];
    eachThrottle(Buffer.concat([packed, packed.subarray(0, 5)]), (id, throttle) =>
      read.push([id, throttle]),
    );
    expect(read).toEqual([[7, null]]);
  });
});

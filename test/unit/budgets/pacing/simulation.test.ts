import { describe, expect, it } from "vitest";
import { toTrafficCurve } from "../../../../src/budgets/pacing/trafficCurve.ts";
import type { Random } from "../../../../src/demo/random.ts";
import { type Scenario, type SimulatedDay, simulatePacing } from "./simulatePacing.ts";

/** All worlds take a quarter of a minute: a third of them do between two long runs. */
const everyWorld = process.env.TEST_LONG === "1";

/** Days of several worlds. */
function daysOf(scenario: Omit<Scenario, "seed">, worlds: number): readonly SimulatedDay[] {
  const length = everyWorld ? worlds : Math.ceil(worlds / 3);
  return Array.from({ length }, (_, index) =>
    simulatePacing({ ...scenario, seed: index + 1 }),
  ).flat();
}

function figuresOf(days: readonly SimulatedDay[]) {
  const mean = (read: (day: SimulatedDay) => number) =>
    days.reduce((sum, day) => sum + read(day), 0) / days.length;
  return {
    meanError: mean((day) => day.meanError),
    worstError: Math.max(...days.map((day) => day.worstError)),
    meanDelivery: mean((day) => day.delivered),
    worstDelivery: Math.min(...days.map((day) => day.delivered)),
  };
}

const percent = 0.01;
const someDays = { days: 4 } as const;

describe("a day whose hours and volume differ from their forecast (±25 %, ±20 %)", () => {
  it.each([
    ["CPM, twice the supply", { pricing: "cpm", eventsPerDay: 5_000, supplyRatio: 2.2 }],
    ["CPM, ten times the supply", { pricing: "cpm", eventsPerDay: 1_000, supplyRatio: 10 }],
    [
      "CPM in a zone never counted",
      { pricing: "cpm", eventsPerDay: 1_000, supplyRatio: 10, countedPerDay: 0 },
    ],
    [
      "CPM, front-loaded",
      { pricing: "cpm", eventsPerDay: 2_000, supplyRatio: 3, mode: "front_loaded" },
    ],
    ["500 clicks", { pricing: "cpc", eventsPerDay: 500, supplyRatio: 2.2, clickRate: 0.07 }],
    [
      "500 clicks, their rate foretold at two fifths",
      {
        pricing: "cpc",
        eventsPerDay: 500,
        supplyRatio: 2.2,
        clickRate: 0.07,
        predictedClickRate: 0.028,
      },
    ],
  ] as const)("follows its plan at 20,000 opportunities a day: %s", (_, scenario) => {
    const figures = figuresOf(daysOf({ ...someDays, opportunitiesPerDay: 20_000, ...scenario }, 3));
    expect(figures.meanError).toBeLessThan(0.7 * percent);
    expect(figures.worstError).toBeLessThan(3 * percent);
    expect(figures.meanDelivery).toBeGreaterThan(99 * percent);
    expect(figures.worstDelivery).toBeGreaterThan(98 * percent);
  });

  it.each([
    ["twice the supply", { eventsPerDay: 500, supplyRatio: 2.2 }],
    ["four times the supply", { eventsPerDay: 300, supplyRatio: 4 }],
    ["front-loaded", { eventsPerDay: 400, supplyRatio: 3, mode: "front_loaded" }],
  ] as const)("follows its plan at 2,000 opportunities a day: %s", (_, scenario) => {
    const days = daysOf(
      { ...someDays, opportunitiesPerDay: 2_000, pricing: "cpm", ...scenario },
      5,
    );
    const figures = figuresOf(days);
    expect(figures.meanError).toBeLessThan(1 * percent);
    expect(figures.worstError).toBeLessThan(4.5 * percent);
    expect(figures.meanDelivery).toBeGreaterThan(99 * percent);
    expect(figures.worstDelivery).toBeGreaterThan(98 * percent);
  });
});

describe("a wrong forecast", () => {
  const cpm = {
    ...someDays,
    opportunitiesPerDay: 20_000,
    pricing: "cpm",
    eventsPerDay: 3_000,
    supplyRatio: 3,
  } as const;

  it.each([
    [
      "every hour up to half too high or too low",
      (truth: Float64Array, random: Random) =>
        toTrafficCurve(truth.map((share) => share * (0.5 + random.next()))),
    ],
    [
      "three hours late",
      (truth: Float64Array) => toTrafficCurve(truth.map((_, hour) => truth[(hour + 165) % 168]!)),
    ],
    [
      "three hours early",
      (truth: Float64Array) => toTrafficCurve(truth.map((_, hour) => truth[(hour + 3) % 168]!)),
    ],
    ["a flat line", (truth: Float64Array) => toTrafficCurve(truth.map(() => 1))],
  ] as const)(
    "is followed as well as the supply allows, and the day's money is spent: %s",
    (_, forecast) => {
      const figures = figuresOf(daysOf({ ...cpm, forecast }, 4));
      expect(figures.meanError).toBeLessThan(5 * percent);
      expect(figures.meanDelivery).toBeGreaterThan(99 * percent);
    },
  );
});

describe("a few clicks a day", () => {
  it.each([
    [3, 10],
    [6, 5],
    [10, 4],
    [30, 3],
    [60, 2.5],
  ])(
    "stay within one bid and twice their deviation, and leave no more than a bid: %i, supply × %d",
    (eventsPerDay, supplyRatio) => {
      const scenario = { opportunitiesPerDay: 20_000, clickRate: 0.012, eventsPerDay, supplyRatio };
      const days = daysOf({ ...scenario, days: 5, pricing: "cpc" }, 6);
      expect(Math.max(...days.map((day) => day.beyondChance))).toBeLessThanOrEqual(0);
      expect(Math.max(...days.map((day) => day.missingEvents))).toBeLessThanOrEqual(1);
    },
  );
});

describe("a zone that is a small part of where its traffic is counted", () => {
  it.each([
    ["a hundred views a day", 100, 2.5],
    ["a thousand", 1_000, 2.2],
  ])(
    "is found out within the first day, and its money is spent all the same: %s",
    (_, eventsPerDay, supplyRatio) => {
      const counted = { opportunitiesPerDay: 20_000, countedPerDay: 1_000_000 };
      const scenario = { ...counted, pricing: "cpm", eventsPerDay, supplyRatio } as const;
      for (const seed of everyWorld ? [1, 2, 3] : [1]) {
        const [first, second] = simulatePacing({ ...scenario, seed, days: 2 });
        expect(first?.meanError).toBeLessThan(5 * percent);
        expect(first?.delivered).toBeGreaterThan(98 * percent);
        expect(second?.meanError).toBeLessThan(2 * percent);
      }
    },
  );
});

describe("days of other lengths and shapes", () => {
  const cpm = {
    opportunitiesPerDay: 20_000,
    pricing: "cpm",
    eventsPerDay: 1_000,
    supplyRatio: 3,
  } as const;

  it.each([
    ["spring's of 23 hours", "2026-03-28"],
    ["autumn's of 25 hours", "2026-10-24"],
  ])("are planned and spent like any other: %s", (_, from) => {
    const figures = figuresOf(daysOf({ ...cpm, days: 3, from }, 3));
    expect(figures.meanError).toBeLessThan(0.7 * percent);
    expect(figures.worstDelivery).toBeGreaterThan(98 * percent);
  });

  it("spends within three hours at noon when it may show at no other time", () => {
    const hoursOfWeek = Array.from({ length: 7 }, (_, day) =>
      [11, 12, 13].map((hour) => day * 24 + hour),
    ).flat();
    // The three hours bring a sixth of the day.
    const figures = figuresOf(daysOf({ ...cpm, days: 4, supplyRatio: 14, hoursOfWeek }, 3));
    expect(figures.meanError).toBeLessThan(0.7 * percent);
    expect(figures.worstDelivery).toBeGreaterThan(98 * percent);
  });

  it("takes all there is, evenly, when there is too little of it", () => {
    const days = daysOf({ ...cpm, days: 4, supplyRatio: 0.5 }, 3);
    for (const { delivered, throttles } of days.slice(1)) {
      expect(delivered).toBeGreaterThan(0.35);
      expect(
        throttles.filter((throttle) => throttle > 0.95).length / throttles.length,
      ).toBeGreaterThan(0.9);
    }
  });
});

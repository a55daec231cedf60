import { describe, expect, it } from "vitest";
import type { Question } from "../../../console/src/create/bodyOfDraft.ts";
import { nearPlan, type ToldPlan } from "../../../console/src/create/nearPlan.ts";
import type { PlanWish } from "../../../console/src/create/planBid.ts";
import { groundOf } from "../../../console/src/map/groundOf.ts";
import { resolutionFor, shapeAreaM2, zoneCells } from "../../../console/src/map/zoneCells.ts";
import { destination } from "../../../src/geo/sphere.ts";
import { forecastCampaign } from "../../../src/reports/forecast/forecast.ts";
import { centre, circles, questionOf, sampleOf } from "../reports/forecast/world.ts";

/** Hamlets every 1.5 km, denser in the middle. */
const hamlets = [0, 1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12].flatMap((km) =>
  Array.from({ length: Math.max(1, Math.round(4 * km)) }, (_, at) => ({
    meters: km * 1_000,
    bearing: (360 * at) / Math.max(1, Math.round(4 * km)),
    people: Math.round(140 - 8 * km),
  })),
);
const sample = sampleOf(hamlets, { visits: 2 });

interface Drawn {
  readonly radius: number;
  readonly meters?: number;
  readonly euros?: number | null;
}

const days = 28;
function asked({ radius, meters = 0, euros = null }: Drawn) {
  const middle = destination(centre, meters, 90);
  const circle = { type: "circle" as const, ...middle, radiusMeters: radius };
  const zone = { include: [circle], exclude: [] };
  const totalBudgetMicros = euros === null ? null : euros * 1_000_000;
  const question: Question = {
    zone,
    startsOn: "2026-06-01",
    endsOn: "2026-06-28",
    totalBudgetMicros,
    audience: [],
  };
  const dailyMicros = (totalBudgetMicros ?? 1e12) / days;
  const wish: PlanWish = { question, dailyMicros, ownBidMicros: 5_000_000, isMoving: true };
  const cells = zoneCells(zone, resolutionFor(shapeAreaM2(circle)), () => []);
  const forecast = forecastCampaign(
    sample,
    questionOf({ zone: circles({ radius, meters, bearing: 90 }), totalBudgetMicros }),
  );
  return { zone, wish, cells, plan: { forecast, bidMicros: 5_000_000 } } satisfies ToldPlan & {
    zone: unknown;
  };
}

const off = (near: number, exact: number): number => Math.abs(near / exact - 1);

describe("figures under the hand, by the last answer alone", () => {
  it.each([
    ["a radius a tenth larger", { radius: 8_000 }, { radius: 8_800 }, 0.15],
    ["a radius a quarter smaller", { radius: 8_000 }, { radius: 6_000 }, 0.15],
    [
      "a centre that is moved by a kilometre",
      { radius: 6_000 },
      { radius: 6_000, meters: 1_000 },
      0.15,
    ],
    ["a budget that binds", { radius: 8_000, euros: 40 }, { radius: 8_800, euros: 40 }, 0.15],
    ["another budget", { radius: 8_000, euros: 40 }, { radius: 8_000, euros: 60 }, 0.15],
  ] as const)("%s is told nearly as the server will", (_, from, to, share) => {
    const [told, next] = [asked(from), asked(to)];
    const near = nearPlan(told, next.wish, next.cells);
    const { peopleReached, impressions, spendMicros } = next.plan.forecast;
    expect(off(near?.impressions ?? 0, impressions.value)).toBeLessThan(share);
    expect(off(near?.spendMicros ?? 0, spendMicros.value)).toBeLessThan(share);
    expect(off(near?.peopleReached ?? 0, peopleReached.value ?? 0)).toBeLessThan(share);
  });

  it("what has not moved is what was told", () => {
    const told = asked({ radius: 8_000, euros: 40 });
    const { peopleReached, impressions, spendMicros } = told.plan.forecast;
    expect(nearPlan(told, { ...told.wish, isMoving: false }, told.cells)).toMatchObject({
      peopleReached: peopleReached.value,
      impressions: impressions.value,
      spendMicros: spendMicros.value,
    });
  });

  it("never spends more than the budget, and tells no group under 50", () => {
    const told = asked({ radius: 8_000, euros: 40 });
    const wide = asked({ radius: 12_000, euros: 40 });
    expect(nearPlan(told, wide.wish, wide.cells)?.spendMicros).toBeLessThanOrEqual(40_000_000);
    const tiny = asked({ radius: 200 });
    const near = nearPlan(asked({ radius: 2_000 }), tiny.wish, tiny.cells);
    expect(near === null || near.peopleReached === null || near.peopleReached >= 50).toBe(true);
  });

  it("is silent where the last answer does not tell: other days, another audience, elsewhere", () => {
    const told = asked({ radius: 8_000 });
    const { question } = told.wish;
    const later = { ...told.wish, question: { ...question, endsOn: "2026-06-20" } };
    const others = {
      ...told.wish,
      question: { ...question, audience: [{ segment: "jardin", multiplier: 2 }] },
    };
    expect(nearPlan(told, later, told.cells)).toBeNull();
    expect(nearPlan(told, others, told.cells)).toBeNull();
    const far = asked({ radius: 3_000, meters: 60_000 });
    expect(nearPlan(told, far.wish, far.cells)).toBeNull();
  });
});

describe("ground by what is told of it", () => {
  const [at7] = zoneCells(asked({ radius: 3_000 }).zone, 7, () => []);

  it("shares what is told of a larger hexagon among its parts, and adds up smaller ones", () => {
    const { cells } = asked({ radius: 3_000 });
    const told = cells.map((cell) => ({ cell, people: 10, opportunitiesPerDay: 1 }));
    expect(groundOf(cells, told)).toEqual({
      people: 10 * cells.length,
      opportunitiesPerDay: cells.length,
    });
    expect(groundOf([at7 ?? ""], told)?.people).toBeGreaterThan(100);
    const large = [{ cell: at7 ?? "", people: 490, opportunitiesPerDay: 49 }];
    const inside = cells.filter((cell) => groundOf([cell], large) !== null);
    expect(groundOf(inside.slice(0, 1), large)?.people).toBeCloseTo(10, 5);
  });

  it("takes ground that nothing is told of for like the ground beside it", () => {
    const inner = asked({ radius: 3_000 }).cells;
    const told = inner.map((cell) => ({ cell, people: 10, opportunitiesPerDay: 1 }));
    const outer = zoneCells(asked({ radius: 3_300 }).zone, 9, () => []);
    const ground = groundOf(outer, told);
    expect(ground?.people).toBeCloseTo(10 * outer.length, 5);
  });
});

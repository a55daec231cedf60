import request from "supertest";
import { addDays, budgetDayOf, startOfBudgetDayMs } from "../../src/budgets/budgetDay.ts";
import type { ServerOptions } from "../../src/compose/server.ts";
import { defaultSamplingLimits } from "../../src/jobs/sampleDecisions.ts";
import { findCreative } from "../../src/targeting/snapshot.ts";
import { browser } from "./browser.ts";
import { nativeBody } from "./campaignBodies.ts";
import type { System } from "./system.ts";
import { until } from "./until.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A day to come: whatever the database's own clock has stamped was before it. */
const dayStartMs = startOfBudgetDayMs(addDays(budgetDayOf(Date.now()), 2));
export const noonMs = dayStartMs + 12 * hourMs + 60_000;
export const clock = { nowMs: dayStartMs };

/** A server that goes by `clock`, and samples every decision. */
export const movedServer: Partial<ServerOptions> = {
  clock: { nowMs: () => clock.nowMs, correct: async () => undefined },
  samplingLimits: { ...defaultSamplingLimits, workMsPerSecond: Number.POSITIVE_INFINITY },
  paidLimits: {
    oldestSnapshotMs: 4 * dayMs,
    outbox: { maxUnwritten: 1e5, maxAgeMs: 4 * dayMs },
  },
};
export const movedEnvironment = { DECISION_SAMPLE_EVERY: "1", INVALID_TRAFFIC: "off" } as const;

/** Between villages, away from every town; most people search two or three kilometres from it. */
const hamlet = { lat: 45.678, lon: 2.262 };

export interface DeliveredShops {
  /** Two ads in Limoges, seen by many yesterday and today, clicked now and then. */
  readonly limoges: number;
  /** A circle of a kilometre in which hardly anybody searches. */
  readonly village: number;
}

const circle = (lat: number, lon: number, radiusMeters: number) => ({
  include: [{ type: "circle", lat, lon, radiusMeters }],
});

/** Two shops whose ads were asked for, shown and clicked through the API, yesterday and this morning until noon. */
export async function deliverShops(system: System): Promise<DeliveredShops> {
  const limoges = await system.openShop({
    name: "Toitures de Limoges",
    zone: circle(45.8336, 1.2476, 10_000),
    bidMicros: 20_000_000,
    dailyBudgetMicros: 8_000_000,
    pacing: "even",
  });
  const second = nativeBody({ campaignId: limoges, title: "Un toit en deux jours" });
  const { creativeId = 0 } = await system.create("/v1/creatives", second);
  const village = await system.openShop({
    name: "L'auberge du hameau",
    zone: circle(hamlet.lat, hamlet.lon, 1_000),
    bidMicros: 10_000_000,
    dailyBudgetMicros: 2_000_000,
  });
  const { snapshot } = system.server.jobs.state;
  await until(() => findCreative(snapshot(), limoges, creativeId) !== null);
  await yesterday(system);
  await morning(system);
  await settle(system);
  return { limoges, village };
}

/** In the middle of the town. */
const town = { device: { lat: 45.8336, lon: 1.2476, accuracyMeters: 20 } };
const devices = ["mobile", "mobile", "desktop", "tablet"] as const;

/** Seventy people, ten at a time: enough for a place to be told. */
async function yesterday(system: System): Promise<void> {
  for (let group = 0; group < 7; group++) {
    clock.nowMs = dayStartMs - dayMs + (9 + group) * hourMs;
    const people = Array.from({ length: 10 }, (_, index) => 10 * group + index);
    await Promise.all(
      people.map((person) => visit(system, { place: town, person, isClicked: person % 10 === 0 })),
    );
  }
}

const steps = 60;

/** From seven to noon: in every ten minutes two visits in the town and two near the hamlet. */
async function morning(system: System): Promise<void> {
  for (let step = 0; step < steps; step += 2) {
    clock.nowMs = dayStartMs + 7 * hourMs + step * 300_000;
    await Promise.all([step, step + 1].flatMap((one) => visitsOf(system, one)));
  }
  clock.nowMs = noonMs;
}

function visitsOf(system: System, step: number): readonly Promise<void>[] {
  const byLat = step % 15 === 0 ? 0 : 0.021 + 0.003 * (step % 3);
  const nearby = { device: { lat: hamlet.lat + byLat, lon: hamlet.lon, accuracyMeters: 20 } };
  return [
    visit(system, { place: town, person: step, isClicked: step % 12 === 0 }),
    visit(system, { place: nearby, person: 1_000 + step, isClicked: false }),
  ];
}

interface Visit {
  readonly place: object;
  readonly person: number;
  readonly isClicked: boolean;
}

async function visit(system: System, { place, person, isClicked }: Visit): Promise<void> {
  const answer = await request(system.url)
    .post("/v1/ads")
    .set("user-agent", browser)
    .send({
      visitor: { id: `person-${person}`, gdpr: false },
      place,
      page: { category: person % 3 === 0 ? "maison/toiture" : "maison" },
      device: { type: devices[person % devices.length] },
      placements: [{ id: "top" }],
    });
  const ad = answer.body.placements[0].ads[0];
  if (ad === undefined) return;
  const tell = (address: string) => request(system.url).get(new URL(address).pathname).redirects(0);
  await tell(ad.tracking.impression).expect(200);
  await tell(ad.tracking.viewable).expect(200);
  if (isClicked) await tell(ad.tracking.click).expect(302);
}

/** All that was counted is in the ledger, the reports and the samples; yesterday's places are published. */
async function settle({ server }: System): Promise<void> {
  const { drainer, diagnosis } = server.jobs;
  await until(async () => {
    await drainer.runOnce();
    return drainer.outboxState().unwritten === 0;
  });
  await until(async () => (await server.reports.rollUpOnce()) === 0);
  await server.reports.closeAreasOnce(dayStartMs + 3 * hourMs);
  await diagnosis.flushFunnelOnce();
}

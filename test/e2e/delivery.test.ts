import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, budgetDayOf, startOfBudgetDayMs } from "../../src/budgets/budgetDay.ts";
import { defaultSamplingLimits } from "../../src/jobs/sampleDecisions.ts";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const hourMs = 3_600_000;
/** A morning to come, so that whatever the database's own clock has stamped was before it. */
const dayStartMs = startOfBudgetDayMs(addDays(budgetDayOf(Date.now()), 2));
const noonMs = dayStartMs + 12 * hourMs + 60_000;
const clock = { nowMs: dayStartMs };

/** Between villages, away from every town of the other shops; La Courtine is two and a half kilometres north. */
const hamlet = { lat: 45.678, lon: 2.262 };

let system: System;
const shops = { healthy: 0, outbid: 0, village: 0, underFloor: 0, capped: 0, broke: 0 };

const around = (lat: number, lon: number, radiusMeters: number) => ({
  include: [{ type: "circle", lat, lon, radiusMeters }],
});
const limoges = around(45.8336, 1.2476, 10_000);
const brive = around(45.1583, 1.5321, 10_000);
const tulle = around(45.2678, 1.7706, 10_000);
const gueret = around(46.1703, 1.8718, 10_000);

beforeAll(async () => {
  system = await startSystem({ DECISION_SAMPLE_EVERY: "1", INVALID_TRAFFIC: "off" }, undefined, {
    clock: { nowMs: () => clock.nowMs, correct: async () => undefined },
    samplingLimits: { ...defaultSamplingLimits, workMsPerSecond: Number.POSITIVE_INFINITY },
    // Five minutes of this morning pass in a moment: the snapshot is not old for that.
    paidLimits: {
      oldestSnapshotMs: 86_400_000,
      outbox: { maxUnwritten: 1e5, maxAgeMs: 86_400_000 },
    },
  });
  const eurosADay = (euros: number) => ({ dailyBudgetMicros: euros * 1_000_000 });
  const bid = (euros: number) => ({ bidMicros: euros * 1_000_000 });
  shops.healthy = await system.openShop({ zone: limoges, ...bid(20), ...eurosADay(4) });
  shops.outbid = await system.openShop({ zone: limoges, ...bid(12), ...eurosADay(2.4) });
  const { lat, lon } = hamlet;
  shops.village = await system.openShop({
    zone: around(lat, lon, 1_000),
    ...bid(10),
    ...eurosADay(2),
  });
  shops.underFloor = await system.openShop({ zone: brive, ...bid(5), ...eurosADay(1) });
  shops.capped = await system.openShop({
    zone: tulle,
    ...bid(5),
    ...eurosADay(1),
    frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 86_400 }],
  });
  shops.broke = await system.openShop({ zone: gueret, ...bid(5), ...eurosADay(0.02) });
  await morning();
});
afterAll(() => system.close());

interface Visit {
  readonly place: object;
  readonly visitor?: string;
  readonly floorMicros?: number;
}

const searched = (postalCode: string) => ({ search: { postalCode } });

/** The towns' visitors of one step of the morning. */
function visitsOf(step: number): readonly Visit[] {
  // Most people search two or three kilometres from the hamlet, hardly anybody in it.
  const byLat = step % 15 === 0 ? 0 : 0.021 + 0.003 * (step % 3);
  return [
    { place: searched("87000") },
    { place: { device: { lat: hamlet.lat + byLat, lon: hamlet.lon, accuracyMeters: 20 } } },
    { place: searched("19100"), floorMicros: 8_000_000 },
    { place: searched("19000"), visitor: `visitor-${step % 3}` },
    { place: searched("23000") },
  ];
}

async function askFor({ place, visitor = "", floorMicros = 0 }: Visit, isTest: boolean) {
  const id = visitor === "" ? {} : { id: visitor };
  const answer = await request(system.url)
    .post("/v1/ads")
    .send({
      visitor: { ...id, gdpr: false },
      place,
      placements: [{ id: "top", floorMicros }],
      test: isTest,
    });
  expect([answer.status, answer.body]).toMatchObject([200, { placements: [{}] }]);
  return answer.body.placements[0].ads[0];
}

/** A page view: asks, and shows what it is given. Answers whose ad it was. */
async function visit(asked: Visit): Promise<number | undefined> {
  const ad = await askFor(asked, false);
  if (ad === undefined) return undefined;
  await request(system.url).get(new URL(ad.tracking.impression).pathname).expect(200);
  return ad.campaignId;
}

const steps = 60;

/** From seven to noon: a visit in each town every five minutes. */
async function morning(): Promise<void> {
  for (let step = 0; step < steps; step++) {
    clock.nowMs = dayStartMs + 7 * hourMs + step * 300_000;
    await Promise.all(visitsOf(step).map(visit));
  }
  clock.nowMs = noonMs;
  const { drainer, diagnosis } = system.server.jobs;
  await until(async () => {
    await drainer.runOnce();
    return drainer.outboxState().unwritten === 0;
  });
  await diagnosis.flushFunnelOnce();
}

async function deliveryOf(campaignId: number) {
  const answer = await request(system.url)
    .get(`/v1/campaigns/${campaignId}/delivery`)
    .set("authorization", `Bearer ${system.adminKey}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

async function healthOf(campaignIds: readonly number[], live: boolean, key = system.adminKey) {
  const answer = await request(system.url)
    .get(`/v1/campaign-health?campaignIds=${campaignIds.join(",")}&live=${live}`)
    .set("authorization", `Bearer ${key}`);
  expect(answer.status).toBe(200);
  return answer.body.items;
}

describe("at noon of the first day", () => {
  test("one look finds those that lag, and no node looks again in the same hour", async () => {
    const { diagnosis } = system.server.jobs;
    expect(await diagnosis.diagnoseIfDueOnce(noonMs)).toEqual({ campaigns: 6, lagging: 4 });
    expect(await diagnosis.diagnoseIfDueOnce(noonMs + 60_000)).toBeNull();
  });

  test("the healthy campaign is on track, and its funnel is what happened", async () => {
    const delivery = await deliveryOf(shops.healthy);
    expect(delivery).toMatchObject({ status: "on_track", reasons: [], laggingSince: null });
    expect(delivery.funnel.today).toMatchObject({
      opportunities: { value: steps, low: steps, high: steps },
      outcomes: [{ outcome: "won", count: { value: steps }, share: 1 }],
    });
    expect(delivery.spentMicros).toBe(steps * 20_000);
    expect(delivery.funnel.sevenDays).toEqual(delivery.funnel.today);
  });

  test("a list is told what the last look found, and in the same words when it is worked out anew", async () => {
    const ids = [shops.village, shops.healthy, shops.broke, shops.outbid];
    const stored = await healthOf(ids, false);
    const delivery = await deliveryOf(shops.village);
    expect(stored).toMatchObject([
      { campaignId: shops.village, status: delivery.status, reason: "zone_too_small" },
      { campaignId: shops.healthy, status: "on_track", spentTodayMicros: steps * 20_000 },
      { campaignId: shops.broke, rest: "day_spent", lagShare: null },
      { campaignId: shops.outbid, reason: "outbid" },
    ]);
    expect(stored[0]).toMatchObject({ fr: delivery.fr, diagnosedAt: delivery.laggingSince });
    const [village] = await healthOf([shops.village], true);
    const { planMicros, plannedSoFarMicros, spentMicros, fr, at } = delivery;
    expect(village).toMatchObject({ planMicros, plannedSoFarMicros, fr, diagnosedAt: at });
    expect(village.lagShare).toBeCloseTo(1 - spentMicros / plannedSoFarMicros, 2);
    expect(village.lever).toBe(delivery.reasons[0].suggestions[0].lever);
  });

  test("of campaigns of others a list is told nothing, and of too many at once why not", async () => {
    const stranger = await system.openShop();
    const { body } = await request(system.url)
      .get(`/v1/campaigns/${stranger}`)
      .set("authorization", `Bearer ${system.adminKey}`);
    const key = await system.managerKey([body.advertiserId]);
    expect(await healthOf([shops.village, stranger], true, key)).toMatchObject([
      { campaignId: stranger },
    ]);
    const ask = (query: string) =>
      request(system.url).get(`/v1/campaign-health?${query}`).set("authorization", `Bearer ${key}`);
    const many = Array.from({ length: 51 }, (_, index) => index + 1).join(",");
    expect((await ask(`campaignIds=${many}`)).body.items).toMatchObject([{ campaignId: stranger }]);
    expect((await ask(`campaignIds=${many}&live=true`)).body.errors).toEqual([
      { pointer: "campaignIds", rule: "must be at most 50 ids with live=true" },
    ]);
    for (const query of ["", "campaignIds=", "campaignIds=1,1", "campaignIds=0", "campaignIds=x"])
      expect((await ask(query)).body).toMatchObject({
        status: 400,
        errors: [{ pointer: "campaignIds" }],
      });
  });

  test("the campaign that has spent its day is not at fault", async () => {
    expect(await deliveryOf(shops.broke)).toMatchObject({ status: "on_track", rest: "day_spent" });
  });

  test.each([
    ["outbid", "outbid", /^bid_/],
    ["village", "zone_too_small", /^radius_/],
    ["underFloor", "bid_under_floor", /^bid_/],
    ["capped", "caps_too_tight", /^cap_/],
  ] as const)("%s: the reason is %s, with what would help", async (shop, reason, lever) => {
    const delivery = await deliveryOf(shops[shop]);
    expect(delivery.status).toBe("cannot_spend");
    expect(delivery.reasons[0]).toMatchObject({ reason });
    const [suggestion] = delivery.reasons[0].suggestions;
    expect(suggestion.lever).toMatch(lever);
    expect(suggestion.opportunitiesPerDay.value).toBeGreaterThan(100);
    expect(suggestion.opportunitiesPerDay.low).toBeGreaterThan(50);
    expect(delivery.fr).toContain(suggestion.fr);
    expect(delivery.laggingSince).toBe(new Date(noonMs).toISOString());
  });

  test("the diagnosis has the last hour beside the day and the week, and the main reason with what it would bring", async () => {
    const { body } = await request(system.url)
      .get(`/v1/campaigns/${shops.outbid}/diagnosis`)
      .set("authorization", `Bearer ${system.adminKey}`)
      .expect(200);
    const delivery = await deliveryOf(shops.outbid);
    const { funnels, main, ...told } = body;
    expect({
      ...told,
      funnel: { today: funnels.today.funnel, sevenDays: funnels.sevenDays.funnel },
    }).toEqual(delivery);
    // A visit every five minutes until noon: twelve in the last full hour, none since.
    expect(funnels.lastHour.since).toBe(new Date(dayStartMs + 11 * hourMs).toISOString());
    expect(funnels.lastHour.funnel.opportunities.value).toBe(12);
    expect(funnels.today.funnel.opportunities.value).toBe(steps);
    expect(main).toMatchObject({ reason: "outbid", fr: delivery.reasons[0].fr });
    expect(main.change).toEqual(delivery.reasons[0].suggestions[0]);
  });

  test("a wider zone says how many people it reaches", async () => {
    const [suggestion] = (await deliveryOf(shops.village)).reasons[0].suggestions;
    expect(suggestion.people).toBeGreaterThan(0);
    expect(suggestion.fr).toMatch(/^\+\d km toucheraient .* personnes de plus, soit environ/);
  });

  test("what was lost to a floor and to others is told with its values", async () => {
    const { funnel } = await deliveryOf(shops.underFloor);
    expect(funnel.today.floor.neededValueMicros).toBe(8_000_000);
    expect(funnel.today.floor.ownValueMicros).toBeLessThan(8_000_000);
    const { today } = (await deliveryOf(shops.outbid)).funnel;
    expect(today.outranked.winningValueMicros).toBeGreaterThan(today.outranked.ownValueMicros);
  });
});

describe("the suggestion, applied", () => {
  /** A change as the first suggestion says it. */
  async function change(campaignId: number): Promise<object> {
    const { lever } = (await deliveryOf(campaignId)).reasons[0].suggestions[0];
    const [kind, figure] = lever.split("_");
    const now = findCampaign(system.server.jobs.state.snapshot(), campaignId)!;
    if (kind === "bid") return { bidMicros: (now.bidMicros * Number(figure)) / 100 };
    if (kind === "radius") return { zone: around(hamlet.lat, hamlet.lon, 1_000 + Number(figure)) };
    return { frequencyCaps: [] };
  }

  test.each(["outbid", "village", "underFloor", "capped"] as const)(
    "makes the campaign show where it did not: %s",
    async (shop) => {
      const campaignId = shops[shop];
      const index = { outbid: 0, village: 1, underFloor: 2, capped: 3 }[shop];
      const visits = Array.from({ length: 12 }, (_, step) => visitsOf(step)[index]!);
      const winsOf = async () => {
        let wins = 0;
        for (const asked of visits) if ((await visit(asked)) === campaignId) wins++;
        return wins;
      };
      expect(await winsOf()).toBeLessThan(3);
      const changed = await system.patch(`/v1/campaigns/${campaignId}`, await change(campaignId));
      expect(changed.status).toBe(200);
      await until(async () => (await askFor(visits[1]!, true))?.campaignId === campaignId);
      expect(await winsOf()).toBeGreaterThan(9);
    },
  );
});

describe("who may see it", () => {
  const get = (path: string, key?: string) => {
    const asked = request(system.url).get(path);
    return key === undefined ? asked : asked.set("authorization", `Bearer ${key}`);
  };

  test("managers of the advertiser may, other managers find nothing, strangers are turned away", async () => {
    const path = `/v1/campaigns/${shops.healthy}/delivery`;
    const campaign = await get(`/v1/campaigns/${shops.healthy}`, system.adminKey);
    const own = await system.managerKey([campaign.body.advertiserId]);
    const other = await system.managerKey([campaign.body.advertiserId + 1]);
    expect((await get(path, own)).status).toBe(200);
    expect((await get(path, other)).status).toBe(404);
    expect((await get(path)).status).toBe(401);
  });

  test("unknown and impossible ids are told apart", async () => {
    expect((await get("/v1/campaigns/999999/delivery", system.adminKey)).status).toBe(404);
    expect((await get("/v1/campaigns/x/delivery", system.adminKey)).status).toBe(400);
  });
});

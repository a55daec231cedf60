import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOfBudgetDayMs } from "../../../src/budgets/budgetDay.ts";
import { defaultNationalCurve } from "../../../src/budgets/pacing/nationalCurve.ts";
import { createDiagnoseCampaigns } from "../../../src/jobs/diagnoseCampaigns.ts";
import { addSample, createCounts } from "../../../src/reports/counters.ts";
import { createDiagnosisStore } from "../../../src/stores/postgres/diagnosisStore.ts";
import { createFunnelStore } from "../../../src/stores/postgres/funnelStore.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

const startMs = startOfBudgetDayMs("2030-03-12");
const noonMs = startMs + 12 * 3_600_000;

test("campaigns beyond one page are all looked at, and those that were never reached are known by it", async () => {
  const { campaignId } = await saveCampaign(opened.store, { endsOn: null });
  // 700 copies of one campaign: what takes long is not the saving.
  await sql`
    insert into campaigns (advertiser_id, name, status, starts_on, pricing, bid_micros, daily_budget_micros, pacing,
      priority, frequency_caps, dayparts, place_intention, zone, compiled_zone)
    select advertiser_id, name, status, starts_on, pricing, bid_micros, daily_budget_micros, pacing, priority,
      frequency_caps, dayparts, place_intention, zone, compiled_zone
    from campaigns, generate_series(1, 700) where id = ${campaignId}`.execute(opened.db);
  await sql`
    insert into creatives (campaign_id, format, landing_url, width, height, title, body_text, call_to_action, image_url,
      review_status)
    select c.id, k.format, k.landing_url, k.width, k.height, k.title, k.body_text, k.call_to_action, k.image_url,
      k.review_status
    from campaigns c, creatives k where k.campaign_id = ${campaignId} and c.id <> ${campaignId}`.execute(
    opened.db,
  );
  const funnel = createFunnelStore(opened.db);
  const requests = createCounts();
  for (let index = 0; index < 5_000; index++) addSample(requests, "requests", 1, 1);
  await funnel.add([{ campaignId: 0, hourMs: startMs + 9 * 3_600_000, counts: requests }]);
  const store = createDiagnosisStore(opened.db);
  const diagnoses = createDiagnoseCampaigns({
    store,
    funnel,
    curveOf: defaultNationalCurve,
    peopleWithin: () => 0,
  });
  expect(await diagnoses.ifDue(startMs + 2 * 3_600_000)).toBeNull();
  expect(await diagnoses.ifDue(noonMs)).toEqual({ campaigns: 701, lagging: 701 });
  const { rows } = await sql<{ readonly reason: string; readonly count: number }>`
    select reason, count(*)::integer as count from campaign_diagnoses
    where status = 'cannot_spend' group by reason`.execute(opened.db);
  expect(rows).toEqual([{ reason: "zone_too_small", count: 701 }]);
});

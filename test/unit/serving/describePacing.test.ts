import { describe, expect, it } from "vitest";
import { packThrottles } from "../../../src/budgets/pacing/packedThrottles.ts";
import { createTrafficHistory } from "../../../src/budgets/pacing/trafficHistory.ts";
import { createNodeThrottles } from "../../../src/jobs/pacingThrottles.ts";
import { describeRejection } from "../../../src/serving/describeRejection.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { buildRequest } from "../../support/requestBuilder.ts";

const throttled = (blocks: readonly Buffer[]) =>
  createNodeThrottles({
    store: { take: async () => ({ version: 1, whole: true, blocks }) },
    history: () => createTrafficHistory([], 0),
    now: () => 0,
  });

describe("why a throttled campaign does not show", () => {
  it("is told with the share it takes and with what its plan says", async () => {
    const throttles = throttled([
      packThrottles([{ campaignId: 12, throttle: 0, plannedShare: 0.52, spentShare: 0.555 }]),
    ]);
    await throttles.takeOnce();
    const campaign = buildCampaign({ campaignId: 12 });
    const request = buildRequest();
    const snapshot = buildSnapshot([campaign], { revision: "1", builtAtMs: 0 });
    const visitor = { scores: null, impressions: new Map() };
    const delivery = { exhaustedUntilMs: new Map(), throttles: throttles.current() };
    const { rejections } = explain(request, snapshot, visitor, delivery, { campaignIds: [12] });
    expect(rejections[0]?.rule).toBe("pacing");
    const { fr, en } = describeRejection(rejections[0]!);
    expect(fr.replaceAll(/\s/g, " ")).toBe(
      "Cette annonce est étalée sur la journée : elle prend 0 % des occasions, et pas celle-ci." +
        " À cette heure, 52 % du budget du jour étaient prévus, 55,5 % sont dépensés.",
    );
    expect(en).toBe(
      "This ad is spread over the day: it takes 0% of the opportunities, and not this one." +
        " By now 52% of the day's budget was planned, 55.5% is spent.",
    );
  });

  it("is told without a plan before the first look at it", () => {
    const figures = { throttle: 0.315, chance: 0.9 };
    const { fr, en } = describeRejection({ campaignId: 12, rule: "pacing", figures });
    expect(fr).toContain("elle prend 31,5");
    expect(fr).not.toContain("prévus");
    expect(en).not.toContain("planned");
  });
});

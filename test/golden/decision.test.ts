import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allocate } from "../../src/targeting/allocate.ts";
import { explain } from "../../src/targeting/explain.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import {
  type GoldenDecision,
  goldenCampaigns,
  goldenDelivery,
  goldenRequest,
  goldenVisitor,
} from "../support/goldenDecision.ts";

const folder = new URL("./decision/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe.each(files)("%s", (file) => {
  const golden = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as GoldenDecision;

  test(golden.description, () => {
    const snapshot = buildSnapshot(goldenCampaigns(golden), { revision: "1", builtAtMs: 0 });
    const request = goldenRequest(golden);
    const { placements, rejections = {}, valuesMicros = {} } = golden.expected;
    const told = explain(request, snapshot, goldenVisitor(golden), goldenDelivery(golden), {
      campaignIds: Object.keys(rejections).map(Number),
    });
    expect(shownByPlacement(told.decision)).toEqual(placements);
    expect(
      Object.fromEntries(told.rejections.map(({ campaignId, rule }) => [campaignId, rule])),
    ).toEqual(rejections);
    const values = new Map(told.winners.map((it) => [String(it.campaignId), it.value.valueMicros]));
    for (const [campaignId, value] of Object.entries(valuesMicros)) {
      expect(values.get(campaignId), `value of campaign ${campaignId}`).toBe(value);
    }
  });
});

test("there are golden cases to walk", () => {
  expect(files.length).toBeGreaterThan(10);
});

function shownByPlacement(decision: Parameters<typeof allocate>[0]): Record<string, number[]> {
  const shown: Record<string, number[]> = Object.fromEntries(
    decision.placements.map(({ placementId }) => [placementId, []]),
  );
  for (const { placementId, candidate } of allocate(decision)) {
    shown[placementId]?.push(candidate.campaign.campaignId);
  }
  return shown;
}

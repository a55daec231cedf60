import { expect, test } from "vitest";
import { offPolicy } from "../../src/commands/offPolicy.ts";
import { SetupError } from "../../src/setupError.ts";
import { adEvent, lakeNoonMs, openTestLake, publishedSchemas } from "../support/lake.ts";

/** A decision in which chance chose creative 10 or 11 of campaign 12, the first in a quarter of cases. */
function decision(index: number, creativeId: number) {
  const choices = [
    [10, 0.25],
    [11, 0.75],
  ];
  const propensity = creativeId === 10 ? 0.25 : 0.75;
  return {
    schema: "ad_decision.v1",
    eventId: `decision-${index}`,
    occurredAtMs: lakeNoonMs + index * 1_000,
    payload: {
      decisionId: `decision-${index}`,
      ads: [{ placementId: "top", slot: 0, campaignId: 12, creativeId, propensity, choices }],
    },
  };
}

const event = (index: number, kind: string, invalidTraffic: string | null = null) => ({
  ...adEvent(index),
  eventId: `decision-${index}.0.${kind}`,
  payload: { ...adEvent(index).payload, kind, invalidTraffic },
});

test("the command reads decisions and clicks of the lake, and tells what another policy would have brought", async () => {
  const lake = await openTestLake(await publishedSchemas("ad_decision.v1", "ad_event.v1"));
  try {
    // Of 400 views, 100 of creative 10 (20 clicks) and 300 of creative 11 (15): all of 10 would have had 20 %.
    const chosen = (index: number) => (index % 4 === 0 ? 10 : 11);
    const clicked = (index: number) => (chosen(index) === 10 ? index % 20 === 0 : index % 20 === 1);
    const indexes = Array.from({ length: 400 }, (_, index) => index);
    await lake.tell([
      ...indexes.map((index) => decision(index, chosen(index))),
      ...indexes.map((index) => event(index, "impression")),
      ...indexes.filter(clicked).map((index) => event(index, "click")),
      // Not seen, and seen by nobody.
      decision(900, 10),
      decision(901, 10),
      event(901, "impression", "bot"),
    ]);
    await lake.pass();
    const lines: string[] = [];
    const range = ["--from", "2026-06-01", "--to", "2026-06-01"];
    const environment = { LAKE_DIR: lake.lake };
    await offPolicy(environment, ["--json", "--policy", "greedy", ...range], (it) =>
      lines.push(it),
    );
    const { result } = JSON.parse(lines[0] ?? "{}");
    expect(result.impressions).toBe(400);
    expect(result.logged.value).toBeCloseTo(40 / 400);
    expect(result.policy.value).toBeCloseTo(20 / 300);
    await offPolicy(environment, ["--policy", "uniform", ...range], (it) => lines.push(it));
    // (20 × 2 + 20 × 2/3) / (100 × 2 + 300 × 2/3)
    expect(lines.join("\n")).toContain("13.33 %");
    await expect(offPolicy(environment, ["--policy", "wild"], () => {})).rejects.toThrow(
      SetupError,
    );
  } finally {
    await lake.close();
  }
});

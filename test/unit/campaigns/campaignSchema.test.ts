import { describe, expect, it } from "vitest";
import { z } from "zod";
import { campaignSchema, parseCampaign } from "../../../src/campaigns/campaignSchema.ts";
import { campaignBody } from "../../support/campaignBodies.ts";

const problemsOf = (fields: Readonly<Record<string, unknown>>) => {
  const parsed = parseCampaign(campaignBody(fields));
  return parsed.ok ? [] : parsed.problems.map(({ pointer, rule }) => `${pointer} ${rule}`);
};

const circle = { type: "circle", lat: 45, lon: 1, radiusMeters: 5_000 };

describe("a campaign", () => {
  it("is complete with its required fields; the rest has defaults", () => {
    const parsed = parseCampaign(campaignBody());
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        endsOn: null,
        dayparts: [],
        pacing: "even",
        priority: "paid",
        placeIntention: "any",
        deals: [],
        openAuction: true,
        totalBudgetMicros: null,
        categories: { include: [], exclude: [] },
        zone: { exclude: [] },
      },
    });
  });

  it("is normalised: trimmed, composed, keywords in lower case", () => {
    const parsed = parseCampaign(
      campaignBody({ name: "  Cafe\u0301 ", keywords: { include: [" CLIO "], exclude: [] } }),
    );
    expect(parsed).toMatchObject({
      ok: true,
      value: { name: "Café", keywords: { include: ["clio"] } },
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      "with a deal of nobody",
      { deals: [{ ssp: "De Mo", id: "1" }] },
      '/deals/0/ssp must be the name of an SSP such as "demo"',
    ],
    ["with a deal without an id", { deals: [{ ssp: "demo" }] }, "/deals/0/id is required"],
    [
      "with one deal twice",
      {
        deals: [
          { ssp: "demo", id: "1" },
          { ssp: " DEMO", id: "1 " },
        ],
      },
      "/deals/1 must not be repeated",
    ],
    [
      "with more deals than anybody negotiates",
      { deals: Array.from({ length: 21 }, (_, id) => ({ ssp: "demo", id: `${id}` })) },
      "/deals must have at most 20 items",
    ],
    ["with half an auction", { openAuction: "no" }, "/openAuction must be true or false"],
    ["without a name", { name: undefined }, "/name is required"],
    ["with a blank name", { name: " \u00a0 " }, "/name must not be empty"],
    ["with a control character", { name: "a\u0007b" }, "/name must not contain control characters"],
    ["with a mark that reorders text", { name: "a\u202eb" }, "/name must not contain control"],
    [
      "with a long name",
      { name: "é".repeat(101) },
      "/name must have at most 100 characters (it has 101)",
    ],
    [
      "with an unknown status",
      { status: "deleted" },
      "/status must be one of draft, active, paused, ended",
    ],
    ["starting on no day", { startsOn: "2026-02-29" }, "/startsOn must be a day of the calendar"],
    ["starting with a time", { startsOn: "2026-02-28T00:00" }, "/startsOn must be a day"],
    ["starting long ago", { startsOn: "1999-01-01" }, "/startsOn must be between 2020-01-01 and"],
    ["ending before it starts", { endsOn: "2025-12-31" }, "/endsOn must not be before startsOn"],
    ["with a free bid", { bidMicros: 0 }, "/bidMicros must be at least 1000"],
    ["with a broken bid", { bidMicros: 1.5 }, "/bidMicros must be an integer"],
    ["with a text for a bid", { bidMicros: "5000" }, "/bidMicros must be a finite number"],
    [
      "with a CPM of odd micros",
      { bidMicros: 1_500 },
      "/bidMicros must be a multiple of 1000 for cpm",
    ],
    [
      "with a vCPM of odd micros",
      { pricing: "vcpm", bidMicros: 1_500 },
      "/bidMicros must be a multiple of 1000 for vcpm",
    ],
    [
      "with a huge click",
      { pricing: "cpc", bidMicros: 100_000_001 },
      "/bidMicros must be at most 100000000",
    ],
    [
      "with a tiny budget",
      { dailyBudgetMicros: 9_999 },
      "/dailyBudgetMicros must be at least 10000",
    ],
    [
      "without a budget",
      { dailyBudgetMicros: null },
      "/totalBudgetMicros a total or a daily budget",
    ],
    [
      "with a total below the day's",
      { totalBudgetMicros: 9_000_000 },
      "/totalBudgetMicros must not be less than dailyBudgetMicros",
    ],
    [
      "that cannot pay one click",
      { pricing: "cpc", bidMicros: 20_000_000 },
      "/dailyBudgetMicros must cover one click (20000000)",
    ],
    [
      "with a backward daypart",
      { dayparts: [{ weekdays: [1], fromHour: 9, toHour: 9 }] },
      "/dayparts/0/toHour must be after",
    ],
    [
      "with a day 8",
      { dayparts: [{ weekdays: [8], fromHour: 9, toHour: 10 }] },
      "/dayparts/0/weekdays/0 must be at most 7",
    ],
    [
      "with a day twice",
      { dayparts: [{ weekdays: [1, 1], fromHour: 9, toHour: 10 }] },
      "/dayparts/0/weekdays/1 must not be repeated",
    ],
    [
      "with six caps",
      { frequencyCaps: Array(6).fill({ per: "campaign", maxImpressions: 1, windowSeconds: 60 }) },
      "/frequencyCaps must have at most 5 items",
    ],
    [
      "with a cap of a month and a second",
      { frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 2_592_001 }] },
      "/frequencyCaps/0/windowSeconds must be at most 2592000",
    ],
    [
      "with a cap twice",
      {
        frequencyCaps: [1, 2].map((maxImpressions) => ({
          per: "campaign",
          maxImpressions,
          windowSeconds: 60,
        })),
      },
      "/frequencyCaps/1 another cap has the same window",
    ],
    [
      "with a cap of a page view twice",
      {
        frequencyCaps: [1, 2].map((maxImpressions) => ({
          per: "campaign",
          maxImpressions,
          window: "page_view",
        })),
      },
      "/frequencyCaps/1 another cap has the same window",
    ],
    [
      "with a cap without a window",
      { frequencyCaps: [{ per: "campaign", maxImpressions: 1 }] },
      "/frequencyCaps/0 windowSeconds or window is required, and not both",
    ],
    [
      "with a cap of two windows",
      {
        frequencyCaps: [
          { per: "campaign", maxImpressions: 1, window: "page_view", windowSeconds: 60 },
        ],
      },
      "/frequencyCaps/0 windowSeconds or window is required, and not both",
    ],
    [
      "with a cap of a session",
      { frequencyCaps: [{ per: "campaign", maxImpressions: 1, window: "session" }] },
      "/frequencyCaps/0/window",
    ],
    ["nowhere", { zone: { include: [] } }, "/zone/include must have at least 1 items"],
    [
      "on another planet",
      { zone: { include: [{ type: "planet" }] } },
      "/zone/include/0/type must be one of circle",
    ],
    [
      "with a circle of 999 m",
      { zone: { include: [{ ...circle, radiusMeters: 999 }] } },
      "/zone/include/0/radiusMeters must be at least 1000",
    ],
    [
      "with an open category",
      { categories: { include: ["Véhicules"] } },
      "/categories/include/0 must be a category path",
    ],
    [
      "with a keyword twice",
      { keywords: { include: ["clio", "CLIO"] } },
      "/keywords/include/1 must not be repeated",
    ],
    [
      "for a segment without effect",
      { audience: [{ segmentId: 1 }] },
      "/audience/0 minScore or multiplier is required",
    ],
    [
      "for no segment",
      { audience: [{ minScore: 0.5 }] },
      "/audience/0 segmentId or segment is required",
    ],
    [
      "with a multiplier of 4",
      { audience: [{ segmentId: 1, multiplier: 4 }] },
      "/audience/0/multiplier must be at most 3",
    ],
    ["for a fridge", { devices: ["fridge"] }, "/devices/0 must be one of mobile"],
    ["with an unknown field", { colour: "red" }, "/colour is not a known field"],
    [
      "of an advertiser beyond the ids",
      { advertiserId: 2 ** 31 },
      "/advertiserId must be at most 2147483647",
    ],
  ])("%s is refused with the field and the rule", (_name, fields, expected) => {
    expect(problemsOf(fields).some((problem) => problem.startsWith(expected))).toBe(true);
  });

  it("tells every problem at once, also between fields that are valid on their own", () => {
    const problems = problemsOf({
      name: "",
      endsOn: "2025-01-01",
      bidMicros: 1_500,
      dailyBudgetMicros: null,
    });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "/name",
      "/endsOn",
      "/bidMicros",
      "/totalBudgetMicros",
    ]);
  });

  it("of the house may be free and needs no budget", () => {
    expect(problemsOf({ priority: "house", bidMicros: 0, dailyBudgetMicros: null })).toEqual([]);
  });

  it.each([undefined, null, 1, "x", [], true])("cannot be %j", (body) => {
    expect(parseCampaign(body).ok).toBe(false);
  });

  it("is described by the same schema for the API's documentation", () => {
    const described = z.toJSONSchema(campaignSchema, { io: "input" });
    expect(described.properties?.name).toMatchObject({ type: "string", maxLength: 100 });
    expect(described.required).toContain("zone");
    expect(described.required).not.toContain("pacing");
  });
});

import { describe, expect, it } from "vitest";
import { attentionItems } from "../../../console/src/campaign/attention.ts";
import {
  bodyOf,
  dirtyFields,
  formOf,
  rebase,
} from "../../../console/src/campaign/edit/campaignForm.ts";
import { fieldValue } from "../../../console/src/campaign/fieldValue.ts";
import { firstVisit, moved, visitBody } from "../../../console/src/campaign/here/visit.ts";
import { differences } from "../../../console/src/campaign/history/changes.ts";
import { compareRates } from "../../../console/src/campaign/overview/compare.ts";
import {
  dailyPlan,
  dayPoints,
  hourPoints,
} from "../../../console/src/campaign/overview/delivery.ts";
import { paceSentence } from "../../../console/src/campaign/overview/paceSentence.ts";
import {
  addDays,
  daysOf,
  parisDay,
  periodOf,
} from "../../../console/src/campaign/overview/period.ts";
import { seenCells } from "../../../console/src/campaign/overview/seenCells.ts";
import type {
  Campaign,
  Creative,
  Diagnosis,
  Funnel,
  HistoryEntry,
} from "../../../console/src/campaign/types.ts";
import { funnelView } from "../../../console/src/campaign/why/funnelStages.ts";
import { leverChange } from "../../../console/src/campaign/why/leverChange.ts";
import { campaignWords, fieldWords } from "../../../console/src/campaign/words.ts";
import { createFormat } from "../../../console/src/ui/format.ts";
import { typedSince } from "../../../console/src/ui/typedSince.ts";

const format = createFormat("fr");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

const campaign = {
  campaignId: 1,
  advertiserId: 1,
  name: "Toits",
  status: "active",
  startsOn: "2026-01-01",
  endsOn: null,
  pricing: "cpm",
  bidMicros: 5_000_000,
  dailyBudgetMicros: 8_000_000,
  totalBudgetMicros: null,
  pacing: "even",
  dayparts: [{ weekdays: [1, 2], fromHour: 8, toHour: 12 }],
  devices: [],
  frequencyCaps: [
    { per: "campaign", maxImpressions: 3, windowSeconds: 86_400 },
    { per: "campaign", maxImpressions: 1, window: "page_view" },
  ],
  audience: [
    { segmentId: 4, segment: "auto", minScore: 0.5, multiplier: null },
    { segmentId: 5, segment: "toit", minScore: 0.2, multiplier: 2 },
  ],
  categories: { include: ["maison"], exclude: ["maison/jardin"] },
  keywords: { include: [], exclude: [] },
  placeIntention: "any",
  zone: {
    include: [
      { type: "circle", lat: 45.8, lon: 1.2, radiusMeters: 10_000 },
      { type: "commune", inseeCode: "87085" },
    ],
    exclude: [],
  },
  version: 3,
} as unknown as Campaign;

describe("a period", () => {
  const today = "2026-11-23";

  it("is today, a week, a month or the campaign's whole time, never beyond today", () => {
    expect(periodOf("today", today, "2026-01-01", {})).toEqual({ from: today, to: today });
    expect(periodOf("week", today, "2026-01-01", {})).toEqual({ from: "2026-11-17", to: today });
    expect(periodOf("all", today, "2026-01-01", {})).toEqual({ from: "2026-01-01", to: today });
    expect(periodOf("all", today, "2027-01-01", {})).toEqual({ from: today, to: today });
    expect(periodOf("all", today, "2020-01-01", {}).from).toBe(addDays(today, -799));
  });

  it("of two dates puts them in order, and takes what is none for today", () => {
    const typed = { from: "2026-11-20", to: "2026-11-02" };
    expect(periodOf("custom", today, "2026-01-01", typed)).toEqual({
      from: "2026-11-02",
      to: "2026-11-20",
    });
    expect(periodOf("custom", today, "2026-01-01", { from: "gestern" })).toEqual({
      from: today,
      to: today,
    });
    expect(daysOf({ from: "2026-10-24", to: "2026-10-26" })).toHaveLength(3);
    expect(parisDay(Date.parse("2026-11-22T23:30:00Z"))).toBe("2026-11-23");
  });
});

describe("delivery against plan", () => {
  it("has today's hours with their plan, nothing for those to come", () => {
    const hours = [
      {
        startsAt: "2026-11-23T10:00:00.000Z",
        plannedMicros: 5,
        spentMicros: 4,
        forecastShare: null,
      },
      {
        startsAt: "2026-11-23T11:00:00.000Z",
        plannedMicros: 6,
        spentMicros: null,
        forecastShare: null,
      },
    ];
    const rows = [{ hour: "2026-11-23T11:00:00+01:00", spendMicros: 4, impressions: 2, clicks: 1 }];
    expect(hourPoints(rows, { hours })).toEqual([
      { at: hours[0]?.startsAt, spendMicros: 4, plannedMicros: 5, impressions: 2, clicks: 1 },
      {
        at: hours[1]?.startsAt,
        spendMicros: null,
        plannedMicros: 6,
        impressions: null,
        clicks: null,
      },
    ]);
  });

  it("has every day, with the daily budget that was in force on it", () => {
    const entry = (at: string, before: object | null) =>
      ({ entity: "campaign", at, before, after: {} }) as unknown as HistoryEntry;
    const history = [
      entry("2026-11-22T10:00:00Z", { dailyBudgetMicros: 5_000_000 }),
      entry("2026-11-20T10:00:00Z", { dailyBudgetMicros: null }),
      entry("2026-11-18T10:00:00Z", null),
    ];
    const plan = dailyPlan({ ...campaign, startsOn: "2026-11-19" }, history);
    const days = ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"];
    expect(days.map(plan)).toEqual([null, null, 5_000_000, 5_000_000, 8_000_000]);
    const points = dayPoints(days.slice(3), [{ day: "2026-11-22", spendMicros: 7 }], plan);
    expect(points.map(({ spendMicros }) => spendMicros)).toEqual([0, 7]);
  });

  it("is told in one sentence: on time, behind or ahead", () => {
    const told = (plannedMicros: number | null, spentMicros: number) =>
      plain(
        paceSentence(
          { priority: "paid" },
          { pacing: "even", plannedMicros, spentMicros, targetMicros: 8_000_000 },
          campaignWords.fr.pace,
          format,
        ),
      );
    expect(told(2_000_000, 1_900_000)).toMatch(/^Dans les temps : 1,90 € dépensés sur 2,00 €/);
    expect(told(2_000_000, 1_000_000)).toMatch(/^En retard de 50 % :/);
    expect(told(2_000_000, 3_000_000)).toMatch(/^En avance de 50 % :/);
    expect(told(null, 0)).toMatch(/se prépare/);
  });

  it("shades hexagons by the root of impressions and leaves out what has none", () => {
    const rows = [
      { cell: "a", impressions: 400 },
      { cell: "b", impressions: 100 },
      { cell: null, impressions: 9_000 },
    ];
    expect(seenCells(rows)).toEqual([
      { cell: "a", shade: 1 },
      { cell: "b", shade: 0.5 },
    ]);
  });
});

it("rates differ for certain only where their intervals do not touch", () => {
  const a = { id: 1, value: 0.1, low: 0.08, high: 0.12 };
  expect(compareRates([a])).toEqual({ kind: "alone" });
  const near = { id: 2, value: 0.07, low: 0.05, high: 0.09 };
  expect(compareRates([near, a])).toEqual({ kind: "uncertain", bestId: 1 });
  const far = { id: 2, value: 0.05, low: 0.03, high: 0.07 };
  expect(compareRates([far, a])).toEqual({ kind: "certain", bestId: 1 });
});

describe("the funnel", () => {
  const count = (value: number, off = 0) => ({ value, low: value - off, high: value + off });
  const funnel = {
    opportunities: count(100),
    outcomes: [
      { outcome: "won", count: count(20), share: 0.2 },
      { outcome: "category", count: count(30, 3), share: 0.3 },
      { outcome: "device", count: count(10, 4), share: 0.1 },
      { outcome: "outranked", count: count(40), share: 0.4 },
    ],
    floor: null,
    outranked: null,
  } as unknown as Funnel;

  it("narrows from step to step down to what was won, and knows where most is lost", () => {
    const view = funnelView(funnel);
    expect(view.stages.find(({ name }) => name === "page")).toMatchObject({
      lost: { value: 40, low: 35, high: 45 },
      left: 60,
      outcomes: [{ outcome: "category" }, { outcome: "device" }],
    });
    expect(view.stages.at(-1)?.left).toBe(20);
    expect(view.won.value).toBe(20);
    expect(view.worst?.lost.value).toBe(40);
  });

  it("of nothing has no worst step", () => {
    const view = funnelView({ ...funnel, opportunities: count(0), outcomes: [] });
    expect([view.worst, view.wonShare]).toEqual([null, 0]);
  });
});

describe("a lever", () => {
  const bodyFor = (lever: string) => {
    const change = leverChange(lever, campaign);
    return change?.kind === "change" ? change.body : change;
  };

  it("changes the one thing that it names, and keeps what takes it back", () => {
    const wider = leverChange("radius_3000", campaign);
    expect(wider).toMatchObject({
      body: { zone: { include: [{ radiusMeters: 13_000 }, { type: "commune" }] } },
      undo: { zone: campaign.zone },
    });
    expect(bodyFor("bid_110")).toEqual({ bidMicros: 5_500_000 });
    expect(bodyFor("all_hours")).toEqual({ dayparts: [] });
    expect(bodyFor("cap_none")).toEqual({ frequencyCaps: [campaign.frequencyCaps[1]] });
    expect(bodyFor("cap_double")).toMatchObject({
      frequencyCaps: [{ maxImpressions: 6 }, { maxImpressions: 2 }],
    });
    expect(bodyFor("any_audience")).toEqual({
      audience: [{ segmentId: 5, minScore: null, multiplier: 2 }],
    });
    expect(bodyFor("all_pages")).toMatchObject({
      categories: { include: [], exclude: ["maison/jardin"] },
    });
  });

  it("that changes nothing is none, and one that needs a choice leads to its page", () => {
    expect(bodyFor("all_devices")).toBeNull();
    expect(bodyFor("whatever")).toBeNull();
    expect(bodyFor("wider_zone")).toEqual({ kind: "page", page: "edit" });
    expect(bodyFor("add_creative")).toEqual({ kind: "page", page: "creatives" });
  });
});

describe("the settings' form", () => {
  it("sends only what was changed, in the API's units", () => {
    const form = formOf(campaign);
    expect(bodyOf(campaign, form)).toEqual({});
    const typed = { ...form, dailyEuros: 9.5, endsOn: "2026-12-24", radiiKilometers: [12.5] };
    expect(dirtyFields(form, typed)).toEqual(["endsOn", "dailyEuros", "radiiKilometers"]);
    expect(bodyOf(campaign, typed)).toMatchObject({
      dailyBudgetMicros: 9_500_000,
      endsOn: "2026-12-24",
      zone: { include: [{ radiusMeters: 12_500 }, { type: "commune" }] },
    });
    expect(bodyOf(campaign, { ...form, dailyEuros: "" })).toEqual({ dailyBudgetMicros: null });
  });

  it("keeps what was typed and takes everything else from who saved meanwhile", () => {
    const typed = { ...formOf(campaign), name: "Mon nom" };
    const theirs = { ...campaign, name: "Leur nom", bidMicros: 7_000_000 };
    expect(rebase(typed, campaign, theirs)).toMatchObject({ name: "Mon nom", bidEuros: 7 });
  });

  it("keeps what was typed while the answer to a saving was on its way", () => {
    const sent = { ...formOf(campaign), name: "Envoyé", radiiKilometers: [12] };
    const saved = formOf({ ...campaign, name: "Envoyé !", bidMicros: 7_000_000 });
    const now = { ...sent, dailyEuros: 42 };
    expect(typedSince(now, sent, saved)).toEqual({ ...saved, dailyEuros: 42 });
    expect(typedSince(sent, sent, saved)).toEqual(saved);
  });
});

it("fields are told as people say them", () => {
  const told = (field: string, value: unknown) =>
    plain(fieldValue(field, value, fieldWords.fr.values, format));
  expect(told("dailyBudgetMicros", 8_000_000)).toBe("8,00 €");
  expect(told("dailyBudgetMicros", null)).toBe("aucun");
  expect(told("zone", campaign.zone)).toBe("cercle de 10 km et commune 87085");
  expect(told("dayparts", campaign.dayparts)).toBe("lun., mar. de 8 h à 12 h");
  expect(told("frequencyCaps", campaign.frequencyCaps)).toBe("3 en 1 j et 1 par page");
  expect(told("audience", campaign.audience)).toBe("auto dès 50 % et toit dès 20 % × 2");
  expect(told("categories", campaign.categories)).toBe("maison, sauf maison/jardin");
  expect(told("status", "paused")).toBe("en pause");
  expect(told("name", "x".repeat(200))).toHaveLength(125);
  expect(differences({ a: 1, version: 1 }, { a: 2, version: 2 })).toEqual([
    { field: "a", before: 1, after: 2 },
  ]);
});

describe("what needs attention", () => {
  const creative = (fields: object) =>
    ({
      creativeId: 1,
      active: true,
      suspension: null,
      landingCheck: { status: "ok" },
      review: { status: "approved", approvedVersionShown: false },
      ...fields,
    }) as unknown as Creative;
  const kinds = (facts: object) =>
    attentionItems({
      campaign,
      creatives: [creative({})],
      diagnosis: null,
      today: "2026-11-23",
      ...facts,
    }).map(({ kind }) => kind);

  it("is nothing of a campaign that runs well", () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ diagnosis: { status: "on_track", rest: null } as Diagnosis })).toEqual([]);
  });

  it("is why nothing can be shown, the most urgent first", () => {
    expect(kinds({ creatives: [] })).toEqual(["no_creative"]);
    expect(kinds({ creatives: [creative({ active: false })] })).toEqual(["all_inactive"]);
    const pending = creative({ review: { status: "pending", approvedVersionShown: false } });
    const rejected = creative({ review: { status: "rejected", approvedVersionShown: false } });
    expect(kinds({ creatives: [pending] })).toEqual(["awaiting_review"]);
    expect(kinds({ creatives: [creative({}), pending] })).toEqual([]);
    const lagging = { status: "behind", rest: null } as Diagnosis;
    const empty = { ...lagging, main: { reason: "no_creative" } } as Diagnosis;
    expect(kinds({ creatives: [pending], diagnosis: empty })).toEqual(["awaiting_review"]);
    expect(kinds({ creatives: [rejected], diagnosis: lagging })).toEqual(["rejected", "lagging"]);
    expect(kinds({ campaign: { ...campaign, startsOn: "2026-12-01" } })).toEqual(["not_started"]);
    expect(kinds({ campaign: { ...campaign, status: "ended" }, creatives: [] })).toEqual(["ended"]);
  });
});

describe("a supposed visit", () => {
  const limoges = {
    kind: "commune",
    inseeCode: "87085",
    label: "Limoges",
    lat: 45.83,
    lon: 1.26,
  } as const;
  const asked = (fields: object) =>
    visitBody({ ...firstVisit, place: limoges, ...fields }, 7, (local) => `${local}Z`);

  it("asks by what is known of the place, with what was typed and nothing else", () => {
    expect(visitBody(firstVisit, 7, String)).toBeNull();
    expect(asked({})).toEqual({
      campaignIds: [7],
      place: { search: { inseeCode: "87085" } },
      visitor: { consent: true },
      device: { type: "mobile" },
    });
    expect(asked({ place: { kind: "point", lat: 45.9, lon: 1.1 } })?.place).toEqual({
      search: { lat: 45.9, lon: 1.1, radiusMeters: 1_000 },
    });
    expect(asked({ how: "home" })?.place).toEqual({ home: { inseeCode: "87085" } });
    expect(asked({ how: "device" })?.place).toMatchObject({ device: { lat: 45.83, lon: 1.26 } });
    expect(
      asked({ category: "maison", at: "2026-11-23T18:00", scores: { auto: 80, toit: "" } }),
    ).toMatchObject({
      page: { category: "maison" },
      at: "2026-11-23T18:00Z",
      visitor: { scores: { auto: 0.8 } },
    });
  });

  it("moves by arrows, a kilometre or ten", () => {
    expect(moved(limoges, "north", false)).toEqual({
      kind: "point",
      lat: 45.839999999999996,
      lon: 1.26,
    });
    expect(moved({ lat: 89, lon: 0 }, "north", true)).toMatchObject({ lat: 89 });
  });
});

import { describe, expect, it, test } from "vitest";
import { bodyOfDraft, questionOfDraft } from "../../../console/src/create/bodyOfDraft.ts";
import { type Draft, dayInParis, newDraft } from "../../../console/src/create/draft.ts";
import { createLatestWins } from "../../../console/src/create/latestWins.ts";
import { planBid } from "../../../console/src/create/planBid.ts";
import { problemsOfDraft } from "../../../console/src/create/problemsOfDraft.ts";
import { addressIn, searchText } from "../../../console/src/create/searchText.ts";
import { parseDraft } from "../../../console/src/create/storedDraft.ts";
import type { Forecast } from "../../../sdk/src/generated.ts";
import { parseShopCampaign } from "../../../src/shops/parseShopCampaign.ts";

const today = "2026-11-23";
const limoges = {
  kind: "commune" as const,
  code: "87085",
  label: "Limoges (87)",
  lat: 45.8336,
  lon: 1.2476,
};
const florist: Draft = {
  ...newDraft(today),
  place: limoges,
  shop: { advertiserId: 7, name: "Au Bel Œillet", trade: "fleuriste", phone: "" },
  ad: {
    title: "Bouquets de saison à 19 €",
    text: "Cueillis ce matin, livrés cet après-midi.",
    callToAction: "Commander",
    landingUrl: "https://fleuriste.example.fr/",
    photo: { mediaId: 3, advertiserId: 7, name: "photo.jpg", url: "/media/x.jpg" },
  },
};

describe("a draft without problems", () => {
  const drafts: readonly (readonly [string, Draft])[] = [
    ["of a circle", florist],
    ["moved by hand", { ...florist, pin: { lat: 45.9, lon: 1.3 } }],
    ["of the commune alone", { ...florist, base: "place" }],
    [
      "with a telephone and no site",
      {
        ...florist,
        shop: { ...florist.shop, phone: "05 55 01 02 03" },
        ad: { ...florist.ad, landingUrl: " " },
      },
    ],
    ["with an audience", { ...florist, segments: ["moto-passion"], segmentMode: "only" }],
    [
      "with places left out",
      {
        ...florist,
        excluded: [{ label: "Panazol", area: { type: "commune", inseeCode: "87114" } }],
      },
    ],
    [
      "that was drawn",
      {
        ...florist,
        base: "shape",
        corners: [
          { lat: 45.8, lon: 1.2 },
          { lat: 45.9, lon: 1.2 },
          { lat: 45.9, lon: 1.3 },
        ],
      },
    ],
  ];
  it.each(drafts)("%s is one that the server takes", (_what, draft) => {
    expect(problemsOfDraft(draft, today)).toEqual({});
    expect(parseShopCampaign(bodyOfDraft(draft), today)).toMatchObject({ ok: true });
  });
});

test("what the server would refuse of an empty draft is told here too, field by field", () => {
  const empty = { ...newDraft(today), budgetMicros: null, endsOn: "2026-11-01" };
  expect(problemsOfDraft(empty, today)).toEqual({
    place: "placeMissing",
    budget: "budgetMissing",
    endsOn: "endBeforeStart",
    shopName: "shopNameMissing",
    trade: "tradeMissing",
    title: "titleMissing",
    text: "textMissing",
    photo: "photoMissing",
    landingUrl: "landingMissing",
  });
});

test("texts are counted as the server counts them: by characters, not by halves of them", () => {
  const titled = (title: string) =>
    problemsOfDraft({ ...florist, ad: { ...florist.ad, title } }, today).title;
  expect(titled("🌷".repeat(45))).toBeUndefined();
  expect(titled("🌷".repeat(46))).toBe("tooLong");
});

describe("a kept draft", () => {
  it("comes back as it was", () => {
    expect(parseDraft(JSON.stringify(florist), today)).toEqual(florist);
  });
  it("begins today where its days have passed, and ignores what is of another kind", () => {
    const played = { ...florist, budgetMicros: "much", corners: "no list", surprise: 1 };
    const kept = parseDraft(JSON.stringify(played), "2027-01-05");
    expect(kept).toMatchObject({ startsOn: "2027-01-05", endsOn: "2027-01-18", corners: [] });
    expect(kept).toMatchObject({ budgetMicros: 100_000_000, place: limoges });
  });
  it.each([null, "", "{", "[]", "1", '{"version":2}'])("is nothing where %j was kept", (text) => {
    expect(parseDraft(text, today)).toBeNull();
  });
});

test("a period that is too long to forecast is cut, with its part of the budget", () => {
  const question = questionOfDraft({ ...florist, budgetMicros: 184_000_000, endsOn: "2027-05-25" });
  expect(question).toMatchObject({
    startsOn: today,
    endsOn: "2027-02-22",
    totalBudgetMicros: 92_000_000,
  });
});

test("a day ends at midnight in Paris", () => {
  expect(dayInParis(Date.parse("2026-11-23T23:30:00Z"))).toBe("2026-11-24");
});

test("of an address its end is looked up, of anything else all of it", () => {
  expect(searchText("12 rue des Arènes, 87000 Limoges")).toBe("87000 Limoges");
  expect(searchText("3 place de la Motte, Limoges")).toBe("Limoges");
  expect(searchText(" saint-denis ")).toBe("saint-denis");
  expect(searchText("87000")).toBe("87000");
  expect(addressIn("87000")).toBeNull();
  expect(addressIn("12 rue des Arènes, 87000 Limoges")).toBe("12 rue des Arènes, 87000 Limoges");
});

describe("questions under a hand that drags", () => {
  const setUp = (mostBehind?: number) => {
    const asked: { question: number; signal: AbortSignal; answer: (value: string) => void }[] = [];
    const heard: string[] = [];
    const line = createLatestWins<number, string>(
      {
        ask: (question, signal) =>
          new Promise((resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
            asked.push({ question, signal, answer: resolve });
          }),
        onAnswer: (answer) => heard.push(answer),
        onError: () => heard.push("error"),
      },
      mostBehind,
    );
    return { line, asked, heard };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it("are asked one at a time, the newest next, and none between is asked", async () => {
    const { line, asked, heard } = setUp();
    for (const question of [1, 2, 3]) line.put(question);
    expect(asked.map(({ question }) => question)).toEqual([1]);
    asked[0]?.answer("one");
    await settle();
    expect(asked.map(({ question }) => question)).toEqual([1, 3]);
    asked[1]?.answer("three");
    await settle();
    expect(heard).toEqual(["one", "three"]);
  });
  it("are ended where too many newer ones wait, and that is no error", async () => {
    const { line, asked, heard } = setUp(2);
    for (const question of [1, 2, 3]) line.put(question);
    await settle();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(asked.map(({ question }) => question)).toEqual([1, 3]);
    expect(heard).toEqual([]);
  });
  it("are heard of no more once they were stopped", async () => {
    const { line, asked, heard } = setUp();
    line.put(1);
    line.stop();
    asked[0]?.answer("late");
    await settle();
    expect(heard).toEqual([]);
  });
});

describe("the bid", () => {
  const curveAt = (bidMicros: number): Forecast => {
    const curve = [0.5, 0.75, 1, 1.25, 1.5, 2, 3].map((step) => ({
      bidMicros: step * bidMicros,
      impressionsPerDay: 1_000 * step,
      spendMicrosPerDay: Math.min(step * bidMicros * 1.5, 40_000_000),
      shareWon: 1,
    }));
    return { bidCurve: curve } as unknown as Forecast;
  };
  const question = questionOfDraft(florist);
  const wish = { dailyMicros: 7_000_000, ownBidMicros: null, isMoving: false };

  it("is the server's choice once the hand rests, and the last one while it moves", async () => {
    const asked: number[] = [];
    const ask = async ({ bidMicros }: { readonly bidMicros: number }) => {
      asked.push(bidMicros);
      return curveAt(bidMicros);
    };
    if (question === null) throw new Error("the draft asks nothing");
    const rested = await planBid({ ...wish, question }, 9_000_000, ask);
    expect(rested.bidMicros).toBe(6_000_000);
    expect(asked).toEqual([4_000_000, 6_000_000]);
    asked.length = 0;
    const moving = await planBid({ ...wish, question, isMoving: true }, 9_000_000, ask);
    expect([moving.bidMicros, ...asked]).toEqual([9_000_000, 9_000_000]);
  });
});

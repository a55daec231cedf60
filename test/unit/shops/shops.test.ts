import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { loadPlaces } from "../../../src/geo/places.ts";
import { bannerLayout, darkEnough, drawnSizes } from "../../../src/media/bannerLayout.ts";
import type { Forecast } from "../../../src/reports/forecast/forecastTypes.ts";
import { chooseBid } from "../../../src/shops/chooseBid.ts";
import { planShopCampaign, type ShopQuestion } from "../../../src/shops/planShopCampaign.ts";
import { shopPage } from "../../../src/shops/shopPage.ts";
import { endOfAddress, findShop } from "../../../src/shops/shopPlace.ts";
import { siretProblem, tidySiret } from "../../../src/shops/siret.ts";

describe("a SIRET", () => {
  it.each([
    ["732 829 320 00074", true],
    ["73282932000075", false],
    ["35600000000048", true],
    // An office of La Poste, which Luhn does not know.
    ["35600000049837", true],
    ["35600000049838", false],
    ["1234", false],
  ])("%s is sound: %s", (text, isSound) => {
    expect(siretProblem(tidySiret(text)) === null).toBe(isSound);
  });
});

describe("a shop's place", () => {
  const places = loadPlaces(readFileSync("src/geo/data/places.tsv", "utf8"));
  const codeOf = async (input: object) => {
    const found = await findShop(input, places, null);
    return found.ok ? (found.place.area ?? found.place.centre) : found.problems[0]?.pointer;
  };
  it.each([
    [{ lat: 45.8, lon: 1.2, commune: "Limoges" }, "pin"],
    [{ inseeCode: "87085" }, { type: "commune", inseeCode: "87085" }],
    [
      { commune: "limoges", postalCode: "87100" },
      { type: "commune", inseeCode: "87085" },
    ],
    [
      { commune: "Paris", postalCode: "75011" },
      { type: "commune", inseeCode: "75111" },
    ],
    [{ postalCode: "87000" }, { type: "postalCode", postalCode: "87000" }],
    [{ address: "12 rue des Arènes, 87000 Limoges" }, { type: "commune", inseeCode: "87085" }],
    [{ address: "au bout du pré" }, "/place"],
    [{ commune: "Nulle-Part-lès-Limoges" }, "/place/commune"],
    [{ address: "1 rue, 00000 Limoges" }, "/place/address"],
  ])("%j is %j", async (input, expected) => {
    expect(await codeOf(input)).toEqual(expected);
  });
  it("is where the operator's look-up finds its address", async () => {
    const lookUp = async () => ({ lat: 45.83, lon: 1.26 });
    const found = await findShop({ address: "12 rue des Arènes, 87000 Limoges" }, places, lookUp);
    expect(found).toMatchObject({ ok: true, place: { lat: 45.83, centre: "address" } });
  });
  test("what follows the commune is left out", () => {
    expect(endOfAddress("3 place de l'Église 19100 Brive-la-Gaillarde, France")).toEqual({
      postalCode: "19100",
      commune: "Brive-la-Gaillarde",
    });
  });
});

const bounds = { least: 500_000, most: 20_000_000 };
const point = (bidMicros: number, impressionsPerDay: number) => ({
  bidMicros,
  impressionsPerDay,
  spendMicrosPerDay: (impressionsPerDay * bidMicros) / 1_000,
});

describe("the bid that is recommended", () => {
  it("is the least that spends the budget with a tenth to spare", () => {
    const curve = [point(2_000_000, 500), point(3_000_000, 1_000), point(4_000_000, 2_000)];
    expect(chooseBid(curve, 2_500_000, bounds)).toEqual({
      bidMicros: 3_000_000,
      because: "enough",
    });
  });
  it("is the least that wins nearly all, where none spends the budget", () => {
    const curve = [point(2_000_000, 900), point(3_000_000, 990), point(4_000_000, 1_000)];
    expect(chooseBid(curve, 1e9, bounds)).toEqual({ bidMicros: 3_000_000, because: "most" });
  });
  it("is looked for beyond the curve where the answer lies at its edge", () => {
    expect(chooseBid([point(2_000_000, 1e6), point(3_000_000, 2e6)], 1, bounds).because).toBe(
      "edge",
    );
    const rising = [point(2_000_000, 100), point(3_000_000, 1_000)];
    expect(chooseBid(rising, 1e9, bounds)).toEqual({ bidMicros: 3_000_000, because: "edge" });
  });
});

/** A land where each square kilometre brings a page a day, all won above 3 €. */
async function landForecast(question: ShopQuestion): Promise<Forecast> {
  const [area] = question.zone.include;
  const km = area?.type === "circle" ? area.radiusMeters / 1_000 : 1;
  const perDay = (bid: number) => km * km * Math.min(1, bid / 3_000_000);
  const steps = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
  const bidCurve = steps.map((step) => ({
    ...point(step * question.bidMicros, perDay(step * question.bidMicros)),
    shareWon: 1,
  }));
  const most = (perDay(question.bidMicros) * question.bidMicros) / 1_000;
  const budgetShareSpent = Math.min(1, most / (question.dailyBudgetMicros ?? 1));
  return { bidCurve, budgetShareSpent, warnings: [] } as unknown as Forecast;
}

it("a plan has the least radius that spends the budget, and cuts what is too long to forecast", async () => {
  const wish = {
    zoneOf: (radiusMeters: number | null) => ({
      include: [{ type: "circle" as const, lat: 45, lon: 1, radiusMeters: radiusMeters ?? 1_000 }],
      exclude: [],
    }),
    radiusMeters: 2_000,
    isDrawn: false,
    categories: [],
    audience: [],
    bidMicros: 3_000_000,
    dailyBudgetMicros: 1_200_000,
    totalBudgetMicros: null,
    startsOn: "2026-01-01",
    endsOn: "2026-12-31",
  };
  const plan = await planShopCampaign(wish, landForecast);
  // 400 pages a day at 3 € for a thousand: 20 km.
  expect(plan).toMatchObject({ bidMicros: 3_000_000, radiusMeters: 20_000, days: 92, isCut: true });
  const enough = await planShopCampaign({ ...wish, dailyBudgetMicros: 12_000 }, landForecast);
  expect(enough.radiusMeters).toBeNull();
});

describe("a drawn banner", () => {
  it.each(drawnSizes)(
    "%i × %i holds every part within itself, and none on another",
    (width, height) => {
      const { photo, title, name, button } = bannerLayout(width, height);
      const boxes = [photo, title, name, ...(button === null ? [] : [button])];
      for (const box of boxes) {
        expect(box.width > 0 && box.height > 0 && box.left >= 0 && box.top >= 0).toBe(true);
        expect(box.left + box.width).toBeLessThanOrEqual(width);
        expect(box.top + box.height).toBeLessThanOrEqual(height);
      }
      for (const [index, one] of boxes.entries())
        for (const other of boxes.slice(index + 1)) {
          const isBeside =
            one.left + one.width <= other.left || other.left + other.width <= one.left;
          const isAbove = one.top + one.height <= other.top || other.top + other.height <= one.top;
          expect(isBeside || isAbove).toBe(true);
        }
    },
  );
  it("has a button on which white words are read", () => {
    expect(darkEnough([10, 20, 30])).toBe("#0a141e");
    expect(darkEnough([255, 255, 255])).not.toBe("#ffffff");
  });
});

test("the page of a shop runs nothing that its name says", () => {
  const page = shopPage({ name: "<script>", phone: "+33555010203", address: '"&' });
  expect(page).not.toContain("<script>");
  expect(page).toContain("Appeler le 05 55 01 02 03");
});

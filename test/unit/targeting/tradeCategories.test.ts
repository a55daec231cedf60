import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allTrades } from "../../../src/demo/trades/allTrades.ts";
import { categoryOfTrade, tradeCategories } from "../../../src/targeting/tradeCategories.ts";

describe("what a trade is about", () => {
  test("is known of every trade of the demo", () => {
    const unknown = allTrades.filter(({ name }) => categoryOfTrade(name) === "local_business");
    expect(unknown).toEqual([]);
    expect(new Set(allTrades.map(({ name }) => categoryOfTrade(name))).size).toBe(allTrades.length);
  });

  test.each([
    ["couvreur-zingueur", "roofing"],
    ["SARL de plomberie chauffage", "plumbing"],
    ["boulangerie artisanale", "bakery"],
    ["Électricien", "electrical"],
    ["garde d’enfants à domicile", "childcare"],
    ["camping-cars neufs", "campers"],
    ["camping municipal", "campsite"],
    ["location de voitures sans permis", "car_rental"],
    ["location de matériel", "local_business"],
    ["bar à vins", "bar"],
    ["bar-tabac", "bar"],
    ["salon de coiffure", "hairdresser"],
    ["cabinet d'expert-comptable", "accounting"],
    ["barbecue", "local_business"],
    ["conteur de rues", "local_business"],
    ["", "local_business"],
  ])("is found in its words: %s", (trade, category) => {
    expect(categoryOfTrade(trade)).toBe(category);
  });

  test("is one of the categories for any text, in the same time for long ones", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: "grapheme" }), (trade) => {
        expect(tradeCategories).toContain(categoryOfTrade(trade));
      }),
    );
  });
});

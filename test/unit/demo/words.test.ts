import { describe, expect, test } from "vitest";
import { atPlace, insideDepartement } from "../../../src/demo/atPlace.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { fillPattern, pickText, toSlug, withFrenchSpaces } from "../../../src/demo/shopTexts.ts";
import { allTrades } from "../../../src/demo/trades/allTrades.ts";
import { frenchPlaces } from "../../support/geography.ts";

const wording = (commune: string) => ({ surname: "Roy", givenName: "Alice", commune });

describe("French puts the right word before a place", () => {
  test.each([
    ["Angers", "à Angers", "d'Angers"],
    ["Le Mans", "au Mans", "du Mans"],
    ["La Rochelle", "à La Rochelle", "de La Rochelle"],
    ["Les Abymes", "aux Abymes", "des Abymes"],
    ["Les Sables-d'Olonne", "aux Sables-d'Olonne", "des Sables-d'Olonne"],
    ["L'Haÿ-les-Roses", "à L'Haÿ-les-Roses", "de L'Haÿ-les-Roses"],
    ["Hyères", "à Hyères", "d'Hyères"],
    ["Honfleur", "à Honfleur", "de Honfleur"],
    ["Évreux", "à Évreux", "d'Évreux"],
    ["Le Lamentin", "au Lamentin", "du Lamentin"],
  ])("%s: %s, %s", (name, at, of) => {
    expect(atPlace(name)).toBe(at);
    expect(fillPattern("{a}|{de}", wording(name))).toBe(`${at}|${of}`);
  });

  test.each([
    ["Paris", "à Paris"],
    ["Landes", "dans les Landes"],
    ["Ain", "dans l'Ain"],
    ["La Réunion", "à La Réunion"],
    ["Guadeloupe", "en Guadeloupe"],
    ["Mayotte", "à Mayotte"],
    ["Saint-Pierre-et-Miquelon", "à Saint-Pierre-et-Miquelon"],
  ])("inside %s: %s", (name, inside) => {
    expect(insideDepartement(name)).toBe(inside);
  });

  test("no département is called by its bare name", () => {
    for (const { name } of frenchPlaces.departements.values()) {
      expect(insideDepartement(name)).toMatch(/^(à|au|aux|en|dans) ?(l'|la |le |les )?/);
    }
  });
});

test("double punctuation and the euro sign keep their no-break space", () => {
  expect(withFrenchSpaces("Une fuite ? Dès 20 € : venez !")).toBe(
    "Une fuite\u00a0? Dès 20\u00a0€\u00a0: venez\u00a0!",
  );
});

test("a host name's label has only letters, digits and inner dashes", () => {
  expect(toSlug("L'Œuf & la Poule, Saint-Étienne")).toBe("l-oeuf-la-poule-saint-etienne");
  expect(toSlug(`${"x".repeat(49)} yz`)).toHaveLength(49);
});

describe("every trade", () => {
  test.each(allTrades.map((trade) => [trade.slug, trade] as const))(
    "%s has something to say in the longest commune name",
    (_slug, trade) => {
      const longest = wording("Beaujeu-Saint-Vallier-Pierrejux-et-Quitteur");
      for (const seed of [1, 2, 3]) {
        const random = createRandom(seed);
        expect(pickText(trade.titles, longest, 45, random).length).toBeLessThanOrEqual(45);
        expect(pickText(trade.texts, longest, 130, random).length).toBeLessThanOrEqual(130);
        expect(pickText(trade.actions, longest, 30, random).length).toBeLessThanOrEqual(30);
      }
    },
  );

  test("there are at least thirty of them, each once", () => {
    expect(new Set(allTrades.map((trade) => trade.slug)).size).toBe(allTrades.length);
    expect(new Set(allTrades.map((trade) => trade.name)).size).toBe(allTrades.length);
    expect(allTrades.length).toBeGreaterThanOrEqual(30);
  });

  test("every pattern fits in a commune with a short name", () => {
    for (const trade of allTrades) {
      const lengths = (patterns: readonly string[]) =>
        patterns.map((pattern) => fillPattern(pattern, wording("Pau")).length);
      expect(Math.max(...lengths(trade.titles))).toBeLessThanOrEqual(45);
      expect(Math.max(...lengths(trade.texts))).toBeLessThanOrEqual(130);
      expect(Math.max(...lengths(trade.actions))).toBeLessThanOrEqual(30);
    }
  });

  test("what it wants, avoids and boosts follows the law: housing has no audience and no exclusion", () => {
    const housing = allTrades.find((trade) => trade.slug === "agence-immobiliere");
    expect(housing?.boosts).toEqual({});
    expect(housing?.avoids).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { townNamed } from "../../../src/geo/townNamed.ts";
import { frenchLocator, frenchPlaces } from "../../support/geography.ts";

test.each([
  ["a town without namesakes", "Limoges", null, "87085"],
  ["a city of arrondissements is itself", "paris", null, "75056"],
  ["accents, hyphens and saints do not matter", "ST ETIENNE", { departement: "42" }, "42218"],
  ["the département tells namesakes apart", "Saint-Denis", { departement: "974" }, "97411"],
  ["so does the region", "Saint-Denis", { region: "11" }, "93066"],
  ["two large namesakes cannot be told apart", "Saint-Denis", null, null],
  ["a name that no commune has", "Londres", null, null],
  ["a town that lies elsewhere", "Limoges", { departement: "33" }, null],
  ["a name that is too long", "a".repeat(10_000), null, null],
  ["no name at all", "--", null, null],
])("%s", (_, name, within, inseeCode) => {
  expect(townNamed(frenchPlaces, name, within)).toBe(inseeCode);
});

test("an area that others named is a place of the source that it speaks for", () => {
  const place = frenchLocator.locateArea("ip", { cityName: "Limoges", within: { region: "75" } });
  expect(place).toMatchObject({ source: "ip", label: "Limoges" });
  expect(frenchLocator.locateArea("device", { departement: "87" })).toMatchObject({
    source: "device",
    label: "Haute-Vienne",
  });
  expect(frenchLocator.locateArea("ip", { cityName: "Saint-Denis", within: null })).toBeNull();
});

test("a home's point is a coarse place, however fine it is written", () => {
  const place = frenchLocator.locateHome({ lat: 45.83361, lon: 1.26105, accuracyMeters: 5 });
  expect(place).toMatchObject({ source: "home", accuracyMeters: 1_500 });
});

import { expect, test } from "vitest";
import { frenchAreasOf } from "../../../src/openrtb/frenchAreas.ts";
import type { GeoSignal } from "../../../src/openrtb/types.ts";
import { frenchPlaces as places } from "../../support/geography.ts";

const france: GeoSignal = {
  lat: null,
  lon: null,
  type: 2,
  accuracyMeters: null,
  lastFixSeconds: null,
  country: "FRA",
  region: null,
  city: null,
  postalCode: null,
};

function areaOf(region: string): object | undefined {
  return frenchAreasOf({ ...france, region })[0];
}

test("every region's name leads to that region", () => {
  const mainland = [...places.regions.values()].filter((it) => it.code.length === 2);
  expect(mainland).toHaveLength(18);
  for (const { name, code } of mainland) expect(areaOf(name), name).toEqual({ region: code });
});

test("every département's ISO code leads to that département, with and without its country", () => {
  for (const code of places.departements.keys()) {
    if (code === "989") continue; // Clipperton: nobody there.
    expect(areaOf(`FR-${code}`)).toEqual({ departement: code });
    expect(areaOf(code.toLowerCase())).toEqual({ departement: code });
  }
});

test("codes of countries, and letters of regions, lead to places that the table knows", () => {
  const codes =
    "IDF CVL BFC NOR HDF GES PDL BRE NAQ OCC ARA PAC COR 20R 75C 69M GP MQ GF RE PM YT BL MF TF WF PF NC";
  for (const code of codes.split(" ")) expect(isKnown(areaOf(code)), code).toBe(true);
  for (const country of "GLP MTQ GUF REU SPM MYT BLM MAF ATF WLF PYF NCL".split(" "))
    expect(isKnown(frenchAreasOf({ ...france, country })[0]), country).toBe(true);
});

function isKnown(area: object | undefined): boolean {
  if (area === undefined) return false;
  if ("departement" in area) return places.departements.has(String(area.departement));
  return "region" in area && places.regions.has(String(area.region));
}

test.each([
  ["87000", "87000"],
  ["F-87000", "87000"],
  ["FR 87000", "87000"],
  ["87 000", "87000"],
  ["1000", "01000"],
  ["8700A", null],
  ["870001", null],
])("the postal code %j is %j", (text, postalCode) => {
  const areas = frenchAreasOf({ ...france, postalCode: text });
  expect(areas).toEqual(postalCode === null ? [] : [{ postalCode }]);
});

import { expect, test } from "vitest";
import { validateZone } from "../../../src/geo/validateZone.ts";
import { zoneWarnings } from "../../../src/geo/zoneWarnings.ts";
import { places } from "./testPlaces.ts";

const validate = (input: unknown) => validateZone(input, places, "/zone");
const circle = (lat: unknown, lon: unknown, radiusMeters: unknown) => ({
  type: "circle",
  lat,
  lon,
  radiusMeters,
});
const limoges = { type: "commune", inseeCode: "87085" };

const warningsOf = (...include: readonly unknown[]) => {
  const outcome = validate({ include });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return zoneWarnings(outcome.zone, places).map((it) => `${it.code} ${it.pointer}`);
};

test("a small circle around an approximate point asks for a pin, a large one or an exact point does not", () => {
  const approximate = [...places.communes.values()].find(
    (it) => it.approximate && it.departementCode === "87",
  )!;
  expect(warningsOf(circle(approximate.lat, approximate.lon, 2_000))).toEqual([
    "pin_needed /include/0",
  ]);
  expect(warningsOf(circle(approximate.lat, approximate.lon, 60_000))).toEqual([]);
  expect(warningsOf(circle(45.8336, 1.2476, 1_000))).toEqual([]);
  expect(warningsOf(circle(approximate.lat + 0.01, approximate.lon, 2_000))).toEqual([]);
});

test("a named area says that its outline is approximate, an empty one that nobody lives there", () => {
  expect(warningsOf(circle(45.8, 1.2, 5_000), limoges)).toEqual(["outline_approximate /include/1"]);
  expect(warningsOf({ type: "france" })).toEqual([]);
  expect(warningsOf({ type: "commune", inseeCode: "55039" })).toContain("place_empty /include/0");
});

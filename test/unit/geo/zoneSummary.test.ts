import { expect, test } from "vitest";
import type { Zone, ZoneArea } from "../../../src/geo/types.ts";
import { zoneToMapCells } from "../../../src/geo/zoneReport.ts";
import { summarizeZone } from "../../../src/geo/zoneSummary.ts";
import { places } from "./testPlaces.ts";

const zoneOf = (...include: readonly ZoneArea[]): Zone => ({ include, exclude: [] });
const limoges = { type: "circle", lat: 45.8336, lon: 1.2476 } as const;

test("a circle is summed up exactly and without warnings", () => {
  const summary = summarizeZone(zoneOf({ ...limoges, radiusMeters: 10_000 }), places);
  expect(summary).toMatchObject({
    label: "Limoges et 10 km autour",
    approximate: false,
    areaKm2: 314.16,
    timeZone: "Europe/Paris",
    warnings: [],
  });
  expect(summary.overCoverRatio).toBeGreaterThan(1);
});

test("a place whose outline nobody imported is approximate, and told so once for all such places", () => {
  const zone = zoneOf(
    { type: "departement", code: "974" },
    { ...limoges, radiusMeters: 2_000 },
    { type: "commune", inseeCode: "97411" },
  );
  const summary = summarizeZone(zone, places);
  expect(summary.approximate).toBe(true);
  expect(summary.timeZone).toBe("Indian/Reunion");
  expect(summary.warnings).toEqual([
    {
      code: "outline_approximate",
      fr: expect.stringContaining("approché"),
      en: expect.stringContaining("approximate"),
      pointers: ["/include/0", "/include/2"],
    },
  ]);
});

test("a radius smaller than the place's accuracy asks for a pin", () => {
  const vague = [...places.communes.values()].find((it) => it.approximate)!;
  const circle = { type: "circle", lat: vague.lat, lon: vague.lon } as const;
  const small = summarizeZone(zoneOf({ ...circle, radiusMeters: 1_000 }), places);
  expect(small.warnings).toMatchObject([{ code: "pin_needed", pointers: ["/include/0"] }]);
  const wide = summarizeZone(zoneOf({ ...circle, radiusMeters: 150_000 }), places);
  expect(wide.warnings).toEqual([]);
});

test("hexagons stay within the number that is asked for", () => {
  const zones = [
    zoneOf({ ...limoges, radiusMeters: 10_000 }),
    zoneOf({ type: "region", code: "75" }),
    zoneOf({ type: "france" }),
  ];
  for (const zone of zones) {
    const map = zoneToMapCells(zone, places, 10, null, 2_000);
    expect(map.cells.length).toBeGreaterThan(50);
    expect(map.cells.length).toBeLessThanOrEqual(2_000);
  }
});

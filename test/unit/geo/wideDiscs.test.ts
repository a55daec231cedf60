import { expect, test } from "vitest";
import { createLocator } from "../../../src/geo/locate.ts";
import { distanceMeters } from "../../../src/geo/sphere.ts";
import { places } from "./testPlaces.ts";

const { locateSearch } = createLocator(places);
const points = Array.from({ length: 2_000 }, (_, i) => ({
  lat: 44 + (i % 40) * 0.12,
  lon: Math.floor(i / 40) * 0.1,
}));

test("wide searches start from few points, so that a flood of them is soon known", () => {
  const distinct = (radiusMeters: number) =>
    new Set(points.map((it) => locateSearch({ ...it, radiusMeters }))).size;
  expect(distinct(200_000)).toBeLessThan(200);
  expect(distinct(149_000)).toBeLessThan(200);
  expect(distinct(40_000)).toBeLessThan(1_200);
});

test.each([10_001, 15_000, 30_000, 50_000, 100_000, 200_000])(
  "a search within %i m keeps its centre to two fifths of the radius",
  (radiusMeters) => {
    for (const point of points) {
      const place = locateSearch({ ...point, radiusMeters });
      if (place === null) throw new Error("no place");
      expect(distanceMeters(place.centre, point)).toBeLessThan(0.4 * radiusMeters);
    }
  },
);

import { cellToBoundary, cellToParent, getResolution, gridDisk, latLngToCell } from "h3-js";
import { describe, expect, it } from "vitest";
import { shadeCells } from "../../../console/src/map/cellShades.ts";
import { boundaryOf, disk1Of, diskOf, parentOf } from "../../../console/src/map/h3Memo.ts";
import { circleRing } from "../../../console/src/map/outlines.ts";
import { resolutionFor, shapeAreaM2, zoneCells } from "../../../console/src/map/zoneCells.ts";
import { distanceMeters } from "../../../src/geo/sphere.ts";
import type { Zone } from "../../../src/geo/types.ts";
import { zoneToMapCells } from "../../../src/geo/zoneReport.ts";
import { places } from "../geo/testPlaces.ts";

const limoges = { lat: 45.8336, lon: 1.2476 };
const circle = (radiusMeters: number, centre = limoges) => ({
  type: "circle" as const,
  ...centre,
  radiusMeters,
});
const triangle = {
  type: "polygon" as const,
  geometry: {
    type: "Polygon" as const,
    coordinates: [
      [
        [1.1, 45.7],
        [1.5, 45.75],
        [1.3, 46],
        [1.1, 45.7],
      ] as [number, number][],
    ],
  },
};
const unknown = () => [];

describe("hexagons under the hand", () => {
  const zones: readonly (readonly [string, Zone])[] = [
    ["a small circle", { include: [circle(1_000)], exclude: [] }],
    ["a circle", { include: [circle(10_000)], exclude: [] }],
    ["a large circle", { include: [circle(120_000)], exclude: [] }],
    ["a circle with a hole", { include: [circle(12_000)], exclude: [circle(4_000)] }],
    ["a drawing", { include: [triangle], exclude: [] }],
    [
      "a circle and a drawing less a circle",
      { include: [circle(5_000), triangle], exclude: [circle(3_000)] },
    ],
  ];
  it.each(zones)("of %s are those that the server draws", (_what, zone) => {
    const area = zone.include.reduce(
      (sum, it) => sum + (it.type === "commune" ? 0 : shapeAreaM2(it as never)),
      0,
    );
    const resolution = resolutionFor(area);
    const drawn = zoneCells(zone, resolution, unknown);
    const served = zoneToMapCells(zone, places, resolution);
    expect(served.resolution).toBe(resolution);
    expect(new Set(drawn)).toEqual(new Set(served.cells));
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.length).toBeLessThan(900);
  });
  it("of communes are what the server has said, less what is left out", () => {
    const known = [...zoneCells({ include: [circle(6_000)], exclude: [] }, 8, unknown)];
    const zone: Zone = {
      include: [{ type: "commune", inseeCode: "87085" }],
      exclude: [circle(2_000)],
    };
    const cells = zoneCells(zone, 8, () => known);
    expect(cells.length).toBeGreaterThan(50);
    expect(cells.length).toBeLessThan(known.length);
    expect(cells.every((cell) => known.includes(cell))).toBe(true);
  });
});

describe("shades", () => {
  const cells = [...zoneCells({ include: [circle(3_000)], exclude: [] }, 8, unknown)];
  const [first = "", second = ""] = cells;

  it("go from few to most by the root of people, and say what is not known", () => {
    const shades = shadeCells(
      [first, second],
      [
        { cell: first, people: 400 },
        { cell: second, people: 100 },
      ],
    );
    expect(shades).toEqual([
      { cell: first, shade: 1 },
      { cell: second, shade: 0.5 },
    ]);
    expect(shadeCells([first], [])).toEqual([{ cell: first, shade: null }]);
    expect(shadeCells([first], [{ cell: latLngToCell(48, 2, 8), people: 1 }])[0]?.shade).toBeNull();
  });
  it("share a coarser count among its parts, and add finer ones up", () => {
    const parent = cellToParent(first, 7);
    const parts = cells.filter((cell) => cellToParent(cell, 7) === parent);
    const shared = shadeCells(parts, [{ cell: parent, people: 700 }]);
    expect(new Set(shared.map(({ shade }) => shade))).toEqual(new Set([1]));
    const fine = latLngToCell(limoges.lat, limoges.lon, 10);
    const coarse = cellToParent(fine, 8);
    const other = cells.find((cell) => cell !== coarse) ?? "";
    const added = shadeCells(
      [coarse, other],
      [
        { cell: fine, people: 25 },
        { cell: other, people: 100 },
      ],
    );
    expect(added.map(({ shade }) => shade)).toEqual([0.5, 1]);
    expect(getResolution(coarse)).toBe(8);
  });
});

it("a circle's border is a radius away from its middle all around", () => {
  for (const [lon, lat] of circleRing(limoges, 10_000))
    expect(distanceMeters(limoges, { lat, lon })).toBeCloseTo(10_000, 3);
});

it("what is remembered of cells is what H3 says of them, also once there were too many", () => {
  const first = latLngToCell(limoges.lat, limoges.lon, 9);
  const many = gridDisk(first, 90);
  for (const _again of [1, 2]) {
    expect(many.map((cell) => parentOf(cell, 7))).toEqual(many.map((c) => cellToParent(c, 7)));
    expect(diskOf(first, 4)).toEqual(gridDisk(first, 4));
    expect(disk1Of(first)).toEqual(gridDisk(first, 1));
    expect(boundaryOf(first)).toEqual(cellToBoundary(first, true));
  }
});

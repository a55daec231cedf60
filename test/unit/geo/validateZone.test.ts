import { expect, test } from "vitest";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { validateZone } from "../../../src/geo/validateZone.ts";
import { places } from "./testPlaces.ts";

type Ring = readonly (readonly [number, number])[];

const validate = (input: unknown) => validateZone(input, places, "/zone");
const problemsOf = (input: unknown) => {
  const outcome = validate(input);
  return outcome.ok ? [] : outcome.problems;
};
const circle = (lat: unknown, lon: unknown, radiusMeters: unknown) => ({
  type: "circle",
  lat,
  lon,
  radiusMeters,
});
const polygon = (...coordinates: readonly unknown[]) => ({
  type: "polygon",
  geometry: { type: "Polygon", coordinates },
});
const limoges = { type: "commune", inseeCode: "87085" };
const square: Ring = [
  [1, 45],
  [2, 45],
  [2, 46],
  [1, 46],
  [1, 45],
];

test.each([
  ["a 1 km circle", circle(45.83, 1.26, 1_000)],
  ["a 200 km circle", circle(45.83, 1.26, 200_000)],
  ["a circle in Brussels, near the border", circle(50.85, 4.35, 20_000)],
  ["a circle in Corsica", circle(42.04, 9.01, 30_000)],
  ["a circle in La Réunion", circle(-21.1, 55.5, 30_000)],
  ["a circle in Saint-Pierre-et-Miquelon", circle(46.78, -56.17, 5_000)],
  ["a circle in Wallis", circle(-13.28, -176.17, 200_000)],
  ["a circle in Papeete", circle(-17.53, -149.57, 10_000)],
  ["a commune", limoges],
  ["a Corsican commune", { type: "commune", inseeCode: "2A004" }],
  ["an arrondissement", { type: "commune", inseeCode: "75105" }],
  ["a postal code", { type: "postalCode", postalCode: "97500" }],
  ["a département", { type: "departement", code: "2B" }],
  ["a region", { type: "region", code: "04" }],
  ["all France", { type: "france" }],
  ["a square", polygon(square)],
  [
    "a square with a hole",
    polygon(square, [
      [1.4, 45.4],
      [1.6, 45.4],
      [1.6, 45.6],
      [1.4, 45.4],
    ]),
  ],
  [
    "a drawing over the antimeridian",
    polygon([
      [179, -15],
      [-175, -15],
      [-175, -12],
      [179, -12],
      [179, -15],
    ]),
  ],
  [
    "a multipolygon",
    {
      type: "polygon",
      geometry: {
        type: "MultiPolygon",
        coordinates: [[square], [square.map(([x, y]) => [x + 2, y])]],
      },
    },
  ],
  ["vertices with an altitude", polygon(square.map(([x, y]) => [x, y, 100]))],
])("%s is a zone, and compiles", (_name, area) => {
  const outcome = validate({ include: [area] });
  expect(outcome).toMatchObject({ ok: true });
  if (outcome.ok) expect(compileZone(outcome.zone, places).bucketCells.length).toBeGreaterThan(0);
});

test("a ring that only lacks its closing vertex is closed", () => {
  const outcome = validate({ include: [polygon(square.slice(0, 4))] });
  expect(outcome).toEqual(validate({ include: [polygon(square)] }));
});

test.each([
  ["nothing", undefined, "/zone"],
  ["null", null, "/zone"],
  ["a list", [], "/zone"],
  ["no include", {}, "/zone/include"],
  ["an empty include", { include: [] }, "/zone/include"],
  ["an include that is no list", { include: limoges }, "/zone/include"],
  ["51 areas", { include: Array(51).fill(limoges) }, "/zone/include"],
  ["51 exclusions", { include: [limoges], exclude: Array(51).fill(limoges) }, "/zone/exclude"],
  ["an unknown key", { include: [limoges], excluded: [] }, "/zone/excluded"],
  ["an area of no type", { include: [{}] }, "/zone/include/0/type"],
  ["an area of a strange type", { include: [{ type: "constructor" }] }, "/zone/include/0/type"],
  ["an area that is a number", { include: [limoges, 5] }, "/zone/include/1"],
  [
    "an unknown commune",
    { include: [{ type: "commune", inseeCode: "99999" }] },
    "/zone/include/0/inseeCode",
  ],
  [
    "a commune as a number",
    { include: [{ type: "commune", inseeCode: 87085 }] },
    "/zone/include/0/inseeCode",
  ],
  [
    "a prototype key for a commune",
    { include: [{ type: "commune", inseeCode: "__proto__" }] },
    "/zone/include/0/inseeCode",
  ],
  ["a stray key in an area", { include: [{ ...limoges, name: "x" }] }, "/zone/include/0/name"],
  [
    "an unknown postal code",
    { include: [{ type: "postalCode", postalCode: "00001" }] },
    "/zone/include/0/postalCode",
  ],
  [
    "a département without its zero",
    { include: [{ type: "departement", code: "1" }] },
    "/zone/include/0/code",
  ],
  ["an old region", { include: [{ type: "region", code: "74" }] }, "/zone/include/0/code"],
  ["a radius of 999 m", { include: [circle(45.8, 1.2, 999)] }, "/zone/include/0/radiusMeters"],
  ["a radius of 201 km", { include: [circle(45.8, 1.2, 201_000)] }, "/zone/include/0/radiusMeters"],
  ["a radius as a text", { include: [circle(45.8, 1.2, "5000")] }, "/zone/include/0/radiusMeters"],
  ["a latitude of NaN", { include: [circle(Number.NaN, 1.2, 5_000)] }, "/zone/include/0/lat"],
  [
    "an infinite longitude",
    { include: [circle(45.8, Number.POSITIVE_INFINITY, 5_000)] },
    "/zone/include/0/lon",
  ],
  ["a latitude of 91", { include: [circle(91, 1.2, 5_000)] }, "/zone/include/0/lat"],
  ["New York", { include: [circle(40.7, -74, 5_000)] }, "/zone/include/0/lat"],
  ["a polygon without geometry", { include: [{ type: "polygon" }] }, "/zone/include/0/geometry"],
  [
    "a LineString",
    { include: [{ type: "polygon", geometry: { type: "LineString", coordinates: [] } }] },
    "/zone/include/0/geometry/type",
  ],
  ["a polygon of no ring", { include: [polygon()] }, "/zone/include/0/geometry/coordinates"],
  [
    "a ring that is a text",
    { include: [polygon("ring")] },
    "/zone/include/0/geometry/coordinates/0",
  ],
  [
    "a vertex of one number",
    { include: [polygon([[1, 45], [2], [2, 46]])] },
    "/zone/include/0/geometry/coordinates/0/1",
  ],
  [
    "a vertex of texts",
    {
      include: [
        polygon([
          [1, 45],
          [2, 45],
          ["2", "46"],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/2",
  ],
  [
    "a vertex of NaN",
    {
      include: [
        polygon([
          [1, 45],
          [2, 45],
          [2, Number.NaN],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/2",
  ],
  [
    "a longitude of 181",
    {
      include: [
        polygon([
          [1, 45],
          [181, 45],
          [2, 46],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/1",
  ],
  [
    "two vertices",
    {
      include: [
        polygon([
          [1, 45],
          [2, 45],
          [1, 45],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0",
  ],
  [
    "three times one vertex",
    {
      include: [
        polygon([
          [1, 45],
          [1, 45],
          [1, 45],
          [1, 45],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0",
  ],
  [
    "vertices on one line",
    {
      include: [
        polygon([
          [1, 45],
          [2, 45],
          [3, 45],
          [1, 45],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0",
  ],
  [
    "a bow tie",
    {
      include: [
        polygon([
          [1, 45],
          [2, 46],
          [2, 45],
          [1, 46],
          [1, 45],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/0",
  ],
  [
    "a bow tie further on",
    {
      include: [
        polygon([
          [0, 44],
          [3, 44],
          [3, 47],
          [2, 45],
          [2, 47],
          [3, 45.5],
          [0, 47],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/2",
  ],
  [
    "a hole across the edge",
    {
      include: [
        polygon(square, [
          [1.5, 45.5],
          [2.5, 45.5],
          [2.5, 45.6],
          [1.5, 45.5],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/1",
  ],
  [
    "a hole elsewhere",
    {
      include: [
        polygon(square, [
          [3, 45],
          [4, 45],
          [4, 46],
          [3, 45],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/1",
  ],
  [
    "ten million km²",
    {
      include: [
        polygon([
          [-15, 30],
          [25, 30],
          [25, 60],
          [-15, 60],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates",
  ],
  [
    "more than half the Earth",
    {
      include: [
        polygon([
          [-100, 40],
          [0, 40],
          [100, 40],
          [100, 50],
          [0, 50],
          [-100, 50],
        ]),
      ],
    },
    "/zone/include/0/geometry/coordinates/0/2",
  ],
  [
    "a polygon in America",
    { include: [polygon(square.map(([x, y]) => [x - 100, y]))] },
    "/zone/include/0/geometry/coordinates/0/0",
  ],
  [
    "an empty multipolygon",
    { include: [{ type: "polygon", geometry: { type: "MultiPolygon", coordinates: [] } }] },
    "/zone/include/0/geometry/coordinates",
  ],
  [
    "exclusions of everything",
    { include: [limoges], exclude: [{ type: "departement", code: "87" }] },
    "/zone/exclude",
  ],
  [
    "a circle in a larger excluded circle",
    { include: [circle(45.8, 1.2, 5_000)], exclude: [circle(45.8, 1.2, 6_000)] },
    "/zone/exclude",
  ],
  [
    "France without France",
    { include: [{ type: "departement", code: "2A" }], exclude: [{ type: "france" }] },
    "/zone/exclude",
  ],
])("%s is refused at its own place", (_name, input, pointer) => {
  expect(problemsOf(input).map((it) => it.pointer)).toEqual([pointer]);
});

test("swapped latitude and longitude are guessed", () => {
  const rules = [
    { include: [circle(1.26, 45.83, 5_000)] },
    { include: [polygon(square.map(([x, y]) => [y, x]))] },
    {
      include: [
        polygon([
          [-17.5, -149.6],
          [-17.4, -149.6],
          [-17.4, -149.5],
        ]),
      ],
    },
  ].map((input) => problemsOf(input)[0]?.rule);
  for (const rule of rules) expect(rule).toContain("did you swap latitude and longitude?");
  expect(problemsOf({ include: [circle(40.7, -74, 5_000)] })[0]?.rule).not.toContain("swap");
});

test("all that is wrong is reported at once", () => {
  const input = {
    include: [circle("x", 1.2, 5), { type: "commune", inseeCode: "0" }, polygon([[1, 45]])],
    exclude: [{ type: "region", code: "99" }],
  };
  expect(problemsOf(input).map((it) => it.pointer)).toEqual([
    "/zone/include/0/lat",
    "/zone/include/0/radiusMeters",
    "/zone/include/1/inseeCode",
    "/zone/include/2/geometry/coordinates/0",
    "/zone/exclude/0/code",
  ]);
});

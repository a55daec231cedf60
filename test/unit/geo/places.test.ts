import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildPlaces } from "../../../scripts/places/buildPlaces.ts";
import { readSources } from "../../../scripts/places/readSources.ts";
import { decodeAreaKey, encodeAreaKey, franceKey } from "../../../src/geo/areaKeys.ts";
import { siteOfPoint } from "../../../src/geo/sites.ts";
import { places } from "./testPlaces.ts";

const dataFile = new URL("../../../src/geo/data/places.tsv", import.meta.url);

test("the committed table is what the packages give, byte for byte", () => {
  expect(buildPlaces(readSources()) === readFileSync(dataFile, "utf8")).toBe(true);
}, 60_000);

test("all communes are there, with the whole population", () => {
  const communes = [...places.communes.values()];
  expect(communes.filter((it) => it.parentCode === null)).toHaveLength(34_969);
  expect(communes.filter((it) => it.parentCode !== null)).toHaveLength(45);
  const population = [...places.regions.values()].reduce((sum, it) => sum + it.population, 0);
  expect(population).toBeGreaterThan(68_000_000);
  expect(population).toBeLessThan(70_000_000);
});

test.each([
  ["75056", "Paris", "75", "11", "Europe/Paris"],
  ["2A004", "Ajaccio", "2A", "94", "Europe/Paris"],
  ["2B033", "Bastia", "2B", "94", "Europe/Paris"],
  ["97411", "Saint-Denis", "974", "04", "Indian/Reunion"],
  ["97611", "Mamoudzou", "976", "06", "Indian/Mayotte"],
  ["97209", "Fort-de-France", "972", "02", "America/Martinique"],
  ["97105", "Basse-Terre", "971", "01", "America/Guadeloupe"],
  ["97302", "Cayenne", "973", "03", "America/Cayenne"],
  ["97502", "Saint-Pierre", "975", "975", "America/Miquelon"],
  ["97701", "Saint-Barthélemy", "977", "977", "America/St_Barthelemy"],
  ["97801", "Saint-Martin", "978", "978", "America/Marigot"],
  ["98613", "Uvea", "986", "986", "Pacific/Wallis"],
  ["98735", "Papeete", "987", "987", "Pacific/Tahiti"],
  ["98731", "Nuku-Hiva", "987", "987", "Pacific/Marquesas"],
  ["98818", "Nouméa", "988", "988", "Pacific/Noumea"],
])("%s is %s, in its département, region and time", (code, name, departement, region, timeZone) => {
  const commune = places.communes.get(code);
  expect(commune).toMatchObject({ name, timeZone });
  expect(commune?.departementCode).toBe(departement);
  expect(commune?.regionCode).toBe(region);
});

test("every time zone is one that this Node knows", () => {
  const zones = new Set([...places.communes.values()].map((it) => it.timeZone));
  for (const timeZone of zones)
    expect(() => new Intl.DateTimeFormat("fr", { timeZone })).not.toThrow();
});

test("every point is where its territory is", () => {
  const boxes: Readonly<Record<string, readonly [number, number, number, number]>> = {
    metropole: [41.2, 51.2, -5.3, 9.7],
    "971": [15.7, 16.6, -61.9, -60.9],
    "972": [14.3, 15, -61.3, -60.7],
    "973": [2, 6, -54.7, -51.5],
    "974": [-21.5, -20.8, 55.1, 55.9],
    "976": [-13.1, -12.6, 44.9, 45.4],
    "986": [-14.5, -13, -178.3, -176],
    "987": [-28, -7, -155, -134],
    "988": [-23, -19, 163, 169],
  };
  const outside = [...places.communes.values()].filter((it) => {
    const box = it.departementCode.length === 2 ? boxes.metropole : boxes[it.departementCode];
    if (box === undefined) return false;
    return !(it.lat > box[0] && it.lat < box[1] && it.lon > box[2] && it.lon < box[3]);
  });
  expect(outside.map((it) => `${it.inseeCode} ${it.name}`)).toEqual([]);
});

test("a commune that takes its neighbours' middle is marked approximate, and few people live in such", () => {
  const communes = [...places.communes.values()].filter((it) => it.parentCode === null);
  const approximate = communes.filter((it) => it.approximate);
  const people = approximate.reduce((sum, it) => sum + it.population, 0);
  expect(people / 69_000_000).toBeLessThan(0.1);
  for (const code of ["87085", "33063", "59350", "75105", "69383", "13208"])
    expect(places.communes.get(code)?.approximate).toBe(false);
});

test("the arrondissements stand in for Paris in its postal codes and département", () => {
  expect(places.postalCodes.get("75005")?.communes.map((it) => it.inseeCode)).toEqual(["75105"]);
  expect(places.postalCodes.get("75116")?.communes.map((it) => it.inseeCode)).toEqual(["75116"]);
  expect(places.departements.get("75")?.communes).toHaveLength(20);
  expect(places.arrondissements.get("75056")).toHaveLength(20);
  expect(places.arrondissements.get("69123")).toHaveLength(9);
  expect(places.arrondissements.get("13055")).toHaveLength(16);
});

test("area keys are integers below 2^32 that decode to what they were made of", () => {
  const all = [
    ...[...places.communes.keys()].map((code) => ["commune", code] as const),
    ...[...places.postalCodes.keys()].map((code) => ["postalCode", code] as const),
    ...[...places.departements.keys()].map((code) => ["departement", code] as const),
    ...[...places.regions.keys()].map((code) => ["region", code] as const),
  ];
  const keys = new Set<number>([franceKey]);
  const wrong = all.filter(([kind, code]) => {
    const key = encodeAreaKey(kind, code);
    keys.add(key);
    const decoded = decodeAreaKey(key);
    const fits = Number.isInteger(key) && key > 0 && key < 2 ** 32;
    return !fits || decoded.kind !== kind || decoded.code !== code;
  });
  expect(wrong).toEqual([]);
  expect(keys.size).toBe(all.length + 1);
  expect(decodeAreaKey(franceKey)).toEqual({ kind: "france", code: "" });
  expect(() => decodeAreaKey(12)).toThrow(RangeError);
});

test.each([
  ["Geneva", 46.2044, 6.1432],
  ["Liège", 50.6326, 5.5797],
  ["Monaco", 43.7347, 7.4206],
  ["London", 51.5, -0.12],
  ["the Atlantic", 46, -20],
  ["Philipsburg on the Dutch side", 18.0237, -63.0458],
])("%s is in no commune", (_name, lat, lon) => {
  expect(siteOfPoint(places.sites, lat, lon)).toBeNull();
});

test.each([
  ["Limoges", 45.83, 1.26, "87085"],
  ["the Quartier latin", 48.8466, 2.346, "75105"],
  ["Saint-Denis de La Réunion", -20.88, 55.45, "97411"],
  ["the interior of Guyane", 3.2, -53.6, "97353"],
  ["Mata-Utu", -13.283, -176.17, "98613"],
])("%s is in its commune", (_name, lat, lon, code) => {
  expect(siteOfPoint(places.sites, lat, lon)?.communes[0]?.inseeCode).toBe(code);
});

test("the nearest site found on the grid is the nearest of all", () => {
  const { sites } = places.sites;
  for (let i = 0; i < 300; i++) {
    const around = sites[(i * 7919) % sites.length]!;
    const lat = around.lat + 0.11 * Math.sin(i);
    const lon = around.lon + 0.17 * Math.cos(3 * i);
    const found = siteOfPoint(places.sites, lat, lon);
    if (found === null) continue;
    const distance = (it: { lat: number; lon: number }) =>
      (it.lat - lat) ** 2 + ((it.lon - lon) * Math.cos((lat * Math.PI) / 180)) ** 2;
    const least = sites.reduce(
      (best, it) => Math.min(best, distance(it)),
      Number.POSITIVE_INFINITY,
    );
    // Flat distances and great circles differ by a hair.
    expect(distance(found)).toBeLessThanOrEqual(least * 1.01);
  }
});

test.each(["75112", "75116", "98711", "98741", "98412", "98901", "97701"])(
  "%s, whose point was placed by hand, is marked approximate",
  (code) => {
    expect(places.communes.get(code)?.approximate).toBe(true);
  },
);

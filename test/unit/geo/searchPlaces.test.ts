import express from "express";
import request from "supertest";
import { expect, test } from "vitest";
import { normalizeName } from "../../../src/geo/normalizeName.ts";
import { searchPlaces } from "../../../src/geo/searchPlaces.ts";
import { placesRouter } from "../../../src/routes/places.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { places } from "./testPlaces.ts";

const first = (query: string, limit = 5) =>
  searchPlaces(places, query, { limit }).map((it) => it.label);

test.each([
  ["limog", "Limoges (87)"],
  ["LIMOGES", "Limoges (87)"],
  ["saint etienne", "Saint-Étienne (42)"],
  ["st-etienne", "Saint-Étienne (42)"],
  ["st  étienne", "Saint-Étienne (42)"],
  ["ste maxime", "Sainte-Maxime (83)"],
  ["lhay les roses", "L'Haÿ-les-Roses (94)"],
  ["l'hay les roses", "L'Haÿ-les-Roses (94)"],
  ["l’haÿ", "L'Haÿ-les-Roses (94)"],
  ["haute vienne", "Haute-Vienne (département 87)"],
  ["87", "Haute-Vienne (département 87)"],
  ["2a", "Corse-du-Sud (département 2A)"],
  ["2A004", "Ajaccio (2A)"],
  ["87000", "87000 Limoges"],
  ["8700", "87000 Limoges"],
  ["87000 limoges", "Limoges (87)"],
  ["limoges 87000", "Limoges (87)"],
  ["paris", "Paris (75)"],
  ["paris 5e", "Paris 5e Arrondissement (75)"],
  ["lyon 3eme", "Lyon 3e Arrondissement (69)"],
  ["marseille 1er", "Marseille 1er Arrondissement (13)"],
  ["bretagne", "Bretagne (région)"],
  ["réunion", "La Réunion (département 974)"],
  ["miquelon", "Miquelon-Langlade (975)"],
  ["oeuilly", "Œuilly (51)"],
])("%s finds %s first", (query, label) => {
  expect(first(query)[0]).toBe(label);
});

test("among matches of one quality the most people come first", () => {
  expect(first("saint denis", 2)).toEqual(["Saint-Denis (974)", "Saint-Denis (93)"]);
});

test("any word may be meant", () => {
  expect(first("gaillarde")).toContain("Brive-la-Gaillarde (19)");
});

test("only the wanted kinds are found, and no more than the limit", () => {
  const found = searchPlaces(places, "8", { limit: 7, kinds: ["postalCode"] });
  expect(found).toHaveLength(7);
  for (const it of found) expect(it.kind).toBe("postalCode");
});

test("each place is found once, by its own full name", () => {
  const codes = ["01004", "87085", "2B033", "97411", "98735", "59350", "75105"];
  for (const code of codes) {
    const found = searchPlaces(places, places.communes.get(code)!.name, { limit: 20 });
    expect(found.filter((it) => it.code === code && it.kind === "commune")).toHaveLength(1);
  }
});

test.each(["", "   ", "---", "zzzz", "\u0000", "💥", "%00", "limoges zzz"])(
  "%j finds nothing",
  (query) => {
    expect(first(query)).toEqual([]);
  },
);

test("names lose accents, hyphens and case, and nothing else", () => {
  expect(normalizeName("Saint-Étienne-d’Œuf")).toBe("saint etienne d oeuf");
  expect(normalizeName("Ste-Foy 12ème")).toBe("sainte foy 12");
  expect(normalizeName("Stains")).toBe("stains");
});

const app = express();
app.use(placesRouter({ places }));
app.use(
  createProblemHandler((report) => {
    throw new Error(report.message);
  }),
);

test("GET /v1/places answers with places to show and to use", async () => {
  const { status, body } = await request(app).get("/v1/places").query({ q: "limog", limit: 2 });
  expect(status).toBe(200);
  expect(body.places).toHaveLength(2);
  expect(body.places[0]).toMatchObject({
    kind: "commune",
    code: "87085",
    label: "Limoges (87)",
    approximate: false,
    departementCode: "87",
  });
});

test.each([
  ["/v1/places", "q"],
  ["/v1/places?q=", "q"],
  [`/v1/places?q=${"a".repeat(81)}`, "q"],
  ["/v1/places?q=a&q=b", "q"],
  ["/v1/places?q[x]=a", "q"],
  ["/v1/places?q=a&limit=0", "limit"],
  ["/v1/places?q=a&limit=21", "limit"],
  ["/v1/places?q=a&limit=1e1", "limit"],
  ["/v1/places?q=a&limit=", "limit"],
  ["/v1/places?q=a&kinds=town", "kinds"],
  ["/v1/places?q=a&kinds=", "kinds"],
  ["/v1/places?q=a&kinds=constructor", "kinds"],
])("%s is refused, naming %s", async (url, pointer) => {
  const { status, body } = await request(app).get(url);
  expect(status).toBe(400);
  expect(body.type).toBe("urn:atelier:problem:invalid_parameter");
  expect(body.errors.map((it: { pointer: string }) => it.pointer)).toEqual([pointer]);
});

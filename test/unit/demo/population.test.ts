import { describe, expect, test } from "vitest";
import { personas, unscoredVisitorId } from "../../../src/demo/personas.ts";
import { type DemoVisitor, generateVisitors } from "../../../src/demo/population.ts";
import { demoSegments } from "../../../src/demo/segments.ts";
import { visitorProfiles } from "../../../src/demo/visitorProfiles.ts";
import { demoPlaces } from "../../support/demoShops.ts";

const visitors = [...generateVisitors(demoPlaces, 5_000, 123)];
const placeByCode = new Map(demoPlaces.map((place) => [place.inseeCode, place]));
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const scoreOf = (visitor: DemoVisitor, slug: string) => visitor.scores.get(slug) ?? 0;

test("there are as many visitors as asked for, and the personas, each once", () => {
  const ids = visitors.map((visitor) => visitor.visitorId);
  expect(new Set(ids).size).toBe(ids.length);
  // v-123 is a persona and one of the first 5,000.
  expect(ids).toHaveLength(5_000 + personas.length - 1);
  expect(ids).not.toContain(unscoredVisitorId);
});

test("a visitor is the same whatever the number of visitors", () => {
  const few = [...generateVisitors(demoPlaces, 50, 123)];
  expect(few).toEqual(visitors.slice(0, few.length));
});

test("scores lie between 0.05 and 1 and name segments of the demo", () => {
  const slugs = new Set(demoSegments.map((segment) => segment.slug));
  const odd = visitors.flatMap(({ scores }) =>
    [...scores].filter(([slug, score]) => !slugs.has(slug) || !(score >= 0.05 && score <= 1)),
  );
  expect(odd).toEqual([]);
});

test("homes follow the population: Île-de-France has about a fifth of the visitors", () => {
  const parisian = new Set(["75", "77", "78", "91", "92", "93", "94", "95"]);
  const share = mean(
    visitors.map((it) =>
      parisian.has(placeByCode.get(it.homeInseeCode)!.departementCode) ? 1 : 0,
    ),
  );
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.21);
});

describe("scores depend on what and where people browse", () => {
  test.each(demoSegments.map((segment) => [segment.slug, segment.categories[0]!] as const))(
    "%s: who opens ten pages of %s scores higher than who opens none",
    (slug, category) => {
      const many = visitors.filter((it) => (it.views[category] ?? 0) >= 10);
      const none = visitors.filter((it) => it.views[category] === undefined);
      expect(many.length).toBeGreaterThan(5);
      const gap =
        mean(many.map((it) => scoreOf(it, slug))) - mean(none.map((it) => scoreOf(it, slug)));
      expect(gap).toBeGreaterThan(0.3);
    },
  );

  test("villagers are likelier to have roof works than people of large cities", () => {
    const populationOf = (it: DemoVisitor) => placeByCode.get(it.homeInseeCode)!.population;
    const village = visitors.filter((it) => populationOf(it) < 2_000);
    const city = visitors.filter((it) => populationOf(it) > 100_000);
    const roof = (group: readonly DemoVisitor[]) =>
      mean(group.map((it) => scoreOf(it, "travaux-toiture")));
    expect(roof(village)).toBeGreaterThan(roof(city) * 1.3);
  });
});

test("the personas are what their stories say", () => {
  const scoresOf = (id: string) => visitors.find((it) => it.visitorId === id)!.scores;
  expect(scoresOf("v-123").get("auto-acheteur")).toBeGreaterThan(0.8);
  expect(scoresOf("v-123").get("moto-passion") ?? 0).toBeLessThan(0.2);
  expect(scoresOf("v-toiture").get("travaux-toiture")).toBeGreaterThan(0.8);
  for (const { homeInseeCode } of personas) expect(placeByCode.has(homeInseeCode)).toBe(true);
});

test("every taste of a profile is a category that some segment knows", () => {
  const known = new Set(demoSegments.flatMap((segment) => segment.categories));
  const tastes = visitorProfiles.flatMap((profile) => Object.keys(profile.tastes));
  expect(tastes.filter((category) => !known.has(category))).toEqual([]);
});

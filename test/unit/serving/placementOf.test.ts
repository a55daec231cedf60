import { expect, test } from "vitest";
import { placementOf, type RegisteredPlacement } from "../../../src/serving/placementOf.ts";

const registered = (fields: Partial<RegisteredPlacement> = {}): RegisteredPlacement => ({
  formats: ["native", "image"],
  sizes: [],
  floorMicros: 0,
  blockedAdvertiserIds: [],
  blockedTrades: [],
  allowedCategories: [],
  ...fields,
});

test.each([
  ["no list, any page", [], "maison/travaux", true],
  ["no list, a page without a category", [], null, true],
  ["the very category", ["vehicules/voitures"], "vehicules/voitures", true],
  ["a child of an allowed one", ["vehicules"], "vehicules/voitures/citadines", true],
  ["the second of two", ["maison", "vehicules"], "vehicules/motos", true],
  ["a parent of the allowed one", ["vehicules/voitures"], "vehicules", false],
  ["a sibling", ["vehicules/voitures"], "vehicules/motos", false],
  ["a name that only begins alike", ["vehicules"], "vehicules-anciens", false],
  ["a page without a category", ["vehicules"], null, false],
] as const)("allowed categories: %s", (_name, allowedCategories, category, isOpen) => {
  const slot = placementOf({ id: "top" }, registered({ allowedCategories }), category);
  expect(slot.formats).toEqual(isOpen ? ["native", "image"] : []);
});

test("a slot that nobody registered takes ads on every page", () => {
  expect(placementOf({ id: "top" }, null, "vehicules").formats).toEqual(["native"]);
});

test("a registered slot narrows formats, sizes and floor, and never widens them", () => {
  const slot = placementOf(
    {
      id: "top",
      formats: ["image", "html"],
      sizes: [
        [300, 250],
        [728, 90],
      ],
      floorMicros: 5,
    },
    registered({ sizes: [[728, 90]], floorMicros: 9 }),
    null,
  );
  expect(slot).toMatchObject({ formats: ["image"], sizes: [[728, 90]], floorMicros: 9 });
});

import { placesToDemoPlaces } from "../../src/demo/demoPlaces.ts";
import type { DemoShop } from "../../src/demo/demoTypes.ts";
import { generateDemo } from "../../src/demo/generateDemo.ts";
import { createRandom } from "../../src/demo/random.ts";
import { frenchPlaces } from "./geography.ts";

export const demoNowMs = Date.UTC(2026, 2, 12, 9);
export const demoPlaces = placesToDemoPlaces(frenchPlaces);

/** The demo as `npm start` makes it, or with other dice. */
export function makeDemo(seed = 87_000): readonly DemoShop[] {
  const context = { nowMs: demoNowMs, publicUrl: "http://localhost:8080" };
  return generateDemo(demoPlaces, context, createRandom(seed));
}

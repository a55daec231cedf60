import { createRandom } from "../../src/demo/random.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { VisitorPlace } from "../../src/geo/types.ts";
import type { DeliveryState } from "../../src/targeting/deliveryState.ts";
import type { AdRequest } from "../../src/targeting/types.ts";
import { categories, communeByPopulation, communes, places } from "../support/campaigns.ts";

const locator = createLocator(places);

export const noDelivery: DeliveryState = { exhaustedUntilMs: new Map(), throttles: new Map() };
export const visitor = {
  scores: new Map(Array.from({ length: 20 }, (_, index) => [index + 1, ((index * 7) % 10) / 10])),
  impressions: new Map<string, readonly number[]>(),
};

/** Visitors who search or stand in French cities; the same at every run. */
export function requestsOf(count: number, placementCount: number): readonly AdRequest[] {
  const random = createRandom(11).next;
  const cities = communes.filter((it) => it.population > 20_000);
  return Array.from({ length: count }, (_, index) => {
    const city = cities[Math.floor(random() * cities.length)]!;
    const asDevice = random() < 0.5;
    const place = asDevice
      ? locator.locateDevice({ lat: city.lat + (random() - 0.5) * 0.03, lon: city.lon }, true)
      : locator.locateSearch({ inseeCode: city.inseeCode });
    return requestFrom(place, `decision-${index}`, placementCount, random);
  });
}

/** Visitors who search where people live, from one commune if it is named; the same at every run. */
export function searchesOf(count: number, inseeCode: string | null): readonly AdRequest[] {
  const random = createRandom(23).next;
  return Array.from({ length: count }, (_, index) => {
    const code = inseeCode ?? communeByPopulation(random).inseeCode;
    const place = locator.locateSearch({ inseeCode: code });
    return requestFrom(place, `0b6f1c2d-3c1d-4e5f-8a7b-${index}`, 1, random);
  });
}

function requestFrom(
  place: VisitorPlace | null,
  decisionId: string,
  placementCount: number,
  random: () => number,
): AdRequest {
  return {
    decisionId,
    nowMs: Date.UTC(2026, 2, 12, 9),
    placements: Array.from({ length: placementCount }, (_, slot) => ({
      id: `p${slot}`,
      formats: ["native"],
      sizes: [],
      count: 1,
      floorMicros: 0,
      blockedAdvertiserIds: [],
      blockedTrades: [],
    })),
    places: place === null ? [] : [place],
    page: { category: categories[Math.floor(random() * categories.length)]!, keywords: [] },
    deviceType: "mobile",
    consent: {
      mayStore: true,
      mayPersonalise: true,
      mayUsePlace: true,
      mayUsePrecisePlace: true,
      mayMeasure: true,
      basis: "no_gdpr",
    },
    hasStableVisitor: true,
  };
}

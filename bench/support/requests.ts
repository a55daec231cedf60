import { createRandom } from "../../src/demo/random.ts";
import { categories, communeByPopulation } from "./campaigns.ts";

/** Visitors who have scores in Redis. */
export const visitorCount = 10_000;

export type Traffic = "fill" | "no-fill" | "no consent";

/** Request bodies as pages send them; the same at every run. */
export function bodiesOf(traffic: Traffic, count: number): readonly string[] {
  const random = createRandom(23).next;
  return Array.from({ length: count }, () => {
    const commune = communeByPopulation(random);
    const body = {
      visitor: {
        id: `v-${Math.floor(random() * visitorCount)}`,
        ...(traffic === "no consent" ? {} : { gdpr: false }),
      },
      place: {
        search:
          traffic === "no-fill"
            ? { lat: 52.5 + random() * 0.1, lon: 13.4, radiusMeters: 5_000 } // Berlin: no shop of ours
            : { inseeCode: commune.inseeCode },
      },
      page: {
        url: "https://www.exemple.fr/annonces/2871",
        category: categories[Math.floor(random() * categories.length)],
        keywords: ["clio", "diesel"],
      },
      device: { type: random() < 0.7 ? "mobile" : "desktop" },
      placements: [{ id: "top", formats: ["native"], count: 1 }],
    };
    return JSON.stringify(body);
  });
}

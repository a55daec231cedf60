import { compileZone } from "../../src/geo/compileZone.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { CompiledZone, VisitorPlace, ZoneArea } from "../../src/geo/types.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import type { AdRequest, DeliveryState, ServableCampaign } from "../../src/targeting/types.ts";

/** The campaigns and visitors of the micro-benchmarks: over France where people live, the same at every run. */
const places = readPlaces();
const locator = createLocator(places);
const communes = [...places.communes.values()].filter((it) => it.population > 0);
const cumulated: number[] = [];
for (const { population } of communes) cumulated.push((cumulated.at(-1) ?? 0) + population);

/** Mulberry32: the same campaigns and visitors at every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

function communeByPopulation(random: () => number) {
  const target = random() * cumulated.at(-1)!;
  let low = 0;
  let high = communes.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulated[middle]! < target) low = middle + 1;
    else high = middle;
  }
  return communes[low]!;
}

const categories = Array.from({ length: 40 }, (_, index) => `rubrique-${index % 8}/sous-${index}`);

export interface Skew {
  readonly name: string;
  readonly areaOf: (random: () => number) => ZoneArea;
  readonly categoriesOf: (random: () => number) => readonly string[];
}

function anywhere(random: () => number): ZoneArea {
  const { lat, lon } = communeByPopulation(random);
  const spread = () => (random() - 0.5) * 0.05;
  const radiusMeters = 2_000 * 25 ** random();
  return { type: "circle", lat: lat + spread(), lon: lon + spread(), radiusMeters };
}

function inParis(random: () => number): ZoneArea {
  const spread = () => (random() - 0.5) * 0.15;
  const radiusMeters = 2_000 * 25 ** random();
  return { type: "circle", lat: 48.8566 + spread(), lon: 2.3522 + spread(), radiusMeters };
}

const someCategory = (random: () => number) =>
  random() < 0.5 ? [categories[Math.floor(random() * categories.length)]!] : [];
const oneForHalf = (random: () => number) => (random() < 0.5 ? [categories[0]!] : []);

export const everywhere: Skew = {
  name: "over France",
  areaOf: anywhere,
  categoriesOf: someCategory,
};
export const skews: readonly Skew[] = [
  { name: "all in Paris", areaOf: inParis, categoriesOf: someCategory },
  { name: "one category has half", areaOf: anywhere, categoriesOf: oneForHalf },
  {
    name: "a tenth are national",
    areaOf: (random) => (random() < 0.1 ? { type: "france" } : anywhere(random)),
    categoriesOf: someCategory,
  },
];

/** Compiling a zone is the work of the campaign's writer: one in 20,000 distinct zones stands for many campaigns. */
function zonesOf(count: number, skew: Skew, random: () => number): readonly CompiledZone[] {
  return Array.from({ length: Math.min(count, 20_000) }, () =>
    compileZone({ include: [skew.areaOf(random)], exclude: [] }, places),
  );
}

export function campaignsOf(count: number, skew: Skew): readonly ServableCampaign[] {
  const random = createRandom(7);
  const zones = zonesOf(count, skew, random);
  return Array.from({ length: count }, (_, index) => {
    const campaignId = index + 1;
    const costPerClick = random() < 0.5;
    return {
      campaignId,
      name: `Campagne de printemps ${campaignId}`,
      advertiserId: 1 + Math.floor(random() * (1 + count / 2)),
      advertiserName: `Établissements Martin ${campaignId}`,
      payerName: `Établissements Martin ${campaignId}`,
      trade: `metier-${Math.floor(random() * 60)}`,
      status: "active",
      startsAtMs: 0,
      endsAtMs: null,
      hoursOfWeek: random() < 0.1 ? Array.from({ length: 60 }, (__, hour) => hour * 2) : null,
      pricing: costPerClick ? "cpc" : "cpm",
      bidMicros: Math.round(costPerClick ? 150_000 + random() * 850_000 : 1e6 + random() * 8e6),
      priority: "paid",
      pacing: "even",
      totalBudgetMicros: 100_000_000,
      dailyBudgetMicros: 5_000_000,
      balanceMicros: null,
      placeIntention: "any",
      zone: zones[index % zones.length]!,
      wantedCategories: skew.categoriesOf(random),
      avoidedCategories: [],
      wantedKeywords: [],
      avoidedKeywords: [],
      audience:
        random() < 0.3
          ? [
              {
                segmentId: 1 + Math.floor(random() * 20),
                segmentName: "bricoleurs",
                minScore: null,
                multiplier: 1 + random(),
              },
            ]
          : [],
      devices: [],
      frequencyCaps:
        random() < 0.3 ? [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }] : [],
      clickRate: 0.003 + random() * 0.004,
      clickRateUpper: 0.009,
      creatives: [
        {
          creativeId: campaignId,
          format: "native",
          width: 0,
          height: 0,
          landingUrl: `https://www.martin-${campaignId}.example/offre`,
          content: {
            title: "Toitures et façades Martin",
            text: "Devis gratuit sous 24 heures, artisan du pays depuis 1987.",
            callToAction: "Demander un devis",
            imageUrl: `https://images.example/${campaignId}.jpg`,
          },
        },
      ],
    } satisfies ServableCampaign;
  });
}

export const noDelivery: DeliveryState = { exhaustedUntilMs: new Map(), throttles: new Map() };
export const visitor = {
  scores: new Map(Array.from({ length: 20 }, (_, index) => [index + 1, ((index * 7) % 10) / 10])),
  impressions: new Map<string, readonly number[]>(),
};

export function requestsOf(count: number, placementCount: number): readonly AdRequest[] {
  const random = createRandom(11);
  const cities = communes.filter((it) => it.population > 20_000);
  return Array.from({ length: count }, (_, index) => {
    const city = cities[Math.floor(random() * cities.length)]!;
    const asDevice = random() < 0.5;
    const place = asDevice
      ? locator.locateDevice({ lat: city.lat + (random() - 0.5) * 0.03, lon: city.lon }, true)
      : locator.locateSearch({ inseeCode: city.inseeCode });
    return {
      decisionId: `decision-${index}`,
      nowMs: Date.UTC(2026, 2, 12, 9),
      placements: Array.from({ length: placementCount }, (__, slot) => ({
        id: `p${slot}`,
        formats: ["native"],
        sizes: [],
        count: 1,
        floorMicros: 0,
        blockedAdvertiserIds: [],
        blockedTrades: [],
      })),
      places: [place].filter((it): it is VisitorPlace => it !== null),
      page: { category: categories[Math.floor(random() * categories.length)]!, keywords: [] },
      deviceType: "mobile",
      consent: {
        mayStore: true,
        mayPersonalise: true,
        mayUsePrecisePlace: true,
        mayMeasure: true,
        basis: "no_gdpr",
      },
      hasStableVisitor: true,
    } satisfies AdRequest;
  });
}

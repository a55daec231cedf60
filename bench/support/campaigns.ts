import { createRandom } from "../../src/demo/random.ts";
import type { Commune } from "../../src/geo/commune.ts";
import { compileZone } from "../../src/geo/compileZone.ts";
import type { CompiledZone, ZoneArea } from "../../src/geo/types.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import type { FrequencyCap, ServableCampaign } from "../../src/targeting/types.ts";
import { usualSkew } from "./rows.ts";

/** Campaigns that stand over France where people live; the same at every run. */
export const places = readPlaces();
export const communes = [...places.communes.values()].filter((it) => it.population > 0);
const cumulated: number[] = [];
for (const { population } of communes) cumulated.push((cumulated.at(-1) ?? 0) + population);

export function communeByPopulation(random: () => number): Commune {
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

export const categories = Array.from(
  { length: 40 },
  (_, index) => `rubrique-${index % 8}/sous-${index}`,
);

export interface Skew {
  readonly name: string;
  readonly areaOf: (random: () => number) => ZoneArea;
  readonly categoriesOf: (random: () => number) => readonly string[];
  /** Absent = three in ten have one. */
  readonly capsOf?: (random: () => number) => readonly FrequencyCap[];
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

const dailyCap: FrequencyCap = { per: "campaign", maxImpressions: 3, windowSeconds: 86_400 };
const someCaps = (random: () => number) => (random() < 0.3 ? [dailyCap] : []);

export const everywhere: Skew = {
  name: usualSkew,
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
  {
    name: "caps everywhere",
    areaOf: anywhere,
    categoriesOf: someCategory,
    capsOf: () => [dailyCap],
  },
];

export function skewNamed(name: string): Skew {
  const skew = [everywhere, ...skews].find((one) => one.name === name);
  if (skew === undefined) throw new Error(`no skew is called "${name}"`);
  return skew;
}

/** Compiling a zone is the work of the campaign's writer: one in 20,000 distinct zones stands for many campaigns. */
function zonesOf(areas: readonly ZoneArea[]): readonly CompiledZone[] {
  return areas.map((area) => compileZone({ include: [area], exclude: [] }, places));
}

/** Where the campaigns of `campaignsOf` stand, in turn: the nth stands in the area n modulo their number. */
export function areasOf(
  count: number,
  skew: Skew,
  random: () => number = createRandom(seed).next,
): readonly ZoneArea[] {
  return Array.from({ length: Math.min(count, 20_000) }, () => skew.areaOf(random));
}

const seed = 7;

export function campaignsOf(count: number, skew: Skew): readonly ServableCampaign[] {
  const random = createRandom(seed).next;
  const zones = zonesOf(areasOf(count, skew, random));
  const { capsOf = someCaps } = skew;
  return Array.from({ length: count }, (_, index) => {
    const campaignId = index + 1;
    const costPerClick = random() < 0.5;
    const advertiserId = 1 + Math.floor(random() * (1 + count / 2));
    return {
      campaignId,
      name: `Campagne de printemps ${campaignId}`,
      advertiserId,
      advertiserName: `Établissements Martin ${advertiserId}`,
      payerName: `Établissements Martin ${advertiserId}`,
      trade: `metier-${Math.floor(random() * 60)}`,
      status: "active",
      startsAtMs: 0,
      endsAtMs: null,
      hoursOfWeek: random() < 0.1 ? Array.from({ length: 60 }, (__, hour) => hour * 2) : null,
      pricing: costPerClick ? "cpc" : "cpm",
      bidMicros: 1_000 * Math.round(costPerClick ? 150 + random() * 850 : 1_000 + random() * 8_000),
      priority: "paid",
      pacing: "even",
      // So large that no campaign runs dry during a run.
      totalBudgetMicros: 1e12,
      dailyBudgetMicros: 1e11,
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
      frequencyCaps: capsOf(random),
      clickRate: 0.003 + random() * 0.004,
      clickRateUpper: 0.009,
      viewRate: 0.6,
      creatives: [
        {
          creativeId: campaignId,
          format: "native",
          width: 0,
          height: 0,
          landingUrl: `https://www.martin-${campaignId}.example/offre`,
          content: {
            title: `Toitures et façades Martin ${campaignId}`,
            text: `Devis gratuit sous 24 heures, ${campaignId} chantiers depuis 1987.`,
            callToAction: "Demander un devis",
            imageUrl: `https://images.example/${campaignId}.jpg`,
          },
        },
      ],
    } satisfies ServableCampaign;
  });
}

import type { RejectionRule } from "../targeting/types.ts";
import { parisDateAfter } from "./calendar.ts";
import type { DemoCampaign, DemoShop } from "./demoTypes.ts";
import type { DemoContext } from "./makeShops.ts";
import { makeWideCreatives, openCampaign } from "./widerCampaigns.ts";

const euro = 1_000_000;
const limoges = { lat: 45.8315, lon: 1.2578 } as const;
const aroundLimoges = { type: "circle", ...limoges, radiusMeters: 15_000 } as const;
const aroundBrest = { type: "circle", lat: 48.39, lon: -4.486, radiusMeters: 15_000 } as const;

/**
 * The request for which every hidden campaign is refused by the rule that it announces: an anonymous visitor on a
 * desktop who searches a car in Limoges, for one native ad of at least 1 € per thousand.
 */
export const hiddenProbe = {
  place: { search: { inseeCode: "87085" } },
  page: { category: "vehicules/voitures", keywords: ["clio"] },
  device: { type: "desktop" },
  placements: [{ id: "top", formats: ["native"], count: 1, floorMicros: euro }],
} as const;

interface HiddenCampaign {
  readonly why: string;
  readonly rule: RejectionRule;
  readonly change: (nowMs: number) => Partial<DemoCampaign>;
  readonly balanceMicros?: number;
}

const daily = { per: "campaign", maxImpressions: 3, windowSeconds: 86_400 } as const;

const hiddenCampaigns: readonly HiddenCampaign[] = [
  { why: "en pause", rule: "status", change: () => ({ status: "paused" }) },
  { why: "brouillon", rule: "status", change: () => ({ status: "draft" }) },
  { why: "terminée", rule: "status", change: () => ({ status: "ended" }) },
  {
    why: "finie depuis hier",
    rule: "dates",
    change: (nowMs) => ({
      startsOn: parisDateAfter(nowMs, -30),
      endsOn: parisDateAfter(nowMs, -1),
    }),
  },
  {
    why: "commence dans un an",
    rule: "dates",
    change: (nowMs) => ({ startsOn: parisDateAfter(nowMs, 365), endsOn: null }),
  },
  { why: "sans création", rule: "no_creative", change: () => ({ creatives: [] }) },
  {
    why: "budget épuisé",
    rule: "budget",
    change: () => ({ totalBudgetMicros: 20 * euro, spentMicros: 20 * euro }),
  },
  { why: "solde à zéro", rule: "budget", change: () => ({}), balanceMicros: 0 },
  {
    why: "pour ceux qui habitent ici",
    rule: "place_intention",
    change: () => ({ placeIntention: "lives_here" }),
  },
  {
    why: "ailleurs (Brest)",
    rule: "zone",
    change: () => ({ zone: { include: [aroundBrest], exclude: [] } }),
  },
  {
    why: "partout sauf Limoges",
    rule: "zone",
    change: () => ({
      zone: { include: [{ type: "departement", code: "87" }], exclude: [aroundLimoges] },
    }),
  },
  {
    why: "mauvaise catégorie",
    rule: "category",
    change: () => ({ categories: { include: ["animaux"], exclude: [] } }),
  },
  {
    why: "catégorie évitée",
    rule: "category",
    change: () => ({ categories: { include: [], exclude: ["vehicules"] } }),
  },
  {
    why: "mot-clé évité",
    rule: "keyword",
    change: () => ({ keywords: { include: [], exclude: ["clio"] } }),
  },
  { why: "téléviseurs seulement", rule: "device", change: () => ({ devices: ["tv"] }) },
  {
    why: "score trop bas",
    rule: "audience",
    change: () => ({ audience: [{ segment: "moto-passion", minScore: 0.9, multiplier: null }] }),
  },
  {
    why: "plafonnée, visiteur inconnu",
    rule: "no_stable_visitor",
    change: () => ({ frequencyCaps: [daily] }),
  },
  {
    why: "bannières seulement",
    rule: "format",
    change: () => ({}),
  },
  { why: "enchère sous le plancher", rule: "floor", change: () => ({ bidMicros: 50_000 }) },
];

/**
 * Campaigns that must not show, each named "À ne pas voir : …" and refused by the rule of its `refusedBy` for the
 * request of `hiddenProbe`. All but one are around Limoges, where they would show otherwise.
 */
export function makeHiddenShops(context: DemoContext): readonly DemoShop[] {
  return hiddenCampaigns.map((hidden, index): DemoShop => {
    const name = `À ne pas voir : ${hidden.why}`;
    const picture = {
      slug: "garage",
      name: "À ne pas voir",
      landingUrl: `https://cachee-${index + 1}.example.com/`,
    };
    const words = {
      title: "Cette annonce ne doit pas paraître",
      text: `Si vous la lisez, une règle manque : ${hidden.why}.`,
      callToAction: "Nous prévenir",
      alt: name,
    };
    const creatives = makeWideCreatives(words, picture, context.publicUrl);
    return {
      inseeCode: "87085",
      advertiser: {
        name,
        payerName: name,
        trade: `garage témoin ${index + 1}`,
        balanceMicros: hidden.balanceMicros ?? null,
      },
      campaigns: [
        {
          ...openCampaign(context.nowMs),
          name,
          bidMicros: 20 * euro,
          zone: { include: [aroundLimoges], exclude: [] },
          creatives:
            hidden.rule === "format" ? creatives.filter((it) => it.format === "image") : creatives,
          refusedBy: hidden.rule,
          ...hidden.change(context.nowMs),
        },
      ],
    };
  });
}

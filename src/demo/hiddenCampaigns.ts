import type { RejectionRule } from "../targeting/rejection.ts";
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
  /** What would let it show after all: then it is an ordinary, cheap ad that says so. Absent = it must never show. */
  readonly showsOnly?: string;
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
    // Spent in one day, which no daily budget may forbid: the ledger would not take it.
    change: () => ({
      totalBudgetMicros: 20 * euro,
      dailyBudgetMicros: null,
      spentMicros: 20 * euro,
    }),
  },
  { why: "solde à zéro", rule: "budget", change: () => ({}), balanceMicros: 0 },
  {
    why: "pour ceux qui habitent ici",
    showsOnly: "à ceux qui habitent autour de Limoges",
    rule: "place_intention",
    change: () => ({ placeIntention: "lives_here" }),
  },
  {
    why: "ailleurs (Brest)",
    showsOnly: "autour de Brest",
    rule: "zone",
    change: () => ({ zone: { include: [aroundBrest], exclude: [] } }),
  },
  {
    why: "partout sauf Limoges",
    showsOnly: "en Haute-Vienne loin de Limoges",
    rule: "zone",
    change: () => ({
      zone: { include: [{ type: "departement", code: "87" }], exclude: [aroundLimoges] },
    }),
  },
  {
    why: "mauvaise catégorie",
    showsOnly: "dans les annonces d'animaux",
    rule: "category",
    change: () => ({ categories: { include: ["animaux"], exclude: [] } }),
  },
  {
    why: "catégorie évitée",
    showsOnly: "hors des annonces de véhicules",
    rule: "category",
    change: () => ({ categories: { include: [], exclude: ["vehicules"] } }),
  },
  {
    why: "mot-clé évité",
    showsOnly: "aux pages qui ne parlent pas de Clio",
    rule: "keyword",
    change: () => ({ keywords: { include: [], exclude: ["clio"] } }),
  },
  {
    why: "téléviseurs seulement",
    showsOnly: "sur les téléviseurs",
    rule: "device",
    change: () => ({ devices: ["tv"] }),
  },
  {
    why: "score trop bas",
    showsOnly: "aux passionnés de moto",
    rule: "audience",
    change: () => ({ audience: [{ segment: "moto-passion", minScore: 0.9, multiplier: null }] }),
  },
  {
    why: "plafonnée, visiteur inconnu",
    showsOnly: "trois fois par jour à chaque visiteur connu",
    rule: "no_stable_visitor",
    change: () => ({ frequencyCaps: [daily] }),
  },
  {
    why: "bannières seulement",
    showsOnly: "en bannière",
    rule: "format",
    change: () => ({}),
  },
  {
    why: "enchère sous le plancher",
    showsOnly: "où le prix plancher est très bas",
    rule: "floor",
    change: () => ({ bidMicros: 50_000 }),
  },
];

function wordsOf({ why, showsOnly }: HiddenCampaign) {
  return showsOnly === undefined
    ? {
        title: "Cette annonce ne doit pas paraître",
        text: `Si vous la lisez, une règle manque : ${why}.`,
        callToAction: "Nous prévenir",
      }
    : {
        title: "Annonce témoin sous condition",
        text: `Elle ne paraît que ${showsOnly}.`,
        callToAction: "Voir la règle",
      };
}

/**
 * Campaigns that must not show, each refused by the rule of its `refusedBy` for the request of `hiddenProbe`. Those
 * named "À ne pas voir : …" never show anywhere, whoever asks; those named "Sous condition : …" do when their condition
 * is met, and are cheap.
 */
export function makeHiddenShops(context: DemoContext): readonly DemoShop[] {
  return hiddenCampaigns.map((hidden, index): DemoShop => {
    const { showsOnly } = hidden;
    const name = `${showsOnly === undefined ? "À ne pas voir" : "Sous condition"} : ${hidden.why}`;
    const picture = {
      slug: "garage",
      name: "Annonce témoin",
      landingUrl: `https://cachee-${index + 1}.example.com/`,
    };
    const words = { ...wordsOf(hidden), alt: name };
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
          bidMicros: showsOnly === undefined ? 20 * euro : 1.1 * euro,
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

import { insideDepartement } from "./atPlace.ts";
import { parisDateAfter } from "./calendar.ts";
import type { DemoCampaign, DemoPlace, DemoShop } from "./demoTypes.ts";
import { demoImageUrl, demoSizes, nativePictures } from "./makeCreatives.ts";
import type { DemoContext } from "./makeShops.ts";

const euro = 1_000_000;

/** A campaign that says yes to everything: the others are made from it. */
export function openCampaign(nowMs: number): DemoCampaign {
  return {
    name: "",
    status: "active",
    startsOn: parisDateAfter(nowMs, -7),
    endsOn: parisDateAfter(nowMs, 400),
    dayparts: [],
    pricing: "cpm",
    bidMicros: 2 * euro,
    totalBudgetMicros: 200 * euro,
    dailyBudgetMicros: 10 * euro,
    pacing: "even",
    priority: "paid",
    frequencyCaps: [],
    zone: { include: [{ type: "france" }], exclude: [] },
    placeIntention: "any",
    categories: { include: [], exclude: [] },
    keywords: { include: [], exclude: [] },
    audience: [],
    devices: [],
    creatives: [],
    spentMicros: 0,
    refusedBy: null,
  };
}

/** What such a campaign says. */
export interface WideWords {
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  readonly alt: string;
}

/** A native ad and a banner in every size of the demo. */
export function makeWideCreatives(
  words: WideWords,
  picture: { readonly slug: string; readonly name: string; readonly landingUrl: string },
  publicUrl: string,
): DemoCampaign["creatives"] {
  const image = (size: readonly [number, number]): string =>
    demoImageUrl(publicUrl, picture.slug, picture.name, size);
  const { landingUrl } = picture;
  const { title, text, callToAction, alt } = words;
  return [
    { format: "native", landingUrl, title, text, callToAction, ...nativePictures(image) },
    ...demoSizes.map(
      (size) =>
        ({
          format: "image",
          landingUrl,
          width: size[0],
          height: size[1],
          imageUrl: image(size),
          alt,
        }) as const,
    ),
  ];
}

const departementTrades = [
  {
    trade: "rénovation énergétique",
    slug: "chauffagiste",
    name: "Maison Sobre",
    title: "Rénover sa maison sans gaspiller",
    text: (inside: string) =>
      `Partout ${inside}, un conseiller étudie votre maison et vous oriente vers les bons artisans.`,
    callToAction: "Parler à un conseiller",
  },
  {
    trade: "réseau de boutiques",
    slug: "fleuriste",
    name: "Les Boutiques d'ici",
    title: "Vos boutiques vous attendent",
    text: (inside: string) => `Cent commerces indépendants ${inside}, une seule carte cadeau.`,
    callToAction: "Voir les boutiques",
  },
  {
    trade: "marchés de producteurs",
    slug: "primeur",
    name: "Les Étals du pays",
    title: "Le marché près de chez vous",
    text: (inside: string) => `Jours, heures et producteurs de tous les marchés ${inside}.`,
    callToAction: "Trouver un marché",
  },
] as const;

/** Three associations in each département that advertise all over it. */
export function makeDepartementShops(
  places: readonly DemoPlace[],
  context: DemoContext,
): readonly DemoShop[] {
  const departements = new Map(
    places.map((place) => [place.departementCode, place.departementName]),
  );
  return [...departements].flatMap(([code, departementName]) =>
    departementTrades.map((kind, index): DemoShop => {
      const name = `${kind.name} (${departementName})`;
      const picture = {
        slug: kind.slug,
        name: kind.name,
        landingUrl: `https://d${code.toLowerCase()}-${kind.slug}.example.com/`,
      };
      const text = kind.text(insideDepartement(departementName));
      return {
        inseeCode: null,
        advertiser: { name, payerName: name, trade: kind.trade, balanceMicros: null },
        campaigns: [
          {
            ...openCampaign(context.nowMs),
            name,
            bidMicros: 2 * euro + index * 100_000,
            totalBudgetMicros: 500 * euro,
            dailyBudgetMicros: 30 * euro,
            zone: { include: [{ type: "departement", code }], exclude: [] },
            creatives: makeWideCreatives(
              { ...kind, text, alt: kind.name },
              picture,
              context.publicUrl,
            ),
          },
        ],
      };
    }),
  );
}

/** Town events sold in advance: they rank before any paid ad, on few pages, five times a day at most. */
export function makeGuaranteedShops(
  places: readonly DemoPlace[],
  context: DemoContext,
): readonly DemoShop[] {
  const towns = new Map<string, DemoPlace>();
  for (const place of [...places].sort((a, b) => b.population - a.population)) {
    if (!towns.has(place.name) && towns.size < 30) towns.set(place.name, place);
  }
  return [...towns.values()].map((town): DemoShop => {
    const name = `Salon de l'habitat, ${town.name}`;
    const picture = {
      slug: "menuisier",
      name,
      landingUrl: `https://salon-habitat-${town.inseeCode}.example.com/`,
    };
    const words = {
      title: "Le salon de l'habitat ouvre ses portes",
      text: "Artisans, décorateurs, paysagistes : trois jours pour imaginer la maison d'après. Entrée gratuite.",
      callToAction: "Réserver mon entrée",
      alt: name,
    };
    return {
      inseeCode: town.inseeCode,
      advertiser: {
        name,
        payerName: "Foires et salons réunis",
        trade: "salon",
        balanceMicros: null,
      },
      campaigns: [
        {
          ...openCampaign(context.nowMs),
          name,
          priority: "guaranteed",
          bidMicros: 8 * euro,
          totalBudgetMicros: 500 * euro,
          dailyBudgetMicros: 30 * euro,
          frequencyCaps: [{ per: "campaign", maxImpressions: 5, windowSeconds: 86_400 }],
          zone: {
            include: [{ type: "circle", lat: town.lat, lon: town.lon, radiusMeters: 20_000 }],
            exclude: [],
          },
          categories: { include: ["maison/bricolage", "maison/decoration"], exclude: [] },
          creatives: makeWideCreatives(words, picture, context.publicUrl),
        },
      ],
    };
  });
}

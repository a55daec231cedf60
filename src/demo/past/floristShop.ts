import { parisDateAfter } from "../calendar.ts";
import { demoImageUrl, nativePictures } from "../makeCreatives.ts";
import type { DemoContext } from "../makeShops.ts";
import { openCampaign } from "../widerCampaigns.ts";
import type { PastDelivery, PortfolioCampaign, PortfolioShop } from "./portfolioTypes.ts";

const euro = 1_000_000;
const name = "Les fleurs de Jeanne";
/** Rue de la Boucherie. */
const shop = { lat: 45.8285, lon: 1.2592 } as const;
const landingUrl = "https://les-fleurs-de-jeanne.example.com/";

/** A campaign of hers: amounts in euros, days counted from today. */
interface Plan {
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  readonly days: readonly [startsOn: number, endsOn: number | null];
  readonly euros: { readonly bid: number; readonly total: number; readonly daily: number };
  readonly radiusMeters: number;
  readonly delivery: PastDelivery;
  readonly more: Partial<PortfolioCampaign> & { readonly name: string };
}

/** Bouquets that sell all the year on plan, a season that is over, one that waits, and weddings, paid by click. */
const plans: readonly Plan[] = [
  {
    title: "Un bouquet livré cet après-midi",
    text: "Des fleurs de saison, assemblées devant vous rue de la Boucherie, selon votre budget.",
    callToAction: "Commander un bouquet",
    days: [-36, 24],
    // Enough that hexagons of a week hold fifty people: she sees where her ad was seen.
    euros: { bid: 6, total: 180, daily: 3 },
    radiusMeters: 8_000,
    delivery: { impressionsPerDay: 525, clickRate: 0.012, silentDays: 0 },
    more: { name: "Bouquets de saison" },
  },
  {
    title: "Chrysanthèmes de la Toussaint",
    text: "Potées et coupes fleuries, cultivées à Couzeix. Livraison au cimetière de Louyat.",
    callToAction: "Réserver une potée",
    days: [-36, -19],
    euros: { bid: 7, total: 15, daily: 0.9 },
    radiusMeters: 12_000,
    delivery: { impressionsPerDay: 130, clickRate: 0.016, silentDays: 19 },
    more: { name: "Toussaint", status: "ended" },
  },
  {
    title: "Couronnes de l'Avent",
    text: "Sapin, houx et cire d'abeille : chaque couronne est faite à la boutique, une par une.",
    callToAction: "Choisir la mienne",
    days: [-8, 31],
    euros: { bid: 6, total: 30, daily: 1.5 },
    radiusMeters: 10_000,
    delivery: { impressionsPerDay: 60, clickRate: 0.01, silentDays: 3 },
    more: { name: "Avent et Noël", status: "paused" },
  },
  {
    title: "Les fleurs de votre mariage",
    text: "Un rendez-vous autour d'un café, trois propositions, et des fleurs d'ici le jour venu.",
    callToAction: "Prendre rendez-vous",
    days: [-30, null],
    euros: { bid: 0.35, total: 40, daily: 1 },
    radiusMeters: 25_000,
    delivery: { impressionsPerDay: 45, clickRate: 0.011, silentDays: 0 },
    more: {
      name: "Mariages",
      pricing: "cpc",
      categories: {
        include: ["services/evenements", "mode/bijoux", "mode/vetements"],
        exclude: [],
      },
    },
  },
];

/** The florist of Limoges and her campaigns. Her balance holds for some more weeks. */
export function makeFloristShop(context: DemoContext): PortfolioShop {
  const advertiser = {
    name: `${name}, Limoges`,
    payerName: name,
    trade: "fleuriste",
    balanceMicros: 400 * euro,
  };
  return { advertiser, campaigns: plans.map((plan) => campaignOf(plan, context)) };
}

function campaignOf(plan: Plan, { nowMs, publicUrl }: DemoContext): PortfolioCampaign {
  const { title, text, callToAction, days, euros, radiusMeters, delivery } = plan;
  const [startsOn, endsOn] = days;
  return {
    ...openCampaign(nowMs),
    startsOn: parisDateAfter(nowMs, startsOn),
    endsOn: endsOn === null ? null : parisDateAfter(nowMs, endsOn),
    bidMicros: euros.bid * euro,
    totalBudgetMicros: euros.total * euro,
    dailyBudgetMicros: euros.daily * euro,
    zone: { include: [{ type: "circle", ...shop, radiusMeters }], exclude: [] },
    creatives: creativesOf({ title, text, callToAction }, publicUrl),
    delivery,
    ...plan.more,
  };
}

function creativesOf(
  words: Pick<Plan, "title" | "text" | "callToAction">,
  publicUrl: string,
): PortfolioCampaign["creatives"] {
  const image = (size: readonly [number, number]) =>
    demoImageUrl(publicUrl, "fleuriste", name, size);
  const banner = (width: number, height: number) =>
    ({
      format: "image",
      landingUrl,
      width,
      height,
      imageUrl: image([width, height]),
      alt: `${name}, fleuriste à Limoges`,
    }) as const;
  return [
    { format: "native", landingUrl, ...words, ...nativePictures(image) },
    banner(300, 250),
    banner(320, 50),
  ];
}

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

interface Words {
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
}

function campaign(
  context: DemoContext,
  words: Words,
  fields: Partial<PortfolioCampaign> & {
    readonly name: string;
    readonly radiusMeters: number;
    readonly delivery: PastDelivery;
  },
): PortfolioCampaign {
  const { radiusMeters, ...given } = fields;
  const image = (size: readonly [number, number]) =>
    demoImageUrl(context.publicUrl, "fleuriste", name, size);
  const banner = (width: number, height: number) =>
    ({
      format: "image",
      landingUrl,
      width,
      height,
      imageUrl: image([width, height]),
      alt: `${name}, fleuriste à Limoges`,
    }) as const;
  return {
    ...openCampaign(context.nowMs),
    zone: { include: [{ type: "circle", ...shop, radiusMeters }], exclude: [] },
    creatives: [
      { format: "native", landingUrl, ...words, ...nativePictures(image) },
      banner(300, 250),
      banner(320, 50),
    ],
    ...given,
  };
}

/**
 * The florist of Limoges: bouquets that sell all the year on plan, a season that is over, a season that waits, and
 * weddings, paid by click. Her balance holds for some more weeks.
 */
export function makeFloristShop(context: DemoContext): PortfolioShop {
  const day = (days: number) => parisDateAfter(context.nowMs, days);
  return {
    advertiser: {
      name: `${name}, Limoges`,
      payerName: name,
      trade: "fleuriste",
      balanceMicros: 150 * euro,
    },
    campaigns: [
      bouquets(context, day),
      season(context, day),
      advent(context, day),
      weddings(context, day),
    ],
  };
}

type Day = (days: number) => string;

const bouquets = (context: DemoContext, day: Day) =>
  campaign(
    context,
    {
      title: "Un bouquet livré cet après-midi",
      text: "Des fleurs de saison, assemblées devant vous rue de la Boucherie, selon votre budget.",
      callToAction: "Commander un bouquet",
    },
    {
      name: "Bouquets de saison",
      startsOn: day(-36),
      endsOn: day(24),
      bidMicros: 6 * euro,
      totalBudgetMicros: 60 * euro,
      dailyBudgetMicros: 1 * euro,
      radiusMeters: 8_000,
      delivery: { impressionsPerDay: 175, clickRate: 0.012, silentDays: 0 },
    },
  );

const season = (context: DemoContext, day: Day) =>
  campaign(
    context,
    {
      title: "Chrysanthèmes de la Toussaint",
      text: "Potées et coupes fleuries, cultivées à Couzeix. Livraison au cimetière de Louyat.",
      callToAction: "Réserver une potée",
    },
    {
      name: "Toussaint",
      status: "ended",
      startsOn: day(-36),
      endsOn: day(-19),
      bidMicros: 7 * euro,
      totalBudgetMicros: 15 * euro,
      dailyBudgetMicros: 0.9 * euro,
      radiusMeters: 12_000,
      delivery: { impressionsPerDay: 130, clickRate: 0.016, silentDays: 19 },
    },
  );

const advent = (context: DemoContext, day: Day) =>
  campaign(
    context,
    {
      title: "Couronnes de l'Avent",
      text: "Sapin, houx et cire d'abeille : chaque couronne est faite à la boutique, une par une.",
      callToAction: "Choisir la mienne",
    },
    {
      name: "Avent et Noël",
      status: "paused",
      startsOn: day(-8),
      endsOn: day(31),
      bidMicros: 6 * euro,
      totalBudgetMicros: 30 * euro,
      dailyBudgetMicros: 1.5 * euro,
      radiusMeters: 10_000,
      delivery: { impressionsPerDay: 60, clickRate: 0.01, silentDays: 3 },
    },
  );

const weddings = (context: DemoContext, day: Day) =>
  campaign(
    context,
    {
      title: "Les fleurs de votre mariage",
      text: "Un rendez-vous autour d'un café, trois propositions, et des fleurs d'ici le jour venu.",
      callToAction: "Prendre rendez-vous",
    },
    {
      name: "Mariages",
      startsOn: day(-30),
      endsOn: null,
      pricing: "cpc",
      bidMicros: 0.35 * euro,
      totalBudgetMicros: 40 * euro,
      dailyBudgetMicros: 1 * euro,
      radiusMeters: 25_000,
      categories: {
        include: ["services/evenements", "mode/bijoux", "mode/vetements"],
        exclude: [],
      },
      delivery: { impressionsPerDay: 45, clickRate: 0.011, silentDays: 0 },
    },
  );

import type { DemoCampaign, DemoShop } from "./demoTypes.ts";
import type { DemoContext } from "./makeShops.ts";
import { makeWideCreatives, openCampaign, type WideWords } from "./widerCampaigns.ts";

/** What the house says of itself where nobody pays. */
export function makeHouseAds(context: DemoContext): readonly DemoShop[] {
  const landingUrl = "https://annoncer.example.com/";
  const house = (name: string, words: WideWords): DemoCampaign => ({
    ...openCampaign(context.nowMs),
    name,
    endsOn: null,
    priority: "house",
    pacing: "asap",
    bidMicros: 0,
    totalBudgetMicros: null,
    dailyBudgetMicros: null,
    creatives: makeWideCreatives(
      words,
      { slug: "maison", name: words.alt, landingUrl },
      context.publicUrl,
    ),
  });
  const advertiser = (name: string, trade: string) => ({
    name,
    payerName: "Atelier",
    trade,
    balanceMicros: null,
  });
  return [
    {
      inseeCode: null,
      advertiser: advertiser("Atelier", "régie"),
      campaigns: [
        house("Maison : annoncez ici", {
          title: "Votre commerce ici, dès 20 €",
          text: "Montrez votre boutique à celles et ceux qui habitent et cherchent autour de chez vous.",
          callToAction: "Créer mon annonce",
          alt: "Annoncez ici, dès 20 €",
        }),
      ],
    },
    {
      inseeCode: null,
      advertiser: advertiser("Atelier, achats de proximité", "achats de proximité"),
      campaigns: [
        house("Maison : achetez près de chez vous", {
          title: "Achetez à côté de chez vous",
          text: "Un achat chez un commerçant du coin, c'est un trajet de moins et une vitrine de plus.",
          callToAction: "Découvrir",
          alt: "Achetez à côté de chez vous",
        }),
      ],
    },
  ];
}

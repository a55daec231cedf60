import type { Rejection, RejectionRule } from "../targeting/rejection.ts";
import { eurosEn, eurosFr, type Sentence, told } from "./figuresInWords.ts";

type Figures = Rejection["figures"];
type ExchangeRule = Extract<RejectionRule, `exchange_${string}`>;

/** Why a campaign made no bid at an exchange (a place of sale for the advertising of many sites and apps). */
export const exchangeSentences: Readonly<Record<ExchangeRule, (figures: Figures) => Sentence>> = {
  exchange_terms: ({ ssp, reason }) => {
    const wish = terms[String(reason)] ?? anyTerm;
    return {
      fr: `La place de marché « ${told(ssp)} » ne prend ici aucune de nos annonces : ${wish.fr}.`,
      en: `The exchange “${told(ssp)}” takes none of our ads here: ${wish.en}.`,
    };
  },
  exchange_house: ({ ssp }) => ({
    fr: `Une annonce maison ne se vend pas : elle n'est jamais proposée à la place de marché « ${told(ssp)} ».`,
    en: `Nobody pays for a house ad: it is never offered to the exchange “${told(ssp)}”.`,
  }),
  exchange_category: ({ trade }) => ({
    fr: `Le site ou l'application ne veut pas d'annonces de ce métier (${told(trade, "sans métier")}).`,
    en: `The site or app does not want ads of this trade (${told(trade, "none")}).`,
  }),
  exchange_deal: ({ ssp, deals, dealsOnly }) => ({
    fr:
      dealsOnly === true
        ? `L'emplacement se vend par accord seulement (${told(deals, "aucun")}), et la campagne n'en a pas chez « ${told(ssp)} ».`
        : `La campagne ne se vend que par accord, et aucun des siens chez « ${told(ssp)} » n'est proposé ici (${told(deals, "aucun accord")}).`,
    en:
      dealsOnly === true
        ? `The slot is sold by deals only (${told(deals, "none")}), and the campaign has none of them at “${told(ssp)}”.`
        : `The campaign keeps to its deals, and none of those at “${told(ssp)}” is offered here (${told(deals, "no deal")}).`,
  }),
  exchange_floor: ({ payMicros, floorMicros }) => ({
    fr: `La campagne paie ${eurosFr(payMicros)} pour mille vues, moins que le prix minimum demandé (${eurosFr(floorMicros)}, notre marge comprise).`,
    en: `The campaign pays ${eurosEn(payMicros)} per thousand views, below the floor of ${eurosEn(floorMicros)} (our margin included).`,
  }),
  exchange_advertiser: ({ ssp }) => ({
    fr: `Le site ou l'application refuse l'adresse vers laquelle mène l'annonce, ou l'accord proposé par « ${told(ssp)} » est pour d'autres annonceurs.`,
    en: `The site or app blocks where the ad leads to, or the deal that “${told(ssp)}” offers is for other advertisers.`,
  }),
  exchange_attribute: () => ({
    fr: "Le site ou l'application refuse ce que fait l'annonce (son, vidéo, extension, animation…).",
    en: "The site or app blocks a creative attribute of the ad (sound, video, expansion, animation …).",
  }),
  exchange_insecure: () => ({
    fr: "L'emplacement n'accepte que des contenus sécurisés (https), et l'annonce en charge un qui ne l'est pas.",
    en: "The slot takes https only, and the ad loads something by plain http.",
  }),
  exchange_media: ({ placementId }) => ({
    fr: `Aucune annonce de la campagne ne remplit ce que demande l'emplacement « ${told(placementId)} » (textes plus courts, image plus grande, type de contenu, mesure des vues).`,
    en: `No creative of the campaign fills what the slot “${told(placementId)}” asks for (shorter texts, a larger picture, a type of content, views that are told).`,
  }),
};

const anyTerm: Sentence = { fr: "ses conditions", en: "its terms" };

const terms: Readonly<Record<string, Sentence>> = {
  seat: { fr: "notre siège n'y est pas admis", en: "our seat is not wanted" },
  language: { fr: "le français n'y est pas demandé", en: "it wants no French" },
  block_lists: {
    fr: "sa liste d'exclusions est trop longue pour être respectée",
    en: "it blocks more than can be obeyed",
  },
  categories: {
    fr: "ses exclusions sont écrites dans une nomenclature inconnue",
    en: "its categories are of a taxonomy that is not known",
  },
};

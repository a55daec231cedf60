import type { LagReason, Suggestion, Words } from "./diagnosisTypes.ts";
import type { Estimate } from "./interval.ts";
import { countEn, countFr } from "./roundedFigures.ts";

/** Why a campaign lags, as its shopkeeper would be told across a counter. Pure. */

interface Titles {
  readonly fr: string;
  readonly en: string;
  /** What is lost or there a day, where that is known. */
  readonly lossFr?: (count: string, needed: string) => string;
  readonly lossEn?: (count: string, needed: string) => string;
}

const lostFr = (count: string) => `${count} occasions par jour sont perdues ainsi`;
const lostEn = (count: string) => `${count} opportunities a day are lost to it`;

const titles: Readonly<Record<LagReason, Titles>> = {
  zone_too_small: {
    fr: "Votre zone est petite",
    en: "Your zone is small",
    lossFr: (count, needed) =>
      `${count} occasions d'affichage y passent par jour, il en faudrait ${needed} gagnées pour dépenser le budget`,
    lossEn: (count, needed) =>
      `${count} opportunities a day pass there, and ${needed} would have to be won to spend the budget`,
  },
  bid_under_floor: {
    fr: "Votre enchère est sous le minimum des sites",
    en: "Your bid is below the sites' floor",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  outbid: {
    fr: "D'autres annonces paient plus que la vôtre",
    en: "Other ads bid more than yours",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  competitor_on_page: {
    fr: "Un concurrent de votre métier, qui paie plus, est souvent déjà sur la page",
    en: "A competitor of your trade who bids more is often on the page already",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  caps_too_tight: {
    fr: "Votre limite de vues par personne est vite atteinte",
    en: "Your cap of views per visitor is soon reached",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  unknown_visitors: {
    fr: "Votre limite de vues par personne écarte les visiteurs qu'on ne peut pas reconnaître",
    en: "Your cap of views per visitor leaves out visitors who cannot be recognised",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  audience_too_narrow: {
    fr: "Le public que vous visez est étroit",
    en: "The audience that you want is narrow",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  schedule_too_narrow: {
    fr: "Vos horaires de diffusion laissent passer des visiteurs",
    en: "Your hours of delivery leave visitors out",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  devices_too_narrow: {
    fr: "Vous ne visez que certains appareils",
    en: "You want some devices only",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  pages_too_narrow: {
    fr: "Vous ne visez que certaines rubriques ou certains mots",
    en: "You want pages of some categories or keywords only",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  place_intention_too_narrow: {
    fr: "Vous ne visez qu'une partie des visiteurs de la zone",
    en: "You want only some of the visitors of your zone",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  no_fitting_creative: {
    fr: "Vos annonces n'ont pas le format ou la taille des emplacements",
    en: "Your creatives have no format or size that the placements take",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  no_creative: {
    fr: "La campagne n'a pas d'annonce à montrer",
    en: "The campaign has no creative",
  },
  blocked_by_sites: {
    fr: "Des sites refusent cet annonceur ou son métier",
    en: "Sites refuse this advertiser or its trade",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  no_money: {
    fr: "Le solde de l'annonceur ne permet pas de réserver les affichages",
    en: "The advertiser's balance does not allow views to be reserved",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  store_away: {
    fr: "Une panne de notre côté a empêché des affichages",
    en: "An outage on our side has prevented views",
    lossFr: lostFr,
    lossEn: lostEn,
  },
  not_rendered: {
    fr: "Des annonces sont choisies, mais leur affichage n'est pas confirmé par les pages",
    en: "Ads are chosen, but the pages do not confirm that they show them",
  },
};

/** A reason in a sentence, with how much is lost to it (for a zone: how much is there, and how much it would take). */
export function reasonWords(
  reason: LagReason,
  opportunities: Estimate | null,
  needed?: number,
): Words {
  const { fr, en, lossFr, lossEn } = titles[reason];
  if (opportunities === null || lossFr === undefined || lossEn === undefined)
    return { fr: `${fr}.`, en: `${en}.` };
  const { value } = opportunities;
  return {
    fr: `${fr} : ${lossFr(countFr(value), countFr(needed ?? 0))}.`,
    en: `${en}: ${lossEn(countEn(value), countEn(needed ?? 0))}.`,
  };
}

/** The reason alone, to begin a sentence with. */
export function reasonTitle(reason: LagReason): Words {
  return titles[reason];
}

type Lever = Suggestion["lever"];

interface Change extends Words {
  /** French agrees with what is changed. */
  readonly plural?: boolean;
}

function changeOf(lever: Lever): Change {
  const [kind, figure] = /^(radius|bid)_(\d+)$/.exec(lever)?.slice(1) ?? [];
  if (kind === "radius") {
    const km = Number(figure) / 1_000;
    return { fr: `+${km} km`, en: `+${km} km`, plural: true };
  }
  if (kind === "bid") {
    const percent = Number(figure) - 100;
    return { fr: `une enchère de ${percent} % de plus`, en: `a bid ${percent}% higher` };
  }
  return changes[lever] ?? { fr: "ce changement", en: "this change" };
}

const changes: Readonly<Partial<Record<Lever, Change>>> = {
  cap_double: { fr: "une limite deux fois plus haute", en: "a cap twice as high" },
  cap_none: { fr: "l'absence de limite par personne", en: "no cap per visitor" },
  any_audience: { fr: "l'absence de seuil de public", en: "no audience threshold" },
  all_hours: { fr: "une diffusion à toute heure", en: "delivery at all hours" },
  all_devices: { fr: "tous les appareils", en: "all devices", plural: true },
  all_pages: {
    fr: "toutes les rubriques et tous les mots",
    en: "all categories and keywords",
    plural: true,
  },
  any_intention: {
    fr: "tous ceux qui cherchent, sont ou habitent dans la zone",
    en: "all who search, are or live in the zone",
    plural: true,
  },
  all_formats: {
    fr: "des annonces dans tous les formats et tailles",
    en: "creatives of all formats and sizes",
    plural: true,
  },
};

/** What to change and what it would bring: "+3 km toucheraient 4 200 personnes de plus, soit environ 180 affichages de plus par jour". */
export function suggestionWords(
  lever: Lever,
  gain: Estimate | null,
  people: number | undefined,
): Words {
  if (lever === "add_creative") return addCreative;
  if (lever === "wider_zone" || gain === null) return widerZone;
  const { fr, en, plural } = changeOf(lever);
  const [moreFr, moreEn] = [
    `${countFr(gain.value)} affichages de plus par jour`,
    `${countEn(gain.value)} more views a day`,
  ];
  if (people !== undefined && people > 0) {
    return {
      fr: `${fr} toucheraient ${exactFr(people)} personnes de plus, soit ${moreFr}`,
      en: `${en} would reach ${exactEn(people)} more people: ${moreEn}`,
    };
  }
  return {
    fr: `${fr} ${plural === true ? "apporteraient" : "apporterait"} ${moreFr}`,
    en: `${en} would bring ${moreEn}`,
  };
}

const addCreative: Words = {
  fr: "ajoutez une annonce (un titre, un texte, une photo)",
  en: "add a creative (a title, a text, a picture)",
};
const widerZone: Words = {
  fr: "ajoutez les communes voisines ou un cercle plus large",
  en: "add neighbouring communes or a wider circle",
};

const exactFr = (count: number) => countFr(count, "");
const exactEn = (count: number) => countEn(count, "");

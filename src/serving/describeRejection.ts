import type { Rejection, RejectionRule } from "../targeting/rejection.ts";
import { exchangeSentences } from "./exchangeSentences.ts";
import {
  cityOf,
  dateEn,
  dateFr,
  deviceFr,
  durationEn,
  durationFr,
  eurosEn,
  eurosFr,
  hourEn,
  hourFr,
  kilometresEn,
  kilometresFr,
  percentEn,
  percentFr,
  type Sentence,
  statusFr,
  told,
  versus,
} from "./figuresInWords.ts";

type Figures = Rejection["figures"];

/** Says in words, with its figures, why a campaign did not show. Pure; missing figures leave the plain rule. */
export function describeRejection({ rule, figures }: Rejection): Sentence {
  return sentences[rule](figures);
}

const sentences: Readonly<Record<RejectionRule, (figures: Figures) => Sentence>> = {
  unknown_campaign: () => ({
    fr: "Cette campagne n'existe pas, ou elle n'est pas encore connue du serveur.",
    en: "This campaign does not exist, or this server does not know it yet.",
  }),
  status: ({ status }) => ({
    fr: `La campagne n'est pas active : elle est ${statusFr(status)}.`,
    en: `The campaign is not active: it is ${told(status)}.`,
  }),
  dates: ({ nowMs, startsAtMs, endsAtMs }) =>
    Number(nowMs) < Number(startsAtMs)
      ? {
          fr: `La campagne n'a pas commencé : elle débute le ${dateFr(startsAtMs)}.`,
          en: `The campaign has not begun: it starts on ${dateEn(startsAtMs)}.`,
        }
      : {
          fr: `La campagne est terminée depuis le ${dateFr(endsAtMs)}.`,
          en: `The campaign ended on ${dateEn(endsAtMs)}.`,
        },
  daypart: ({ hourOfWeek, timeZone }) => ({
    fr: `La campagne n'est pas diffusée à cette heure (${hourFr(hourOfWeek)}, heure de ${cityOf(timeZone)}).`,
    en: `The campaign does not run at this hour (${hourEn(hourOfWeek)}, ${told(timeZone)}).`,
  }),
  no_creative: () => ({
    fr: "La campagne n'a aucune annonce à montrer.",
    en: "The campaign has no creative to show.",
  }),
  budget: ({ reason }) => budgetSentences[String(reason)] ?? anyBudget,
  pacing: pacingSentence,
  place_unknown: ({ zoneLabel }) => ({
    fr: `On ne sait pas où se trouve le visiteur, et la campagne vise une zone : ${told(zoneLabel)}.`,
    en: `The visitor's place is unknown, and the campaign has a zone: ${told(zoneLabel)}.`,
  }),
  place_intention: ({ placeIntention }) => {
    const wish = intentions[String(placeIntention)] ?? anyIntention;
    return {
      fr: `La campagne s'adresse aux personnes ${wish.fr}, et cela n'est pas connu de ce visiteur.`,
      en: `The campaign is for people ${wish.en}, which is not known of this visitor.`,
    };
  },
  zone: zoneSentence,
  category: ({ pageCategory, avoided }) => ({
    fr:
      avoided === true
        ? `La campagne évite la rubrique de cette page (${told(pageCategory, "sans rubrique")}).`
        : `La campagne ne vise pas la rubrique de cette page (${told(pageCategory, "sans rubrique")}).`,
    en: `The page's category (${told(pageCategory, "none")}) is ${avoided === true ? "one that the campaign avoids" : "not one that the campaign wants"}.`,
  }),
  keyword: ({ pageKeywords, avoided }) => ({
    fr:
      avoided === true
        ? `La page porte un mot que la campagne évite (${told(pageKeywords, "aucun mot")}).`
        : `La page ne porte aucun des mots voulus (${told(pageKeywords, "aucun mot")}).`,
    en: `The page's keywords (${told(pageKeywords, "none")}) ${avoided === true ? "hold one that the campaign avoids" : "hold none that the campaign wants"}.`,
  }),
  device: ({ deviceType }) => ({
    fr: `La campagne ne vise pas ce type d'appareil (${deviceFr(deviceType)}).`,
    en: `The campaign does not want this type of device (${told(deviceType)}).`,
  }),
  audience: ({ segmentName, score, minScore }) => ({
    fr:
      typeof score === "number"
        ? `Le visiteur correspond à ${percentFr(score)} au public « ${told(segmentName)} », il en faut ${percentFr(minScore)}.`
        : `On ne sait pas si le visiteur appartient au public « ${told(segmentName)} » ; il faut un score de ${percentFr(minScore)}.`,
    en: `The visitor's score for “${told(segmentName)}” is ${told(score, "unknown")}, below ${told(minScore)}.`,
  }),
  no_stable_visitor: () => ({
    fr: "La campagne limite ses vues par personne, et ce visiteur ne peut pas être reconnu.",
    en: "The campaign caps its views per visitor, and this visitor cannot be recognised.",
  }),
  frequency_cap: (figures) => (figures.shown === undefined ? anyCap : capSentence(figures)),
  format: ({ placementId, wanted, offered }) => ({
    fr: `L'emplacement « ${told(placementId)} » accepte ${told(wanted, "aucun format")} ; la campagne propose ${told(offered)}.`,
    en: `The placement “${told(placementId)}” takes ${told(wanted, "no format")}; the campaign offers ${told(offered)}.`,
  }),
  size: ({ placementId, wanted, offered }) => ({
    fr: `L'emplacement « ${told(placementId)} » fait ${told(wanted)} pixels ; la campagne propose ${told(offered)}.`,
    en: `The placement “${told(placementId)}” is ${told(wanted)} pixels; the campaign offers ${told(offered)}.`,
  }),
  blocked_by_placement: ({ placementId, trade }) => ({
    fr: `Le site refuse cet annonceur ou son métier (${told(trade, "sans métier")}) sur l'emplacement « ${told(placementId)} ».`,
    en: `The site refuses this advertiser or its trade (${told(trade, "none")}) on the placement “${told(placementId)}”.`,
  }),
  floor: ({ valueMicros, floorMicros }) => ({
    fr: `La campagne vaut ici ${eurosFr(valueMicros)} pour mille vues, moins que le minimum du site (${eurosFr(floorMicros)}).`,
    en: `The campaign is worth ${eurosEn(valueMicros)} per thousand views here, below the floor of ${eurosEn(floorMicros)}.`,
  }),
  ...exchangeSentences,
  competitor_on_page: () => ({
    fr: "Un concurrent du même métier, ou une autre annonce de la même boutique, est déjà sur la page.",
    en: "A competitor of the same trade, or another ad of the same shop, is on the page already.",
  }),
  outranked: ({ valueMicros, winningValueMicros }) => ({
    fr: `D'autres annonces valaient plus${versus(valueMicros, winningValueMicros, eurosFr, "contre")}.`,
    en: `Other ads were worth more${versus(valueMicros, winningValueMicros, eurosEn, "against")}.`,
  }),
};

const anyBudget: Sentence = {
  fr: "Le budget de la campagne ne permet pas de la montrer maintenant.",
  en: "The campaign's budget does not allow it to show now.",
};

const budgetSentences: Readonly<Record<string, Sentence>> = {
  daily_budget: {
    fr: "Le budget du jour est dépensé ou réservé.",
    en: "The day's budget is spent or reserved.",
  },
  total_budget: {
    fr: "Le budget total est dépensé ou réservé.",
    en: "The total budget is spent or reserved.",
  },
  balance: {
    fr: "Le solde de l'annonceur est épuisé.",
    en: "The advertiser's balance is used up.",
  },
  unavailable: {
    fr: "Le service qui réserve les budgets ne répond pas : rien de payant ne peut être montré.",
    en: "The store that reserves budgets is away: nothing paid can show.",
  },
  open_holds: {
    fr: "Trop de vues de cette campagne attendent d'être confirmées pour ce visiteur.",
    en: "Too many views of this campaign wait to be confirmed for this visitor.",
  },
};

/** What the day's plan says, where it is known, explains the share. */
function pacingSentence({ throttle, plannedShare, spentShare }: Figures): Sentence {
  const isKnown = typeof plannedShare === "number" && typeof spentShare === "number";
  const planFr = isKnown
    ? ` À cette heure, ${percentFr(plannedShare)} du budget du jour étaient prévus, ${percentFr(spentShare)} sont dépensés.`
    : "";
  const planEn = isKnown
    ? ` By now ${percentEn(plannedShare)} of the day's budget was planned, ${percentEn(spentShare)} is spent.`
    : "";
  return {
    fr: `Cette annonce est étalée sur la journée : elle prend ${percentFr(throttle)} des occasions, et pas celle-ci.${planFr}`,
    en: `This ad is spread over the day: it takes ${percentEn(throttle)} of the opportunities, and not this one.${planEn}`,
  };
}

const intentions: Readonly<Record<string, Sentence>> = {
  searches_here: { fr: "qui cherchent dans la zone", en: "who search in the zone" },
  is_here: { fr: "qui se trouvent dans la zone", en: "who are in the zone" },
  lives_here: { fr: "qui habitent la zone", en: "who live in the zone" },
};
const anyIntention: Sentence = { fr: "de la zone", en: "of the zone" };

const anyCap: Sentence = {
  fr: "Le visiteur a déjà vu cette campagne autant de fois que sa limite le permet.",
  en: "The visitor has seen the campaign as often as its cap allows.",
};

function capSentence({ shown, max, windowSeconds, window, per }: Figures): Sentence {
  if (window === "page_view") {
    const of = per === "advertiser" ? "cet annonceur" : "cette campagne";
    return {
      fr: `La page ouverte a déjà montré ${of} ${told(shown)} fois (maximum ${told(max)} par page vue).`,
      en: `This page view has shown the ${told(per)} ${told(shown)} times (at most ${told(max)} per page view).`,
    };
  }
  return {
    fr: `Le visiteur a déjà vu ${per === "advertiser" ? "cet annonceur" : "cette campagne"} ${told(shown)} fois en ${durationFr(windowSeconds)} (maximum ${told(max)}).`,
    en: `The visitor has seen the ${told(per)} ${told(shown)} times in ${durationEn(windowSeconds)} (at most ${told(max)}).`,
  };
}

function zoneSentence(figures: Figures): Sentence {
  const { zoneLabel, placeLabel, distanceMeters, radiusMeters, coveredShare, neededShare } =
    figures;
  const place = told(placeLabel, "un lieu sans nom");
  const placeEn = told(placeLabel, "an unnamed place");
  const isMeasured = typeof distanceMeters === "number" && typeof radiusMeters === "number";
  if (isMeasured && distanceMeters > radiusMeters) {
    return {
      fr: `Le visiteur est hors de la zone (${told(zoneLabel)}) : ${place} est à ${kilometresFr(distanceMeters)} du centre, le rayon est de ${kilometresFr(radiusMeters)}.`,
      en: `The visitor is outside the zone (${told(zoneLabel)}): ${placeEn} is ${kilometresEn(distanceMeters)} from its centre, its radius is ${kilometresEn(radiusMeters)}.`,
    };
  }
  if (typeof coveredShare === "number" && coveredShare > 0) {
    return {
      fr: `La zone (${told(zoneLabel)}) couvre ${percentFr(coveredShare)} du lieu du visiteur (${place}) ; il en faut ${percentFr(neededShare)}.`,
      en: `The zone (${told(zoneLabel)}) covers ${percentEn(coveredShare)} of the visitor's place (${placeEn}); it takes ${percentEn(neededShare)}.`,
    };
  }
  return {
    fr: `Le lieu du visiteur (${place}) est hors de la zone : ${told(zoneLabel)}.`,
    en: `The visitor's place (${placeEn}) is outside the zone: ${told(zoneLabel)}.`,
  };
}

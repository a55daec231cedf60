import type { DeliveryStatus, LagReason, Reason, RestReason, Words } from "./diagnosisTypes.ts";
import { reasonTitle } from "./reasonWords.ts";

const restSentences: Readonly<Record<RestReason, Words>> = {
  paused: { fr: "La campagne est en pause.", en: "The campaign is paused." },
  draft: { fr: "La campagne est en brouillon.", en: "The campaign is a draft." },
  ended: { fr: "La campagne est terminée.", en: "The campaign has ended." },
  not_started: { fr: "La campagne n'a pas commencé.", en: "The campaign has not begun." },
  not_today: {
    fr: "La campagne n'est pas diffusée aujourd'hui, selon ses horaires.",
    en: "The campaign does not run today, by its hours.",
  },
  day_spent: { fr: "Le budget du jour est dépensé.", en: "The day's budget is spent." },
  total_spent: { fr: "Le budget total est dépensé.", en: "The total budget is spent." },
  free: {
    fr: "La campagne n'a pas de budget à dépenser.",
    en: "The campaign has no budget to spend.",
  },
};

/** Why nothing is to be spent, in a sentence. */
export function restWords(rest: RestReason): Words {
  return restSentences[rest];
}

const onTrack: Words = {
  fr: "La campagne dépense son budget comme prévu.",
  en: "The campaign spends its budget as planned.",
};
const tooEarly: Words = {
  fr: "Il est trop tôt pour dire si la campagne dépensera son budget.",
  en: "It is too early to say whether the campaign will spend its budget.",
};

/** Reasons that lie in what the campaign asks for: levers were tried on them. */
const ownReasons: ReadonlySet<LagReason> = new Set<LagReason>([
  "zone_too_small",
  "bid_under_floor",
  "outbid",
  "competitor_on_page",
  "caps_too_tight",
  "unknown_visitors",
  "audience_too_narrow",
  "schedule_too_narrow",
  "devices_too_narrow",
  "pages_too_narrow",
  "place_intention_too_narrow",
  "no_fitting_creative",
]);
const nothingHelps: Words = {
  fr: " Aucun réglage essayé (rayon, enchère, limite, horaires, public, formats) n'apporterait davantage : rien n'est à changer.",
  en: " Nothing that was tried (radius, bid, cap, hours, audience, formats) would bring more: nothing is to be changed.",
};

/** A status in a sentence; of a campaign that lags the first reason and what would help most. */
export function statusWords(status: DeliveryStatus, reasons: readonly Reason[]): Words {
  const [first] = reasons;
  if (first === undefined) return status === "too_early" ? tooEarly : onTrack;
  const title = reasonTitle(first.reason);
  const [suggestion] = first.suggestions;
  if (suggestion === undefined) {
    const isHelpless =
      reasons.every((it) => it.suggestions.length === 0) && ownReasons.has(first.reason);
    const { fr, en } = isHelpless ? nothingHelps : { fr: "", en: "" };
    return { fr: `${first.fr}${fr}`, en: `${first.en}${en}` };
  }
  return {
    fr: `${title.fr} : ${suggestion.fr}.`,
    en: `${title.en}: ${suggestion.en}.`,
  };
}

import type { Forecast } from "../reports/forecast/forecastTypes.ts";
import type { ShopPlan } from "./planShopCampaign.ts";
import type { ShopWarning } from "./shopCampaignSchema.ts";
import type { ShopPlace } from "./shopPlace.ts";

/** What a shopkeeper reads, and the same in English. Pure. */

export interface Words {
  readonly fr: string;
  readonly en: string;
}

export interface ShopStory {
  readonly title: string;
  readonly zoneLabel: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly dailyBudgetMicros: number | null;
  readonly totalBudgetMicros: number | null;
  readonly plan: ShopPlan;
  readonly isDraft: boolean;
  readonly isApproved: boolean;
}

const count = {
  fr: new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 }),
  en: new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 }),
};
const euros = {
  fr: new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" }),
  en: new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" }),
};
const dayWords = {
  fr: new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "UTC" }),
  en: new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }),
};
type Language = "fr" | "en";

const money = (micros: number, language: Language): string => euros[language].format(micros / 1e6);
const day = (text: string, language: Language): string =>
  dayWords[language]
    .format(new Date(`${text}T00:00:00Z`))
    .replace(/^1 (?=\D+ \d{4}$)/, (one) => (language === "fr" ? "1er " : one));

/** All of it in a few sentences. */
export function shopSummary(story: ShopStory): Words {
  return { fr: summaryIn("fr", story), en: summaryIn("en", story) };
}

function summaryIn(language: Language, story: ShopStory): string {
  const { title, zoneLabel, startsOn, endsOn, plan } = story;
  const isFrench = language === "fr";
  const from = day(startsOn, language);
  const until = endsOn === null ? null : day(endsOn, language);
  const when = isFrench
    ? until === null
      ? `à partir du ${from}`
      : `du ${from} au ${until}`
    : until === null
      ? `from ${from} on`
      : `from ${from} to ${until}`;
  const shown = isFrench
    ? `Votre annonce « ${title} » : ${zoneLabel}, ${when}, ${budgetIn("fr", story)}.`
    : `Your ad “${title}”: ${zoneLabel}, ${when}, ${budgetIn("en", story)}.`;
  const bought = plan.forecast === null ? null : boughtIn(language, plan.forecast, plan.days);
  return [shown, bought, nextIn(language, story)].filter((it) => it !== null).join(" ");
}

function budgetIn(language: Language, story: ShopStory): string {
  const { dailyBudgetMicros: daily, totalBudgetMicros: total } = story;
  const most = language === "fr" ? "au plus" : "at most";
  const inAll = language === "fr" ? "en tout" : "in all";
  const aDay = language === "fr" ? "par jour" : "a day";
  const parts = [
    ...(total === null ? [] : [`${money(total, language)} ${inAll}`]),
    ...(daily === null ? [] : [`${money(daily, language)} ${aDay} ${most}`]),
  ];
  return parts.join(", ");
}

function boughtIn(language: Language, { impressions, clicks }: Forecast, days: number): string {
  const n = (value: number): string => count[language].format(value);
  return language === "fr"
    ? `En ${n(days)} jours, comptez environ ${n(impressions.value)} affichages (entre ${n(impressions.low)} et ${n(impressions.high)}) et ${n(clicks.value)} clics.`
    : `In ${n(days)} days, expect about ${n(impressions.value)} views (${n(impressions.low)} to ${n(impressions.high)}) and ${n(clicks.value)} clicks.`;
}

function nextIn(language: Language, { isDraft, isApproved }: ShopStory): string {
  if (isDraft)
    return language === "fr"
      ? "La campagne est en brouillon : lancez-la quand vous serez prêt."
      : "The campaign is a draft: launch it when you are ready.";
  if (isApproved)
    return language === "fr"
      ? "L'annonce est validée et peut être diffusée."
      : "The ad is approved and may be shown.";
  return language === "fr"
    ? "L'annonce est relue par notre équipe, puis diffusée."
    : "Our team reviews the ad, then it is shown.";
}

/** Why this bid. */
export function priceWords({ bidMicros, recommended }: ShopPlan): Words {
  const price = (language: Language) => money(bidMicros, language);
  if (recommended === null)
    return {
      fr: `${price("fr")} pour mille affichages : un prix usuel, faute de prévision.`,
      en: `${price("en")} for a thousand views: a usual price, as nothing could be forecast.`,
    };
  if (recommended.bidMicros !== bidMicros)
    return {
      fr: `${price("fr")} pour mille affichages, comme demandé ; nous conseillons ${money(recommended.bidMicros, "fr")}.`,
      en: `${price("en")} for a thousand views, as asked; we recommend ${money(recommended.bidMicros, "en")}.`,
    };
  if (recommended.because === "most")
    return {
      fr: `${price("fr")} pour mille affichages : à ce prix vous gagnez presque toutes les visites de la zone, payer plus n'en apporterait guère.`,
      en: `${price("en")} for a thousand views: at this price you win nearly every visit of the zone, paying more would bring hardly any.`,
    };
  return {
    fr: `${price("fr")} pour mille affichages : le prix le plus bas qui dépense votre budget, donc le plus d'affichages pour votre argent.`,
    en: `${price("en")} for a thousand views: the lowest price that spends your budget, so the most views for your money.`,
  };
}

const warn = (code: ShopWarning["code"], words: Words): ShopWarning => ({
  code,
  ...words,
  radiusMeters: null,
});

/** What the shopkeeper should know before paying. */
export function shopWarnings(
  plan: ShopPlan,
  place: ShopPlace,
  facts: { readonly hasAddress: boolean; readonly isBalanceEmpty: boolean },
): readonly ShopWarning[] {
  const { forecast, radiusMeters } = plan;
  const told = (forecast?.warnings ?? []).map(
    ({ code, fr, en }): ShopWarning =>
      code === "too_few_people"
        ? warn(code, { fr, en })
        : withRadius(code, { fr, en }, radiusMeters),
  );
  return [
    ...told,
    ...(forecast === null ? [noForecast] : []),
    ...(facts.hasAddress && (place.centre === "commune" || place.centre === "postalCode")
      ? [streetNotLocated]
      : []),
    ...(facts.isBalanceEmpty ? [balanceEmpty] : []),
    ...(plan.isCut ? [periodCut(plan.days)] : []),
  ];
}

function withRadius(
  code: ShopWarning["code"],
  { fr, en }: Words,
  radiusMeters: number | null,
): ShopWarning {
  if (radiusMeters === null) return { code, fr, en, radiusMeters };
  const km = radiusMeters / 1_000;
  return {
    code,
    fr: `${fr} Un rayon de ${km} km suffirait.`,
    en: `${en} A radius of ${km} km would do.`,
    radiusMeters,
  };
}

const noForecast = warn("forecast_unavailable", {
  fr: "La prévision n'est pas disponible pour le moment.",
  en: "No forecast is available at the moment.",
});
const streetNotLocated = warn("street_not_located", {
  fr: "La rue n'est pas localisée : le cercle part du centre de la commune. Indiquez la latitude et la longitude pour partir de la boutique.",
  en: "The street is not located: the circle begins at the middle of the commune. Give lat and lon to begin at the shop.",
});
const balanceEmpty = warn("balance_empty", {
  fr: "Le compte de l'annonceur est vide : l'annonce sera diffusée dès qu'il sera approvisionné.",
  en: "The advertiser's balance is empty: the ad is shown as soon as something is paid in.",
});
const periodCut = (days: number): ShopWarning =>
  warn("period_cut", {
    fr: `La prévision porte sur les ${days} premiers jours.`,
    en: `The forecast is about the first ${days} days.`,
  });

import { type BidCurve, spendAtBids } from "./bidCurve.ts";
import { budgetOfPeriod } from "./deliver.ts";
import type { ForecastSample } from "./forecastSample.ts";
import type { Forecast, ForecastLever, ForecastWarning } from "./forecastTypes.ts";
import { type Replay, replayCampaign } from "./replay.ts";
import { leastPeople, roundMicros } from "./roundForecast.ts";

/** Below this share of the budget it is said that it cannot be spent. */
const spentShare = 0.9;
const leastGain = 1.05;
/** Multiples of the bid that are tried where three times as much wins nothing more. */
const farBids = [5, 10, 20];
const radiusSteps = [2_000, 5_000, 10_000, 20_000];

const noTraffic: ForecastWarning = {
  code: "no_traffic_known",
  fr: "Aucune visite n'est connue dans cette zone pour ce ciblage : agrandissez la zone ou ciblez moins finement.",
  en: "No visit is known in this zone for this targeting: make the zone larger or the targeting wider.",
  levers: [],
};

const tooFew: ForecastWarning = {
  code: "too_few_people",
  fr: `Moins de ${leastPeople} personnes : par respect de leur vie privée, les chiffres ne sont pas affichés.`,
  en: `Fewer than ${leastPeople} people: to protect them, figures are not shown.`,
  levers: [],
};

/** What its owner should know before launching, with what would help. */
export function warningsOf(
  replay: Replay,
  curve: BidCurve,
  people: number,
): readonly ForecastWarning[] {
  const { matched, sample, question, calendar, delivery } = replay;
  if (matched.rows.length === 0) return [noTraffic];
  if (sample.basis === "measured" && people < leastPeople) return [tooFew];
  const budget = budgetOfPeriod(question, calendar);
  if (budget === null || delivery.spendMicros >= spentShare * budget) return [];
  const percent = Math.floor((100 * delivery.spendMicros) / budget);
  const levers = [...higherBid(replay, curve, budget), ...largerRadius(replay, budget)];
  const rest = levers.length === 0 ? whatIsTried(question) : { fr: "", en: "" };
  return [
    {
      code: "budget_not_spent",
      fr: `Environ ${percent} % du budget serait dépensé : il n'y a pas assez de visites gagnées à ce prix dans cette zone.${rest.fr}`,
      en: `About ${percent} % of the budget would be spent: too few visits are won at this price in this zone.${rest.en}`,
      levers,
    },
  ];
}

/** What was looked at and would bring nothing: better told than proposed. */
function whatIsTried({ zone }: Replay["question"]): { readonly fr: string; readonly en: string } {
  return zone.include.circles.length === 0
    ? {
        fr: " Une enchère vingt fois plus haute n'y changerait rien : ajoutez des communes, ou prévoyez un budget plus petit.",
        en: " A bid twenty times as high would change nothing: add communes, or plan a smaller budget.",
      }
    : {
        fr: " Ni une enchère vingt fois plus haute ni 20 km de plus n'y changeraient rien : prévoyez un budget plus petit, ou une autre zone.",
        en: " Neither a bid twenty times as high nor 20 km more would change that: plan a smaller budget, or another zone.",
      };
}

/** What is worth proposing: a twentieth more than now, and more than nothing as it is told. */
function isWorthIt(nowMicros: number, thenMicros: number): boolean {
  return thenMicros >= leastGain * nowMicros && roundMicros(thenMicros) > roundMicros(nowMicros);
}

/** The least bid that spends the budget, else the highest if it helps at all; beyond the curve's where its own win nothing more. */
function higherBid(replay: Replay, { exact }: BidCurve, budget: number): readonly ForecastLever[] {
  const { question, delivery, calendar } = replay;
  const budgetPerDay = budget / calendar.days;
  const now = delivery.spendMicros / calendar.days;
  const bestOf = (bids: BidCurve["exact"]): readonly ForecastLever[] => {
    const higher = bids.filter(({ bidMicros }) => bidMicros > question.bidMicros);
    const found =
      higher.find(({ spendMicrosPerDay }) => spendMicrosPerDay >= budgetPerDay) ?? higher.at(-1);
    if (found === undefined) return [];
    const then = Math.min(budgetPerDay, found.spendMicrosPerDay);
    const { bidMicros } = found;
    return isWorthIt(now, then)
      ? [{ kind: "higher_bid", bidMicros, spendMicrosPerDay: roundMicros(then) }]
      : [];
  };
  const found = bestOf(exact);
  return found.length > 0 ? found : bestOf(spendAtBids(replay, farBids));
}

/** The least step of all circles that spends the budget, else the largest if it helps at all. */
function largerRadius(
  { sample, question, delivery, calendar }: Replay,
  budget: number,
): readonly ForecastLever[] {
  if (question.zone.include.circles.length === 0) return [];
  let best: ForecastLever | null = null;
  let most = delivery.spendMicros;
  for (const addMeters of radiusSteps) {
    const grown = replayCampaign(sample, question, { addMeters }).delivery.spendMicros;
    if (!isWorthIt(most / calendar.days, grown / calendar.days)) continue;
    most = grown;
    const spendMicrosPerDay = roundMicros(grown / calendar.days);
    best = { kind: "larger_radius", addMeters, spendMicrosPerDay };
    if (grown >= spentShare * budget) break;
  }
  return best === null ? [] : [best];
}

/** Bid requests are not sampled: what other sites' pages sell for is known by what was won there, not by what could be. */
const ourPagesOnly = {
  fr: "Pages de nos sites seulement : ce qui s’achète par les places de marché s’y ajoute.",
  en: "Pages of our own sites only: what is bought through exchanges comes besides.",
} as const;

/** Where the figures come from, and how good they are. */
export function accuracyWords(
  { basis, windowDays }: Pick<ForecastSample, "basis" | "windowDays">,
  relativeError: number,
): Forecast["accuracy"] {
  if (basis === "prior")
    return {
      fr: "Estimation d'après la population des communes, avant toute mesure : juste à un facteur trois près.",
      en: "Estimated from the census, before anything was measured: right within a factor of three.",
    };
  const percent = Math.max(1, Math.round(196 * relativeError));
  const days = Math.max(1, Math.round(windowDays));
  return {
    fr: `Mesuré sur ${days} jours de visites : à ±${percent} % près, 95 fois sur 100. ${ourPagesOnly.fr}`,
    en: `Measured on ${days} days of visits: within ±${percent} %, 95 times of 100. ${ourPagesOnly.en}`,
  };
}

import { bidCurveOf } from "./bidCurve.ts";
import { countCompetitors } from "./competition.ts";
import { countPeople } from "./countPeople.ts";
import { countReached } from "./countReached.ts";
import { budgetOfPeriod, type Delivery, deliver } from "./deliver.ts";
import { type RelativeErrors, relativeErrors } from "./forecastErrors.ts";
import type { ForecastSample } from "./forecastSample.ts";
import type { Forecast, ForecastFigure, ForecastQuestion } from "./forecastTypes.ts";
import { accuracyWords, warningsOf } from "./forecastWarnings.ts";
import { tallyMap } from "./mapForecast.ts";
import { type Replay, replayCampaign } from "./replay.ts";
import {
  figureOf,
  leastPeople,
  peopleFigureOf,
  type Rounding,
  roundCompetition,
  roundCount,
  roundMicros,
  roundShare,
} from "./roundForecast.ts";
import { samplingVariance, sumGroups } from "./winRows.ts";

/**
 * What a campaign can expect: people, opportunities, impressions, clicks and spend with their bounds at 95 %, competition,
 * what other bids would bring, and what would help a budget that cannot be spent. Pure; a few milliseconds for a town, some
 * dozens for all of France. Rounded, and so that no difference of answers is about fewer than 50 people.
 */
export function forecastCampaign(sample: ForecastSample, question: ForecastQuestion): Forecast {
  const replay = replayCampaign(sample, question);
  const { calendar, matched, delivery, opportunities } = replay;
  const map = tallyMap(sample, matched, replay.zone);
  const met = countPeople(sample, matched, null, { calendar, share: 1 }, map.visit);
  const reached = countReached(replay, shownShare(replay));
  const errors = relativeErrors(sample, {
    days: calendar.days,
    peopleVariance: met.variance,
    edgeVariance: replay.zone.edgeVariance,
    opportunityVariance: samplingVariance(sample, matched) + matched.pagesVariance,
    opportunities,
    impressions: delivery.impressions,
    clicks: delivery.clicks,
  });
  const perDay = 1 / calendar.days;
  const curve = bidCurveOf(replay);
  // Of a group too small to be told of, its pages are not told of either.
  const isHidden = sample.basis === "measured" && met.people < leastPeople;
  const shown = isHidden ? hideDelivery(delivery) : delivery;
  const drawn = map.draw(perDay, calendar.whole);
  return {
    basis: sample.basis,
    accuracy: accuracyWords(sample, errors.opportunities),
    period: { startsOn: question.startsOn, endsOn: question.endsOn, days: calendar.days },
    people: peopleFigureOf(met.people, errors.people),
    peopleReached: peopleFigureOf(Math.min(met.people, reached), errors.peopleReached),
    opportunitiesPerDay: figureOf(isHidden ? 0 : opportunities * perDay, errors.opportunities),
    ...moneyFigures(replay, shown, errors),
    competition: competitionOf(replay, isHidden),
    bidCurve: isHidden ? [] : curve.points,
    warnings: warningsOf(replay, curve, met.people),
    map: isHidden ? { ...drawn, cells: [] } : drawn,
  };
}

/** Of the rows that a bid wins, those that are seen: what the budget takes, as far as it is rendered. */
export function shownShare({ delivery, sample }: Replay): number {
  return delivery.share * sample.rates.renderRate;
}

const hideDelivery = (delivery: Delivery): Delivery => ({
  ...delivery,
  impressions: 0,
  clicks: 0,
  spendMicros: 0,
});

/** What days may leave of a budget that could be spent: the worst day of the simulation (docs/simulation.md). */
const leftOfBudget = 0.02;

/** Where a budget binds, more or fewer pages hardly change what is spent: the bounds are those of the pages, replayed. */
function moneyFigures(
  { question, won, calendar, sample, opportunities }: Replay,
  delivery: Delivery,
  errors: RelativeErrors,
): Pick<Forecast, "impressions" | "clicks" | "spendMicros" | "budgetShareSpent"> {
  const spread = Math.exp(1.96 * errors.impressions);
  const at = (factor: number) => deliver(question, won.byGroup, calendar, sample.rates, factor);
  const isNothing = delivery.impressions === 0 || opportunities === 0;
  const [low, high] = isNothing ? [delivery, delivery] : [at(1 / spread), at(spread)];
  const bounded = (
    pick: (it: Delivery) => number,
    round: (value: number, to?: Rounding) => number,
  ): ForecastFigure => ({
    value: round(pick(delivery)),
    low: round(pick(low) * (1 - leftOfBudget), Math.floor),
    high: round(pick(high), Math.ceil),
  });
  const clicks = figureOf(delivery.clicks, errors.clicks);
  const budget = budgetOfPeriod(question, calendar);
  // Who pays by click spends what clicks bring.
  const isByClick = question.pricing === "cpc";
  const spend = bounded((it) => it.spendMicros, roundMicros);
  const loose = figureOf(delivery.spendMicros, errors.clicks, roundMicros);
  const most = budget ?? Number.POSITIVE_INFINITY;
  return {
    impressions: bounded((it) => it.impressions, roundCount),
    clicks,
    spendMicros: isByClick ? { ...loose, high: Math.min(loose.high, most) } : spend,
    budgetShareSpent: budget === null ? null : roundShare(delivery.spendMicros / budget),
  };
}

function competitionOf(
  { sample, question, opportunities, won, calendar }: Replay,
  isHidden: boolean,
): Forecast["competition"] {
  const campaigns = countCompetitors(sample.competition, question.zone);
  const wins = sumGroups(won.byGroup, calendar.whole);
  return {
    campaigns: roundCompetition(campaigns),
    isBelowFive: campaigns < 5,
    shareWon: isHidden || opportunities === 0 ? 0 : roundShare(wins / opportunities),
  };
}

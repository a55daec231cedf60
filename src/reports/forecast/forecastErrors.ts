import type { ForecastSample } from "./forecastSample.ts";
import { trafficPrior } from "./priorSample.ts";

/**
 * How far figures may be off, as relative standard deviations. The constants were set by the backtest (docs/forecasts.md),
 * whose share of truths within the bounds must be about 95 %.
 */
const errors = {
  /** Days differ from each other by this, and weeks by what is left of it. */
  day: 0.13,
  /** Trends, holidays, weather. */
  week: 0.04,
  /** Who bids against us changes. */
  auction: 0.06,
  /** How often a new ad is clicked is its own affair. */
  clickRate: 0.4,
  /** Of people, besides. */
  people: 0.02,
  /** By how much people of a week differ where its pages differ by 1: most come anyway, and look at more. */
  peopleOfPages: 0.4,
  /** Of figures that nobody measured: right within a factor of three. */
  prior: 0.56,
} as const;

/** As chance counts them: of visits of six pages on average, geometric, the mean square over the mean. */
const pagesAVisit = 2 * trafficPrior.pagesPerVisit - 1;

export interface RelativeErrors {
  readonly people: number;
  readonly peopleReached: number;
  readonly opportunities: number;
  readonly impressions: number;
  readonly clicks: number;
}

/** Standard deviations from the variances of the sample and the length of the period. */
export function relativeErrors(
  { basis }: Pick<ForecastSample, "basis">,
  facts: {
    readonly days: number;
    readonly peopleVariance: number;
    /** Of the atoms that reach over the zone's border. */
    readonly edgeVariance: number;
    readonly opportunityVariance: number;
    /** Opportunities, impressions and clicks expected: they come by chance. */
    readonly opportunities: number;
    readonly impressions: number;
    readonly clicks: number;
  },
): RelativeErrors {
  const chance = (expected: number): number => 1 / Math.max(0.5, expected);
  // Pages come a visit at a time: chance is in the visits.
  const visits = (pages: number): number => chance(pages / pagesAVisit);
  const prior = basis === "prior" ? errors.prior ** 2 : 0;
  const traffic = errors.week ** 2 + errors.day ** 2 / Math.max(1, facts.days) + prior;
  const edge = basis === "prior" ? 0 : facts.edgeVariance;
  const sampled = traffic + facts.opportunityVariance + edge;
  const impressions = sampled + errors.auction ** 2 + visits(facts.impressions);
  const follows = errors.peopleOfPages ** 2;
  const people = facts.peopleVariance + errors.people ** 2 + follows * traffic + prior + edge;
  return {
    people: Math.sqrt(people),
    peopleReached: Math.sqrt(people + follows * errors.auction ** 2),
    opportunities: Math.sqrt(sampled + visits(facts.opportunities)),
    impressions: Math.sqrt(impressions),
    clicks: Math.sqrt(impressions + errors.clickRate ** 2 + chance(facts.clicks)),
  };
}

/** What a campaign has been shown and clicked so far. */
export interface ClickCounts {
  readonly impressions: number;
  readonly clicks: number;
}

export interface ClickRate {
  /** Expected probability of a click on one impression, 0–1. */
  readonly clickRate: number;
  /** Hardly ever exceeded by the true rate: sizes the holds of campaigns paid by click. */
  readonly clickRateUpper: number;
}

/** The rate of native local ads before anything is known. */
export const priorClickRate = 0.004;
/** How many impressions the prior is worth: a shop whose ads are clicked ten times as often must be known within its first hours. */
const priorImpressions = 500;
/** Standard deviations between the expected rate and its upper bound. */
const upperDeviations = 3;

/**
 * The click rate of a campaign, shrunk towards the prior (empirical Bayes: the posterior mean of a beta prior worth 500
 * impressions), with an upper bound three posterior standard deviations above it. Clicks without their impression do
 * count, hence more clicks than impressions are possible: the rate stays at most 1.
 */
export function smoothClickRate({ impressions, clicks }: ClickCounts): ClickRate {
  const weight = Math.max(impressions, clicks) + priorImpressions;
  const clickRate = (clicks + priorClickRate * priorImpressions) / weight;
  const deviation = Math.sqrt((clickRate * (1 - clickRate)) / (weight + 1));
  return { clickRate, clickRateUpper: Math.min(1, clickRate + upperDeviations * deviation) };
}

/** What a campaign has been shown, and how much of it was viewable (MRC: half of it for a second). */
export interface ViewCounts {
  readonly impressions: number;
  readonly viewables: number;
}

/** The share of viewable impressions before anything is known. */
export const priorViewRate = 0.6;
/** Views are frequent: far fewer impressions than for clicks tell what they are. */
const priorViewImpressions = 200;

/**
 * The share of a campaign's impressions that become viewable, shrunk like {@link smoothClickRate}. No upper bound: a
 * viewable impression is held at its full price, so that no hold is sized by it.
 */
export function smoothViewRate({ impressions, viewables }: ViewCounts): number {
  const weight = Math.max(impressions, viewables) + priorViewImpressions;
  return (viewables + priorViewRate * priorViewImpressions) / weight;
}

/** A change too small to reorder anything is not worth a new snapshot entry on every node. */
export function isWorthUpdating(known: number, fresh: number): boolean {
  return Math.abs(fresh - known) > 0.05 * known;
}

/**
 * What another way of choosing would have brought, estimated from what was logged while chance took part in choosing: the
 * self-normalised inverse propensity estimator (SNIPS: Swaminathan and Joachims, 2015). Pure.
 */

/** Chance of each of several to be chosen. */
export type Chances = readonly (readonly [creativeId: number, chance: number])[];

/** Ads that were chosen alike: of one campaign, from the same choices with the same chances, the same one. */
export interface LoggedChoices {
  readonly campaignId: number;
  readonly creativeId: number;
  /** How probable it was to be chosen, above 0. */
  readonly propensity: number;
  readonly choices: Chances;
  readonly impressions: number;
  /** At most one an impression. */
  readonly clicks: number;
}

/** How probable a policy is to choose what was chosen, 0–1. */
export type Policy = (logged: LoggedChoices) => number;

/** Every creative that fits, equally often. */
export const uniformPolicy: Policy = ({ choices }) => 1 / Math.max(1, choices.length);

/** Always the one that was likeliest to be chosen; of several alike the one with the lowest id. */
export const greedyPolicy: Policy = ({ choices, creativeId }) => {
  const best = choices.reduce<readonly [number, number] | null>((so, one) => {
    if (so === null || one[1] > so[1]) return one;
    return one[1] === so[1] && one[0] < so[0] ? one : so;
  }, null);
  return best?.[0] === creativeId ? 1 : 0;
};

/** By weights of creatives (above 0); those without one are not chosen where another fits, else equally. */
export function weightedPolicy(weights: ReadonlyMap<number, number>): Policy {
  return ({ choices, creativeId }) => {
    const total = choices.reduce((sum, [id]) => sum + (weights.get(id) ?? 0), 0);
    if (total === 0) return 1 / Math.max(1, choices.length);
    return (weights.get(creativeId) ?? 0) / total;
  };
}

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface OffPolicyResult {
  readonly impressions: number;
  /** Clicks per impression as it was, and as the policy would have had it; 95 % intervals. */
  readonly logged: Estimate;
  readonly policy: Estimate;
  /** Policy over logged, less 1. */
  readonly lift: Estimate;
  /** Impressions that speak for the policy: few of many say that it does what was hardly ever done. */
  readonly effectiveImpressions: number;
  /** Mean weight, 1 where all that the policy does was done sometimes: far from it, the estimate is not to be believed. */
  readonly meanWeight: number;
  /** Share of impressions whose weight was cut. */
  readonly clippedShare: number;
}

/** A single rare choice must not decide alone; cutting draws the estimate towards what was logged. */
export const mostWeight = 50;
const deviations = 1.96;

/**
 * Estimates a policy's clicks per impression: Σ w·r / Σ w with w = π(chosen) / propensity, at most `mostWeight`. Intervals by
 * linearisation (the variance of w·(r − V) / w̄; of the lift that of the ratio, both being of the same ads). Null where no
 * impression speaks for the policy. Throws a RangeError for a propensity that is not above 0 and at most 1.
 */
export function estimateOffPolicy(
  groups: readonly LoggedChoices[],
  policy: Policy,
): OffPolicyResult | null {
  const weighed = groups.map((group) => ({ ...group, ...weightOf(group, policy) }));
  const sum = (of: (group: (typeof weighed)[number]) => number): number =>
    weighed.reduce((total, group) => total + of(group), 0);
  const impressions = sum((it) => it.impressions);
  const weights = sum((it) => it.impressions * it.weight);
  if (impressions === 0 || weights === 0) return null;
  const logged = sum((it) => it.clicks) / impressions;
  const value = sum((it) => it.clicks * it.weight) / weights;
  const meanWeight = weights / impressions;
  // Influence of one impression with reward r on each mean, and on their ratio.
  const varianceOf = (influence: (weight: number, reward: number) => number): number =>
    sum(
      ({ clicks, impressions: shown, weight }) =>
        clicks * influence(weight, 1) ** 2 + (shown - clicks) * influence(weight, 0) ** 2,
    ) /
    impressions ** 2;
  const ofPolicy = (weight: number, reward: number) => (weight * (reward - value)) / meanWeight;
  const ofLogged = (_: number, reward: number) => reward - logged;
  const ratio = logged === 0 ? Number.NaN : value / logged;
  const ofRatio = (weight: number, reward: number) =>
    (ofPolicy(weight, reward) - ratio * ofLogged(weight, reward)) / logged;
  return {
    impressions,
    logged: interval(logged, varianceOf(ofLogged)),
    policy: interval(value, varianceOf(ofPolicy)),
    lift: interval(ratio - 1, varianceOf(ofRatio)),
    effectiveImpressions: weights ** 2 / sum((it) => it.impressions * it.weight ** 2),
    meanWeight,
    clippedShare: sum((it) => (it.isClipped ? it.impressions : 0)) / impressions,
  };
}

function weightOf(group: LoggedChoices, policy: Policy) {
  const { propensity } = group;
  if (!(propensity > 0 && propensity <= 1))
    throw new RangeError(`a propensity is above 0 and at most 1, not ${propensity}`);
  const weight = policy(group) / propensity;
  return { weight: Math.min(mostWeight, weight), isClipped: weight > mostWeight };
}

function interval(value: number, variance: number): Estimate {
  const room = deviations * Math.sqrt(variance);
  return { value, low: value - room, high: value + room };
}

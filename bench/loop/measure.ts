/** What one visitor's ads cost and brought. */
export interface VisitorSums {
  readonly clicks: number;
  readonly euros: number;
}

export interface ArmFigures {
  readonly visitors: number;
  readonly clicks: number;
  readonly euros: number;
  readonly clicksPerEuro: number;
  /** Standard error of the logarithm of clicks per euro, visitors being independent of each other. */
  readonly logError: number;
}

/** Clicks per euro of many visitors, by the ratio of sums; its variance by linearisation, as one visitor's pages hang together. */
export function armFigures(visitors: readonly VisitorSums[]): ArmFigures {
  const clicks = visitors.reduce((sum, one) => sum + one.clicks, 0);
  const euros = visitors.reduce((sum, one) => sum + one.euros, 0);
  const clicksPerEuro = clicks / euros;
  const squares = visitors.reduce(
    (sum, one) => sum + (one.clicks - clicksPerEuro * one.euros) ** 2,
    0,
  );
  const logError = Math.sqrt(squares) / clicks;
  return { visitors: visitors.length, clicks, euros, clicksPerEuro, logError };
}

export interface Lift {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How much more clicks a euro brings in one arm than in the other, with a 95 % interval. Pure. */
export function liftOf(treated: ArmFigures, holdout: ArmFigures): Lift {
  const log = Math.log(treated.clicksPerEuro / holdout.clicksPerEuro);
  const room = 1.96 * Math.hypot(treated.logError, holdout.logError);
  return {
    value: Math.exp(log) - 1,
    low: Math.exp(log - room) - 1,
    high: Math.exp(log + room) - 1,
  };
}

/** No prediction is nearer to 0 or 1: one that is wrong costs 16 nats at most, and every logit is finite. */
export const leastProbability = 1e-7;

/** 1 / (1 + e^-x). */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** ln(p / (1 - p)) of a probability, which is first brought within what predictions may be. */
export function logitOf(probability: number): number {
  const p = clampProbability(probability);
  return Math.log(p / (1 - p));
}

/** The nearest that a prediction may be to a probability. */
export function clampProbability(probability: number): number {
  return Math.min(1 - leastProbability, Math.max(leastProbability, probability));
}

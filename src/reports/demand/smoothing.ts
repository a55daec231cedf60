/** A level with a damped trend, as exponential smoothing found it (ETS(A,Ad,N), Hyndman & Athanasopoulos 2021, §8). */
export interface Smoothed {
  readonly level: number;
  readonly trend: number;
  readonly alpha: number;
  /** Standard deviation of the errors of one step. */
  readonly sigma: number;
}

export const damping = 0.9;
const alphas = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7] as const;
const betas = [0, 0.03, 0.1] as const;
/** Errors of the first weeks say where the level began, not how it moves. */
const warmUp = 8;

/** The smoothing with the least squared errors of one step. A null carries the level on. Null = nothing is known. */
export function smooth(values: readonly (number | null)[]): Smoothed | null {
  const first = values.filter((value) => value !== null).slice(0, warmUp);
  if (first.length < warmUp) return null;
  const start = [...first].sort((a, b) => a - b)[warmUp / 2] ?? 0;
  let best: Smoothed | null = null;
  for (const alpha of alphas)
    for (const beta of betas) {
      const tried = run(values, start, alpha, beta);
      if (best === null || tried.sigma < best.sigma) best = tried;
    }
  return best;
}

function run(
  values: readonly (number | null)[],
  start: number,
  alpha: number,
  beta: number,
): Smoothed {
  let [level, trend, squares, count, seen] = [start, 0, 0, 0, 0];
  for (const value of values) {
    const expected = level + damping * trend;
    const error = value === null ? 0 : value - expected;
    if (value !== null && ++seen > warmUp) {
      squares += error * error;
      count += 1;
    }
    level = expected + alpha * error;
    trend = damping * trend + beta * alpha * error;
  }
  return { level, trend, alpha, sigma: Math.sqrt(squares / Math.max(1, count)) };
}

/** The level `step` weeks on (1 = the next), and the standard deviation of its error. */
export function ahead(
  { level, trend, alpha, sigma }: Smoothed,
  step: number,
): { readonly level: number; readonly sigma: number } {
  let damped = 0;
  for (let i = 1, weight = damping; i <= step; i++, weight *= damping) damped += weight;
  return {
    level: level + trend * damped,
    sigma: sigma * Math.sqrt(1 + (step - 1) * alpha * alpha),
  };
}

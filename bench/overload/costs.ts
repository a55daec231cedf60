import type { FloodFigures } from "./floodLoop.ts";

interface Window extends Pick<FloodFigures, "whole"> {
  /** What the server used of a processor while it lasted, s. */
  readonly cpuSeconds: number;
}

export interface Costs {
  readonly decisionMicros: number;
  readonly refusalMicros: number;
  /** What a node that uses all of its processor still decides of three times its most: (1 - 3r) / (1 - r), r = a refusal's share of a decision. */
  readonly goodputAtThree: number;
}

/**
 * What a decision and a refusal cost, from windows with few refusals and ones with many, in pairs of one round: two equations of
 * two unknowns, as if a decision cost the same in both. What it costs more among refusals (colder caches) is counted to those, who
 * cause it. Medians over the pairs; null = the windows do not tell (none, or the server had a different share of its core in each).
 */
export function costsOf(few: readonly Window[], many: readonly Window[]): Costs | null {
  const pairs = few.flatMap((one, index) => {
    const other = many[index];
    return other === undefined ? [] : [solve(one, other)];
  });
  if (pairs.length === 0) return null;
  const decisionMicros = median(pairs.map(([decision]) => decision));
  const refusalMicros = median(pairs.map(([, refusal]) => refusal));
  if (!(decisionMicros > 0 && refusalMicros > 0)) return null;
  const share = refusalMicros / decisionMicros;
  return {
    decisionMicros,
    refusalMicros,
    goodputAtThree: Math.max(0, (1 - 3 * share) / (1 - share)),
  };
}

function solve(
  few: Window,
  many: Window,
): readonly [decisionMicros: number, refusalMicros: number] {
  const determinant = few.whole.decided * many.whole.shed - many.whole.decided * few.whole.shed;
  const decision = few.cpuSeconds * many.whole.shed - many.cpuSeconds * few.whole.shed;
  const refusal = few.whole.decided * many.cpuSeconds - many.whole.decided * few.cpuSeconds;
  return [(decision / determinant) * 1e6, (refusal / determinant) * 1e6];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

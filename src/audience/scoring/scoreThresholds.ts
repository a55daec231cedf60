/** Counts scores in bins, so that it is known which least score keeps which share of visitors: 8 KB, whoever many there are. */
export interface ScoreThresholds {
  readonly add: (score: number) => void;
  readonly visitors: () => number;
  readonly thresholds: () => readonly { readonly share: number; readonly minScore: number }[];
}

const binCount = 1_000;
const shares = [0.01, 0.05, 0.1, 0.2, 0.5] as const;

export function createScoreThresholds(): ScoreThresholds {
  // Most scores are small: bins are even in the square root.
  const bins = new Float64Array(binCount + 1);
  let visitors = 0;
  return {
    add(score) {
      const bin = Math.floor(Math.sqrt(score) * binCount);
      bins[bin] = (bins[bin] ?? 0) + 1;
      visitors += 1;
    },
    visitors: () => visitors,
    thresholds: () =>
      visitors === 0
        ? []
        : shares.map((share) => ({ share, minScore: leastScore(bins, share * visitors) })),
  };
}

/** The lower bound of the bin that the `wanted` highest scores reach down to. */
function leastScore(bins: Float64Array, wanted: number): number {
  let above = 0;
  let bin = binCount;
  while (bin > 0 && above + (bins[bin] ?? 0) < wanted) above += bins[bin--] ?? 0;
  return Number(((bin / binCount) ** 2).toFixed(6));
}

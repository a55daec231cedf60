/** A quantile of what was measured of late. */
export interface DecayedQuantile {
  /** `value` in milliseconds, ≥ 0. */
  readonly add: (value: number, nowMs: number) => void;
  /** The upper end of the bucket that holds the quantile (0 to 1), ms. */
  readonly quantile: (share: number, nowMs: number) => number;
}

/** Buckets rise by a quarter of a doubling (19 %) from an eighth of a millisecond to some four seconds. */
const buckets = 61;
const perDoubling = 4;
const firstMs = 0.125;
const rescaleAt = 2 ** 40;

/**
 * Counts measurements in buckets whose weights halve every `halfLifeMs`, so that what is long gone counts for nothing. As if
 * there always were `doubt` quick ones besides: where little is known, a single slow one says nothing of the next.
 * A measurement costs some 30 ns, a quantile a few hundred. `nowMs` never goes back.
 */
export function createDecayedQuantile(halfLifeMs: number, doubt: number): DecayedQuantile {
  const weights = new Float64Array(buckets);
  let landmarkMs: number | null = null;
  // What is measured later weighs more, instead of taking weight from all that came before.
  const growth = (nowMs: number): number => {
    landmarkMs ??= nowMs;
    const factor = 2 ** ((nowMs - landmarkMs) / halfLifeMs);
    if (factor < rescaleAt) return factor;
    for (let at = 0; at < buckets; at++) weights[at] = weights[at]! / factor;
    landmarkMs = nowMs;
    return 1;
  };
  return {
    add(value, nowMs) {
      const factor = growth(nowMs);
      const at = bucketOf(value);
      weights[at] = weights[at]! + factor;
    },
    quantile(share, nowMs) {
      const factor = growth(nowMs);
      let below = doubt * factor;
      let total = below;
      for (let at = 0; at < buckets; at++) total += weights[at]!;
      for (let at = 0; at < buckets; at++) {
        below += weights[at]!;
        if (below >= share * total) return upperMs(at);
      }
      return upperMs(buckets - 1);
    },
  };
}

function bucketOf(value: number): number {
  if (!(value > firstMs)) return 0;
  return Math.min(buckets - 1, Math.ceil(Math.log2(value / firstMs) * perDoubling));
}

function upperMs(bucket: number): number {
  return firstMs * 2 ** (bucket / perDoubling);
}

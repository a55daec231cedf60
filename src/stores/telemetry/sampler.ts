/** The parent of a span, as far as sampling asks. */
export interface ParentSpan {
  /** Told by a caller of ours, not a span of this process. */
  readonly isRemote: boolean;
  readonly isSampled: boolean;
}

export interface SampleOptions {
  /** 0 to 1. */
  readonly share: number;
  /** How many requests a second are traced because their callers trace them; Infinity = callers are ours. */
  readonly mostOfCallers: number;
  /** 0 to below 1. */
  readonly random: () => number;
  readonly monotonicMs: () => number;
}

/**
 * Decides which spans are recorded. Below a span of this process all or none are. What a caller does not trace is not traced
 * here; what it does is, up to so many a second, and beyond by the same chance as everybody's: the public may send any
 * header, and must not have every request of theirs written down.
 */
export function createSampler(options: SampleOptions): (parent: ParentSpan | null) => boolean {
  const { share, mostOfCallers, random, monotonicMs } = options;
  let left = mostOfCallers;
  let filledAtMs = monotonicMs();
  const mayFollow = (): boolean => {
    if (mostOfCallers === Number.POSITIVE_INFINITY) return true;
    const nowMs = monotonicMs();
    left = Math.min(mostOfCallers, left + ((nowMs - filledAtMs) * mostOfCallers) / 1_000);
    filledAtMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
  return (parent) => {
    if (parent === null) return random() < share;
    if (!parent.isSampled) return false;
    return !parent.isRemote || mayFollow() || random() < share;
  };
}

import type { QueuedCreative } from "../../../sdk/src/generated.ts";

/** What names one submission: a creative that was changed is another one to look at. */
export const keyOf = ({ creative }: QueuedCreative): string =>
  `${creative.creativeId}@${creative.version}`;

/** What a reviewer has done with the queue in this visit. */
export interface Progress {
  /** Decided, or found to be somebody else's: no longer shown here. */
  readonly settled: ReadonlySet<string>;
  /** Passed over, in that order: shown after all others. */
  readonly skipped: readonly string[];
  /** The one on view; null = the first. */
  readonly current: string | null;
}

export const noProgress: Progress = { settled: new Set(), skipped: [], current: null };

/** What is still to be looked at, skipped ones last. Pure. */
export function leftOf(
  items: readonly QueuedCreative[],
  { settled, skipped }: Progress,
): readonly QueuedCreative[] {
  const open = items.filter((item) => !settled.has(keyOf(item)));
  const rank = new Map(skipped.map((key, index) => [key, index]));
  return [
    ...open.filter((item) => !rank.has(keyOf(item))),
    ...open
      .filter((item) => rank.has(keyOf(item)))
      .sort((a, b) => (rank.get(keyOf(a)) ?? 0) - (rank.get(keyOf(b)) ?? 0)),
  ];
}

/** Where the one on view stands in what is left; the first where it has gone; -1 = nothing is left. Pure. */
export function positionOf(left: readonly QueuedCreative[], { current }: Progress): number {
  if (left.length === 0) return -1;
  return Math.max(
    0,
    left.findIndex((item) => keyOf(item) === current),
  );
}

/** The one before or after the one on view; at the ends it stays. Pure. */
export function moved(left: readonly QueuedCreative[], progress: Progress, step: 1 | -1): Progress {
  const at = positionOf(left, progress) + step;
  const wanted = left[Math.min(Math.max(at, 0), left.length - 1)];
  return wanted === undefined ? progress : { ...progress, current: keyOf(wanted) };
}

/** Takes one out of what is left and goes on to the next. Pure. */
export function settledOne(
  left: readonly QueuedCreative[],
  progress: Progress,
  key: string,
): Progress {
  return {
    ...progress,
    settled: new Set([...progress.settled, key]),
    current:
      progress.current === key || progress.current === null ? after(left, key) : progress.current,
  };
}

/** Puts one back and on view: an undone decision, or one that could not be sent. Pure. */
export function unsettled(progress: Progress, key: string): Progress {
  return {
    ...progress,
    settled: new Set([...progress.settled].filter((one) => one !== key)),
    current: key,
  };
}

/** Moves one behind all others. Pure. */
export function skippedOne(
  left: readonly QueuedCreative[],
  progress: Progress,
  key: string,
): Progress {
  const skipped = [...progress.skipped.filter((one) => one !== key), key];
  return { ...progress, skipped, current: left.length > 1 ? after(left, key) : key };
}

function after(left: readonly QueuedCreative[], key: string): string | null {
  const at = left.findIndex((item) => keyOf(item) === key);
  const next = left[at + 1] ?? left.find((item) => keyOf(item) !== key);
  return next === undefined ? null : keyOf(next);
}

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

/**
 * Where the one on view stands in what is left, also when it has been changed meanwhile; the first where it has gone; -1 =
 * nothing is left. Pure.
 */
export function positionOf(left: readonly QueuedCreative[], { current }: Progress): number {
  if (left.length === 0) return -1;
  return Math.max(
    0,
    left.findIndex((item) => isOf(current, keyOf(item))),
  );
}

/** Whether two submissions are of one creative, in whichever version. */
const isOf = (key: string | null, other: string): boolean =>
  key !== null && creativeOf(key) === creativeOf(other);
const creativeOf = (key: string): string => key.slice(0, key.lastIndexOf("@"));

/** What a reviewer has in sight, and by which of their own doings. */
export interface Sight {
  /** Null = nothing is left, or it is still being read. */
  readonly item: QueuedCreative | null;
  readonly progress: Progress;
}

/**
 * What has happened to the one on view without a doing of the person who looks at it: "changed" = it now says something else,
 * "gone" = another one (or nothing) stands in its place; null = what was seen is still seen, or the person went on. Pure.
 */
export function changeOfSight(before: Sight, now: Sight): "changed" | "gone" | null {
  if (before.item === null || before.progress !== now.progress) return null;
  if (now.item === null || !isOf(keyOf(before.item), keyOf(now.item))) return "gone";
  return contentOf(before.item) === contentOf(now.item) ? null : "changed";
}

/** What a visitor would see of it: a stop and a check of its landing page change the submission, not the ad. */
function contentOf({ creative }: QueuedCreative): string {
  const {
    version: _v,
    updatedAt: _u,
    suspension: _s,
    review: _r,
    landingCheck: _l,
    ...content
  } = creative;
  return JSON.stringify(content);
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
      progress.current === null || isOf(progress.current, key)
        ? after(left, key)
        : progress.current,
  };
}

/** Puts one back where a decision could not be sent; what is on view stays there. Pure. */
export function putBack(
  left: readonly QueuedCreative[],
  progress: Progress,
  key: string,
): Progress {
  const shown = left[positionOf(left, progress)];
  return { ...unsettled(progress, key), current: shown === undefined ? key : keyOf(shown) };
}

/** Puts one back and on view: a decision that was undone. Pure. */
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

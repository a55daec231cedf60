const dayMs = 86_400_000;

/** How long is predicted. */
export const horizonDays = 7;

/** As of which dates one run looks at visitors; milliseconds, oldest first. */
export interface ScoringDates {
  /** Whose outcomes are known: each is predicted by what was learnt from those before it, and then learnt from. */
  readonly learnt: readonly number[];
  /** So many of the last of these tell how good the predictions were. */
  readonly tested: number;
  /** When scores are for. Nothing at it or later is looked at. */
  readonly score: number;
}

const learntWeeks = 4;
const testedWeeks = 2;

/**
 * The dates of a run as of `asOfMs`, a day's start in UTC. An example's outcome is known `horizonDays` after its date, so the
 * last date that has one is that much before: what is learnt, or judged by, never reaches beyond `asOfMs`.
 */
export function scoringDates(asOfMs: number): ScoringDates {
  const weekMs = horizonDays * dayMs;
  const learnt = Array.from(
    { length: learntWeeks },
    (_, index) => asOfMs - (learntWeeks - index) * weekMs,
  );
  return { learnt, tested: testedWeeks, score: asOfMs };
}

/** As SQL takes it: "2026-06-01 00:00:00". */
export function sqlTimestamp(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
}

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

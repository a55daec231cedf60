/**
 * What somebody has lately looked at, by category of pages: a small decayed profile that begins with the first activity and
 * lives in Redis. The text is the same for the script that writes it (`lua/sessionProfile.ts`) and for who reads it:
 * a line "1 <time, ms> <ids of the latest events>", then one line "<weight at that time> <category>" each, heaviest first.
 */
export const sessionLimits = {
  /** What was looked at is half as telling a day later. */
  halfLifeMs: 24 * 3_600_000,
  /** Without activity for so long, the profile is gone. */
  lifeMs: 14 * 24 * 3_600_000,
  /** The lightest go first. */
  mostCategories: 24,
  /** So many events are known again, when a page tells them twice. */
  mostEventIds: 24,
  /** Longer paths are cut to their parents. */
  categoryCharacters: 96,
} as const;

/** The longest text there is: 24 categories of 96 characters, and what stands beside them. */
export const maxProfileCharacters = 3_200;

/** What a session tells, read when it is asked for. */
export interface SessionEvidence {
  /** Decayed page views in all; above 0. */
  readonly total: number;
  /** Of them, those of pages in one of the categories, or below one. */
  readonly weightOf: (categories: readonly string[]) => number;
  /** Decayed page views by category, heaviest first. */
  readonly entries: () => readonly (readonly [category: string, weight: number])[];
}

const pattern = /^1 (\d{1,16})[^\n]*/;
const linePattern = /^(\d{1,6}(?:\.\d{1,4})?) ([a-z0-9_/-]{1,128})$/;

/** Reads a stored profile as it is worth at `nowMs`; null when it is none, or is worth nothing any more. Never throws. */
export function readSessionProfile(stored: Buffer | null, nowMs: number): SessionEvidence | null {
  if (stored === null || stored.length > maxProfileCharacters) return null;
  const text = stored.toString("latin1");
  const writtenAtMs = Number(pattern.exec(text)?.[1] ?? Number.NaN);
  const ageMs = Math.max(0, nowMs - writtenAtMs);
  if (!(ageMs < sessionLimits.lifeMs)) return null;
  const decay = 2 ** (-ageMs / sessionLimits.halfLifeMs);
  const entries = entriesOf(text, decay);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  if (!(total > 0)) return null;
  return {
    total,
    entries: () => entries,
    weightOf: (categories) =>
      entries.reduce((sum, [category, weight]) => {
        return categories.some((wanted) => isWithin(category, wanted)) ? sum + weight : sum;
      }, 0),
  };
}

function entriesOf(text: string, decay: number): readonly (readonly [string, number])[] {
  const entries: (readonly [string, number])[] = [];
  for (const line of text.split("\n").slice(1, sessionLimits.mostCategories + 1)) {
    const [, weight, category] = linePattern.exec(line) ?? [];
    if (weight === undefined || category === undefined) continue;
    entries.push([category, Number(weight) * decay]);
  }
  return entries;
}

/** Whether a category is another one or lies below it. */
export function isWithin(category: string, wanted: string): boolean {
  if (!category.startsWith(wanted)) return false;
  return category.length === wanted.length || category[wanted.length] === "/";
}

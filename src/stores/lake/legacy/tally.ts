/** What became of the lines of a file, of one month and kind; values are micros (of prices, or of what was charged). */
export interface Tally {
  readonly read: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly readMicros: number;
  readonly importedMicros: number;
  readonly duplicateMicros: number;
}

/** By "2024-03 contact"; "?" where a month or a kind could not be read. */
export type Tallies = Readonly<Record<string, Tally>>;

export const noTally: Tally = {
  read: 0,
  imported: 0,
  duplicates: 0,
  rejected: 0,
  readMicros: 0,
  importedMicros: 0,
  duplicateMicros: 0,
};

export function addTallies(a: Tallies, b: Tallies): Tallies {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(
    keys.map((key) => [key, addTally(a[key] ?? noTally, b[key] ?? noTally)]),
  );
}

export function addTally(a: Tally, b: Tally): Tally {
  const sums = Object.keys(noTally).map((name) => {
    const field = name as keyof Tally;
    return [field, a[field] + b[field]] as const;
  });
  return Object.fromEntries(sums) as unknown as Tally;
}

export function addReasons(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [reason, count] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}

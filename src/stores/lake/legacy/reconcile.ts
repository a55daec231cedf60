import type { Row } from "../../../reports/analysis/renderTable.ts";
import type { Progress } from "./progress.ts";
import { addReasons, addTallies, addTally, noTally, type Tallies } from "./tally.ts";

/** What the lake has of imported events, by "2024-03 contact". */
export type InLake = ReadonlyMap<string, { readonly events: number; readonly micros: number }>;

export interface Reconciliation {
  /** A row a file, month and kind. */
  readonly rows: readonly Row[];
  /** Of all files, beside what the lake has. */
  readonly sums: readonly Row[];
  readonly reasons: Readonly<Record<string, number>>;
  /** Whether every line is accounted for, and the lake has what was imported. */
  readonly isEqual: boolean;
}

/**
 * Accounts for every line: read = imported + duplicates + rejected, in number and in value; and what was imported in all
 * imports of this lake stands in the lake, but for months up to `agedBefore`, whose rows are kept as aggregates only. `files`
 * are of this run, `all` of every import. Pure.
 */
export function reconcile(
  files: readonly Progress[],
  all: readonly Progress[],
  inLake: InLake,
  agedBefore: string | null,
): Reconciliation {
  const rows = files.flatMap(({ file, tallies }) =>
    Object.entries(tallies).map(([key, tally]) => rowOf({ file, ...partsOf(key) }, tally)),
  );
  const imported = all.reduce<Tallies>((sum, { tallies }) => addTallies(sum, tallies), {});
  const keys = [...new Set([...Object.keys(imported), ...inLake.keys()])].sort();
  const sums = keys.map((key) => {
    const tally = imported[key] ?? noTally;
    const { events, micros } = inLake.get(key) ?? { events: 0, micros: 0 };
    const parts = partsOf(key);
    const missing = tally.imported - events;
    const isAged = agedBefore !== null && parts.month <= agedBefore && missing > 0;
    return {
      ...parts,
      imported: tally.imported,
      in_lake: events,
      missing,
      missing_euros: euros(tally.importedMicros - micros),
      why: isAged ? "kept as aggregates" : null,
    };
  });
  const total = Object.values(imported).reduce(addTally, noTally);
  const isAccounted =
    total.read === total.imported + total.duplicates + total.rejected &&
    total.readMicros === total.importedMicros + total.duplicateMicros;
  const isThere = sums.every(
    ({ missing, missing_euros, why }) => why !== null || (missing === 0 && missing_euros === 0),
  );
  const reasons = files.reduce((sum, one) => addReasons(sum, one.reasons), {});
  return { rows, sums, reasons, isEqual: isAccounted && isThere };
}

function partsOf(key: string): { readonly month: string; readonly kind: string } {
  const [month = "", kind = ""] = key.split(" ");
  return { month, kind };
}

function rowOf(head: Row, tally: typeof noTally): Row {
  const { read, imported, duplicates, rejected, readMicros, importedMicros, duplicateMicros } =
    tally;
  const values = {
    read_euros: euros(readMicros),
    imported_euros: euros(importedMicros),
    duplicate_euros: euros(duplicateMicros),
  };
  return {
    ...head,
    read,
    imported,
    duplicates,
    rejected,
    unexplained: read - imported - duplicates - rejected,
    ...values,
  };
}

function euros(micros: number): number {
  return micros / 1e6;
}

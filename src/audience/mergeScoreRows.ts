import { maxScoresPerVisitor, type ScoreSet } from "./packedScores.ts";
import type { RowProblem, ScoreRow } from "./scoreRow.ts";

export interface KeyedRow {
  /** Where the row stands in its file, from 1. */
  readonly line: number;
  readonly visitorKey: string;
  readonly row: ScoreRow;
}

export interface MergedRows {
  readonly scoresByVisitor: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly rejects: readonly (RowProblem & { readonly line: number })[];
}

/**
 * Adds rows, in their order, to what is already stored of their visitors: a file may spread a visitor over many rows,
 * and reading the same rows again gives the same result. The last row of a visitor and segment wins. A row that would
 * bring its visitor over the limit of scores is rejected.
 */
export function mergeScoreRows(
  rows: readonly KeyedRow[],
  stored: ReadonlyMap<string, ScoreSet>,
): MergedRows {
  const scoresByVisitor = new Map<string, ReadonlyMap<number, number>>();
  const rejects: (RowProblem & { readonly line: number })[] = [];
  for (const { line, visitorKey, row } of rows) {
    const before = scoresByVisitor.get(visitorKey) ?? stored.get(visitorKey)?.scores ?? [];
    const after = new Map([...before, ...row.scores]);
    if (after.size <= maxScoresPerVisitor) scoresByVisitor.set(visitorKey, after);
    else
      rejects.push({
        line,
        field: "visitor",
        rule: `must have at most ${maxScoresPerVisitor} scores in all`,
      });
  }
  return { scoresByVisitor, rejects };
}

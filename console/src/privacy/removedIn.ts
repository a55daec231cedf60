import type { ErasureProof } from "../../../sdk/src/generated.ts";

/** Records that went, by store; null = the store was away. Pure. */
export function removedIn({ counts }: Pick<ErasureProof, "counts">) {
  return {
    cache: sumOf(counts.redis),
    scores: sumOf(counts.dynamodb),
    database: sumOf(counts.postgres),
  };
}

const sumOf = (counts: Readonly<Record<string, number | undefined>> | undefined): number | null =>
  counts === undefined
    ? null
    : Object.values(counts).reduce((sum: number, count) => sum + (count ?? 0), 0);

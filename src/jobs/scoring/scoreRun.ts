import { childProgram, orderChild } from "../orderChild.ts";
import type { Published } from "./publishScores.ts";
import type { ScoringOrder } from "./scoringOrder.ts";

/** What a run has come to. */
export interface ScoreRunSummary {
  readonly segments: number;
  readonly usable: number;
  readonly visitors: number;
  readonly events: number;
  readonly published: Published | null;
  readonly elapsedMs: number;
}

export type ScoreMessage =
  | { readonly kind: "done"; readonly run: ScoreRunSummary }
  | { readonly kind: "failed"; readonly problem: string };

const program = childProgram(import.meta.url, "./scoreRunChild");
const heapMegabytes = 512;

/**
 * One run in a process of its own, which is nice to the others and gives everything back when it ends. Rejects when it fails;
 * with `signal` it is killed, which harms nothing: the next run goes on where it was.
 */
export async function runScoring(
  order: ScoringOrder,
  signal?: AbortSignal,
): Promise<ScoreRunSummary> {
  const name = "the run of scores";
  const { run } = await orderChild<ScoringOrder, ScoreMessage>({
    ...{ program, heapMegabytes, name, order, signal },
  });
  return run;
}

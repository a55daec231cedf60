import type { AdRequest } from "../targeting/types.ts";
import type { DecisionInputs, DecisionOutcome } from "./explainAnswer.ts";

/** A stable choice of decisions, and who is told of what they were made of and what became of them. Neither throws nor waits. */
export interface DecisionSampling {
  readonly isWanted: (decisionId: string) => boolean;
  readonly onDecided: (inputs: DecisionInputs, outcome: DecisionOutcome) => void;
}

/** True for a decision that somebody wants to decide again; test decisions leave no trace. */
export function isSampledBy(
  sampling: DecisionSampling | undefined,
  { decisionId }: AdRequest,
  { test }: { readonly test: boolean },
): sampling is DecisionSampling {
  return sampling !== undefined && !test && sampling.isWanted(decisionId);
}

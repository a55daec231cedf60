import type { Metrics } from "../metrics/metrics.ts";
import type { ActiveModelState } from "../stores/dynamodb/modelPointer.ts";
import type { Stores } from "./stores.ts";

/**
 * Gives the function that reads which model serves, and tells as metrics which it is and how old its scores are: as of which
 * date they were made. 0 and no age = none serves, or it was loaded from a file that does not say.
 */
export function composeServedScores(
  { scores }: Pick<Stores, "scores">,
  metrics: Metrics,
  nowMs: () => number,
): () => Promise<number | null> {
  let served: ActiveModelState | null = null;
  metrics.gauge(
    "atelier_scores_model_version",
    "The model whose scores are served; 0 = none",
    () => served?.modelVersion ?? 0,
  );
  metrics.gauge(
    "atelier_scores_age_seconds",
    "Since the date as of which the served scores were made; absent while that is not known",
    () => {
      const asOfMs = served?.asOfMs ?? null;
      if (asOfMs === null) throw new Error("not known");
      return (nowMs() - asOfMs) / 1_000;
    },
  );
  return async () => {
    served = await scores.readActiveModel();
    return served?.modelVersion ?? null;
  };
}

import type { ScoreRunSummary } from "../scoring/scoreRun.ts";
import { parseDay, type ScoringOrder, startOfDay } from "../scoring/scoringOrder.ts";

/** What a scheduler sends; both may be left out. */
export interface ScoreEvent {
  /** "2026-06-01"; today when absent. */
  readonly asOf?: string;
  /** Slugs; all when absent. */
  readonly segments?: readonly string[];
}

export interface ScoreHandlerDeps {
  readonly order: Omit<ScoringOrder, "asOfMs" | "only" | "publishes">;
  readonly run: (order: ScoringOrder) => Promise<ScoreRunSummary>;
  readonly nowMs: () => number;
}

/**
 * The nightly run as a Lambda's handler (or a container's task, which has more time and disk): scores as of the day that has
 * begun, and publishes. Called again for the same date it goes on where it was. Throws for an event that names no day.
 */
export function createScoreHandler({
  order,
  run,
  nowMs,
}: ScoreHandlerDeps): (event: ScoreEvent) => Promise<ScoreRunSummary> {
  return (event) => {
    const asOfMs = event.asOf === undefined ? startOfDay(nowMs()) : parseDay(event.asOf);
    if (asOfMs === null) throw new Error('asOf must be a day such as "2026-06-01"');
    return run({ ...order, asOfMs, only: event.segments ?? null, publishes: true });
  };
}

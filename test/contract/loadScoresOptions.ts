import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import type { LoadScoresOptions } from "../../src/jobs/loadScores.ts";
import type { ScoresTable } from "../../src/stores/dynamodb/scores.ts";

export const visitorKeyOf = createVisitorKeyOf("a secret of the tests");

/** Segments s1 to s50, with their number as id. */
const segmentIds = Array.from({ length: 50 }, (_, index) => index + 1);
const segments = {
  idBySlug: new Map(segmentIds.map((id) => [`s${id}`, id] as const)),
  ids: new Set(segmentIds),
};

/** What every load of the tests has in common. */
export function loadOptions(file: string, table: ScoresTable): LoadScoresOptions {
  return {
    file,
    table,
    segments,
    visitorKeyOf,
    into: "new_model",
    lifeSeconds: 86_400,
    clockMs: Date.now,
    log: () => undefined,
  };
}

import { z } from "zod";
import { membersSql } from "../../campaigns/segments/membersSql.ts";
import type { ScoringEngine } from "../../stores/lake/scoring/scoringEngine.ts";
import type { SegmentPlan } from "./segmentPlan.ts";

/** A segment whose SQL could not be run, and why. */
export const failureSchema = z.object({ segmentId: z.int().min(1), problem: z.string() });

export type Failure = Readonly<z.output<typeof failureSchema>>;

const mostProblemCharacters = 200;
/** Of one segment on one slice of visitors: what a table of a million rows takes, many times over. */
const usualSqlMs = 60_000;

/**
 * Who fits the segments that are rules, as of the last date: nothing later has been loaded. SQL that an engine cannot run (a
 * text that is no number, say), or not within `sqlMs`, takes nothing from the other segments: answers whose it is.
 */
export async function labelMembers(
  engine: Pick<ScoringEngine, "run" | "interrupt">,
  { ruled }: Pick<SegmentPlan, "ruled">,
  day: string,
  sqlMs: number = usualSqlMs,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const { segmentId, definition } of ruled) {
    const sql = membersSql(definition) ?? "";
    const insert = `insert into labels select ${segmentId}, visitor_key from (${sql}) as fitting`;
    const values = sql.includes("$1") ? [day] : [];
    // A rule is bounded by what it may say.
    const problem =
      definition.kind === "sql"
        ? await tryWithin(engine, sqlMs, () => engine.run(insert, values))
        : await engine.run(insert, values).then(() => null);
    if (problem !== null)
      failures.push({ segmentId, problem: problem.slice(0, mostProblemCharacters) });
  }
  return failures;
}

/** Null = it is done. */
async function tryWithin(
  { interrupt }: Pick<ScoringEngine, "interrupt">,
  deadlineMs: number,
  work: () => Promise<void>,
): Promise<string | null> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    interrupt();
  }, deadlineMs);
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return isLate ? `it took longer than ${deadlineMs / 1_000} seconds` : error.message;
  } finally {
    clearTimeout(timer);
  }
}

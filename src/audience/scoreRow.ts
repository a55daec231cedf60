import { maxScoresPerVisitor } from "./packedScores.ts";
import { visitorIdPattern } from "./visitorKey.ts";

/** The segments that a load may speak of. */
export interface KnownSegments {
  readonly idBySlug: ReadonlyMap<string, number>;
  readonly ids: ReadonlySet<number>;
}

/** One accepted row: the visitor's raw id (never stored) and scores 0–1 by segment id. */
export interface ScoreRow {
  readonly visitorId: string;
  readonly scores: ReadonlyMap<number, number>;
}

/** Why a row was refused; says nothing of the visitor. */
export interface RowProblem {
  readonly field: string;
  readonly rule: string;
}

/**
 * Reads a row in any of three forms: `{visitor, segmentId, score}`, `{visitor, segment, score}` with the segment's slug,
 * or `{visitor, scores: {slug: score, …}}`. Other fields are ignored; null counts as absent. Never throws.
 */
export function parseScoreRow(row: unknown, segments: KnownSegments): ScoreRow | RowProblem {
  if (!isObject(row)) return { field: "", rule: "must be an object" };
  const { visitor } = row;
  if (typeof visitor !== "string" || !visitorIdPattern.test(visitor))
    return { field: "visitor", rule: "must be 1 to 128 printable ASCII characters without spaces" };
  const scores = isAbsent(row.scores) ? readOne(row, segments) : readSeveral(row, segments);
  return scores instanceof Map ? { visitorId: visitor, scores } : scores;
}

type Scores = Map<number, number>;

function readOne(
  row: Readonly<Record<string, unknown>>,
  segments: KnownSegments,
): Scores | RowProblem {
  const byId = !isAbsent(row.segmentId);
  if (byId === !isAbsent(row.segment))
    return { field: "segment", rule: "exactly one of segment, segmentId and scores must be given" };
  const field = byId ? "segmentId" : "segment";
  const segmentId = byId ? knownId(row.segmentId, segments) : idOfSlug(row.segment, segments);
  if (segmentId === null) return { field, rule: "must be a known segment" };
  if (!isScore(row.score)) return { field: "score", rule: "must be a number from 0 to 1" };
  return new Map([[segmentId, row.score]]);
}

function readSeveral(
  row: Readonly<Record<string, unknown>>,
  segments: KnownSegments,
): Scores | RowProblem {
  if (!isAbsent(row.segment) || !isAbsent(row.segmentId))
    return { field: "scores", rule: "exactly one of segment, segmentId and scores must be given" };
  if (!isObject(row.scores))
    return { field: "scores", rule: "must be an object of scores by segment" };
  const entries = Object.entries(row.scores).filter(([, score]) => !isAbsent(score));
  if (entries.length < 1 || entries.length > maxScoresPerVisitor)
    return { field: "scores", rule: `must hold 1 to ${maxScoresPerVisitor} scores` };
  const scores: Scores = new Map();
  for (const [slug, score] of entries) {
    const segmentId = idOfSlug(slug, segments);
    // The name is repeated only when it is ours: what a file says otherwise may be anything.
    if (segmentId === null) return { field: "scores", rule: "must name known segments only" };
    if (!isScore(score)) return { field: `scores.${slug}`, rule: "must be a number from 0 to 1" };
    scores.set(segmentId, score);
  }
  return scores;
}

function idOfSlug(slug: unknown, segments: KnownSegments): number | null {
  return typeof slug === "string" ? (segments.idBySlug.get(slug) ?? null) : null;
}

function knownId(id: unknown, segments: KnownSegments): number | null {
  return typeof id === "number" && segments.ids.has(id) ? id : null;
}

function isScore(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

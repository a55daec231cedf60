import { createHash } from "node:crypto";
import { isLearnt, type SegmentDefinition } from "../../campaigns/segments/definition.ts";

/** A segment that has a definition. */
export interface DefinedSegment {
  readonly segmentId: number;
  readonly slug: string;
  readonly definition: SegmentDefinition;
}

/** Somebody whom a look-alike segment looks for the like of. */
export interface SegmentSeed {
  readonly segmentId: number;
  readonly visitorKey: string;
  readonly convertedAtMs: number;
}

/** The segments of a run, each with the index by which examples name it. */
export interface SegmentPlan {
  readonly segments: readonly DefinedSegment[];
  readonly indexOf: ReadonlyMap<number, number>;
  readonly learnt: readonly DefinedSegment[];
  readonly ruled: readonly DefinedSegment[];
  /** Another text = other definitions. */
  readonly digest: string;
}

/** Another text = another definition. */
export function definitionDigest(definition: SegmentDefinition): string {
  return digestOf(JSON.stringify(definition));
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** A visitor has at most 256 scores. */
export const mostSegments = 256;

/** Throws when there are more segments than a visitor may have scores. */
export function planSegments(segments: readonly DefinedSegment[]): SegmentPlan {
  if (segments.length > mostSegments)
    throw new RangeError(
      `At most ${mostSegments} segments are scored; there are ${segments.length}`,
    );
  const sorted = [...segments].sort((a, b) => a.segmentId - b.segmentId);
  const text = JSON.stringify(sorted.map(({ segmentId, definition }) => [segmentId, definition]));
  return {
    segments: sorted,
    indexOf: new Map(sorted.map(({ segmentId }, index) => [segmentId, index])),
    learnt: sorted.filter(({ definition }) => isLearnt(definition)),
    ruled: sorted.filter(({ definition }) => !isLearnt(definition)),
    digest: digestOf(text),
  };
}

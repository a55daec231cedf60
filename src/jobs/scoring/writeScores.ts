import { createLinearScores } from "../../audience/scoring/linearScores.ts";
import {
  createScoreThresholds,
  type ScoreThresholds,
} from "../../audience/scoring/scoreThresholds.ts";
import { readExampleFile } from "../../stores/files/exampleFile.ts";
import { createScoredFile } from "../../stores/files/scoredFile.ts";
import { type StoredModel, toLinearModel } from "./trainedModel.ts";

export interface WriteScoresOptions {
  /** Examples as of the date that is scored. */
  readonly files: readonly string[];
  /** Models of the segments that may be used. */
  readonly models: readonly StoredModel[];
  /** Segments that follow a rule and have enough members: by the index by which examples name them. */
  readonly ruled: ReadonlyMap<number, number>;
  readonly into: string;
}

export interface WrittenScores {
  readonly visitors: number;
  readonly activeVisitors: number;
  /** By segment id: of learnt segments, what each score is above how many. */
  readonly thresholds: ReadonlyMap<number, ScoreThresholds>;
}

/** What is less would be stored as 0. */
const leastScore = 0.5 / 65_535;

/** Scores every visitor and writes the file that is published. One pass; memory does not grow with visitors. */
export function writeScores({ files, models, ruled, into }: WriteScoresOptions): WrittenScores {
  const score = createLinearScores(models.map(toLinearModel));
  const thresholds = new Map(models.map(({ segmentId }) => [segmentId, createScoreThresholds()]));
  const file = createScoredFile(into);
  let visitors = 0;
  let activeVisitors = 0;
  for (const name of files)
    readExampleFile(name, ({ isActive, labels, buckets, values }, keyOf) => {
      const scored = score(buckets, values);
      const scores = new Map<number, number>();
      for (const [column, { segmentId }] of models.entries()) {
        const value = scored[column] ?? 0;
        thresholds.get(segmentId)?.add(value);
        if (value >= leastScore) scores.set(segmentId, value);
      }
      for (const index of labels) {
        const segmentId = ruled.get(index);
        if (segmentId !== undefined) scores.set(segmentId, 1);
      }
      if (scores.size === 0) return;
      visitors += 1;
      if (isActive) activeVisitors += 1;
      file.write({ visitorKey: keyOf(), isActive, scores });
    });
  file.finish();
  return { visitors, activeVisitors, thresholds };
}

import { isMainThread, parentPort } from "node:worker_threads";
import type {
  ReadExamples,
  SegmentModel,
  TrainedSegment,
} from "../../audience/scoring/segmentLearner.ts";
import { trainSegments } from "../../audience/scoring/trainSegments.ts";
import { readExampleFile } from "../../stores/files/exampleFile.ts";

/** What a thread is told: segments to learn, and where the examples of each date lie. */
export interface TrainOrder {
  readonly segments: readonly TrainedSegment[];
  /** Oldest first. */
  readonly dates: readonly { readonly files: readonly string[]; readonly rows: number }[];
  /** As of the date of the scores. */
  readonly scored: readonly string[];
  /** So many of the last of these are tested. */
  readonly tested: number;
}

export type TrainMessage =
  | { readonly kind: "done"; readonly models: readonly SegmentModel[] }
  | { readonly kind: "failed"; readonly problem: string };

const readAll =
  (files: readonly string[]): ReadExamples =>
  (visit) => {
    for (const file of files) readExampleFile(file, visit);
  };

/** Learns in this thread, which does nothing else meanwhile. */
export function trainHere({
  segments,
  dates,
  scored,
  tested,
}: TrainOrder): readonly SegmentModel[] {
  return trainSegments({
    segments,
    dates: dates.map(({ files, rows }) => ({ read: readAll(files), rows })),
    scored: readAll(scored),
    tested,
  });
}

if (!isMainThread)
  parentPort?.on("message", (order: TrainOrder) => {
    let message: TrainMessage;
    try {
      message = { kind: "done", models: trainHere(order) };
    } catch (error) {
      message = { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
    }
    parentPort?.postMessage(message);
  });

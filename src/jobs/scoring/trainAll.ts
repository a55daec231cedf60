import { Worker } from "node:worker_threads";
import type { SegmentModel, TrainedSegment } from "../../audience/scoring/segmentLearner.ts";
import type { TrainMessage, TrainOrder } from "./trainWorker.ts";

export interface TrainAllOptions extends Omit<TrainOrder, "segments"> {
  readonly segments: readonly TrainedSegment[];
  readonly threads: number;
  /** Told of each group's models as soon as they are there; the next group does not wait for it. */
  readonly onModels: (models: readonly SegmentModel[]) => Promise<void>;
}

/** The same file from the sources and from a compiled tree. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./trainWorker.ts" : "./trainWorker.js",
  import.meta.url,
);
/** They share a reading of the examples, and take some 20 MB each. */
const segmentsAtOnce = 6;

/** Learns all segments, some at once in each of a few threads. Rejects when one cannot be learnt; the others' models stay. */
export async function trainAll(options: TrainAllOptions): Promise<void> {
  const { segments, threads, dates, scored, tested, onModels } = options;
  const perGroup = Math.max(1, Math.min(segmentsAtOnce, Math.ceil(segments.length / threads)));
  const groups = Array.from({ length: Math.ceil(segments.length / perGroup) }, (_, index) =>
    segments.slice(index * perGroup, (index + 1) * perGroup),
  );
  const work = async (): Promise<void> => {
    const worker = new Worker(program);
    try {
      for (let group = groups.shift(); group !== undefined; group = groups.shift())
        await onModels(await askWorker(worker, { segments: group, dates, scored, tested }));
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, groups.length) }, work));
}

function askWorker(worker: Worker, order: TrainOrder): Promise<readonly SegmentModel[]> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: TrainMessage) => {
      worker.off("error", reject);
      if (message.kind === "done") resolve(message.models);
      else reject(new Error(message.problem));
    });
    worker.postMessage(order);
  });
}

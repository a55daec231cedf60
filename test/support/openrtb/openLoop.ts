import { Worker } from "node:worker_threads";

export interface LoadOrder {
  readonly endpoint: string;
  readonly body: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface LoadResult {
  /** 0 = no answer. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly tookMs: readonly number[];
}

/** Asks at a fixed rate, from a thread of its own; resolves when all is answered. */
export function openLoop(order: LoadOrder): Promise<LoadResult> {
  const worker = new Worker(new URL("./openLoopWorker.ts", import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** The share of answers within a time. */
export function shareWithin({ tookMs }: LoadResult, ms: number): number {
  return tookMs.filter((took) => took <= ms).length / tookMs.length;
}

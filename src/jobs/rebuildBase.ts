import { Worker } from "node:worker_threads";
import type { Snapshot } from "../targeting/snapshot.ts";
import type { FollowedState } from "./snapshotFollower.ts";

/** What the worker is told. */
export interface RebuildOrder {
  readonly databaseUrl: string;
  readonly nowMs: number;
}

/** What the worker says: lines for the log, then its result. */
export type RebuildMessage =
  | { readonly kind: "log"; readonly message: string }
  | { readonly kind: "done"; readonly state: FollowedState<Snapshot> };

/** The same file from the sources and from a compiled tree. */
const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "./rebuildBaseWorker.ts" : "./rebuildBaseWorker.js",
  import.meta.url,
);

/** A million campaigns, each an object before they are columns, take 6 GB: more than V8 gives a thread by itself. */
const mostHeapMegabytes = 8_192;

/**
 * Loads and compiles every campaign in a thread of its own, with a connection of its own: a hundred thousand take seconds
 * in which this thread goes on serving. The result's memory is handed over, not copied. Rejects when the thread fails.
 */
export function rebuildBase(
  order: RebuildOrder,
  log: (message: string) => void,
): Promise<FollowedState<Snapshot>> {
  return new Promise((resolve, reject) => {
    const resourceLimits = { maxOldGenerationSizeMb: mostHeapMegabytes };
    const worker = new Worker(workerFile, { workerData: order, resourceLimits });
    worker.on("message", (message: RebuildMessage) => {
      if (message.kind === "log") log(message.message);
      else resolve(message.state);
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the rebuilding thread ended with ${code}`)));
  });
}

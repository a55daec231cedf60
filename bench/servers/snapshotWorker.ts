import { parentPort, workerData } from "node:worker_threads";
import { transferablesOf } from "../../src/jobs/transferables.ts";
import { buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import { campaignsOf, everywhere } from "../support/campaigns.ts";

/** As in production: campaigns live and die in a thread of their own, and the one that serves is handed the snapshot. */
export interface MadeSnapshot {
  readonly snapshot: Snapshot;
  readonly builtInMs: number;
}

const campaigns = campaignsOf(workerData as number, everywhere);
const startedMs = performance.now();
const snapshot = buildSnapshot(campaigns, { revision: "1", builtAtMs: Date.now() });
const made: MadeSnapshot = { snapshot, builtInMs: performance.now() - startedMs };
parentPort?.postMessage(made, [...transferablesOf(made)]);

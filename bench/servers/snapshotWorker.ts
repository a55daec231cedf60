import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { transferablesOf } from "../../src/jobs/transferables.ts";
import { buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import { creativeTextBytes } from "../micro/snapshotBytes.ts";
import { campaignsOf, everywhere, skewNamed } from "../support/campaigns.ts";

/** As in production: campaigns live and die in a thread of their own, and the one that serves is handed the snapshot. */
export interface MadeSnapshot {
  readonly snapshot: Snapshot;
  readonly builtInMs: number;
  /** Processor time of this thread meanwhile. */
  readonly builtCpuMs: number;
  readonly textBytes: number;
}

export interface SnapshotWish {
  readonly count: number;
  /** Absent = over France. */
  readonly skew?: string;
  /** Says "made" when the campaigns are there, and waits for a word to build. */
  readonly waits?: boolean;
}

const { count, skew = everywhere.name, waits = false } = workerData as SnapshotWish;
const campaigns = campaignsOf(count, skewNamed(skew));
const textBytes = creativeTextBytes(campaigns);
if (waits && parentPort !== null) {
  parentPort.postMessage("made");
  await once(parentPort, "message");
}
const startedMs = performance.now();
const before = process.threadCpuUsage();
const snapshot = buildSnapshot(campaigns, { revision: "1", builtAtMs: Date.now() });
const { user, system } = process.threadCpuUsage(before);
const made: MadeSnapshot = {
  snapshot,
  builtInMs: performance.now() - startedMs,
  builtCpuMs: (user + system) / 1_000,
  textBytes,
};
parentPort?.postMessage(made, [...transferablesOf(made)]);

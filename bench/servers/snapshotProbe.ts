import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { tuneEngine } from "../../src/compose/tuneEngine.ts";
import { decide } from "../../src/targeting/decide.ts";
import { applyChanges, buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import { noDelivery, searchesOf, visitor } from "../micro/frenchWorld.ts";
import { snapshotBytes } from "../micro/snapshotBytes.ts";
import { campaignsOf, everywhere } from "../support/campaigns.ts";
import { memoryOf } from "../support/processes.ts";
import type { SnapshotFacts } from "../support/snapshotFacts.ts";
import type { MadeSnapshot } from "./snapshotWorker.ts";

/**
 * A thread that serves, and a worker that builds beside it: what the first one feels of it. argv: campaigns.
 * Prints one line of JSON (SnapshotFacts).
 */
const count = Number(process.argv[2] ?? 100_000);
tuneEngine();
const requests = searchesOf(200, null);
// A server has decided before: in code that is met for the first time one decision takes 8 ms of processor.
const small = buildSnapshot(campaignsOf(300, everywhere), { revision: "0", builtAtMs: 0 });
for (let round = 0; round < 30; round++) {
  for (const request of requests) decide(request, small, visitor, noDelivery);
}
const worker = new Worker(new URL("./snapshotWorker.ts", import.meta.url), {
  workerData: { count, waits: true },
  // A million campaigns, each an object, before they are columns.
  resourceLimits: { maxOldGenerationSizeMb: 8_192 },
});
worker.once("error", (error) => {
  throw error;
});
await once(worker, "message");

const idle = startTicking();
await pause(3_000);
const { longestMs: idlePauseMs } = idle.stop();

const ticking = startTicking();
worker.postMessage("build");
const [made] = (await once(worker, "message")) as [MadeSnapshot];
const { snapshot, builtInMs, builtCpuMs, textBytes } = made;
const firstDecisionMs = timeOf(() => decide(requests[0]!, snapshot, visitor, noDelivery));
await pause(200);
const { longestMs, cpuMs, mostCpuMs } = ticking.stop();
await worker.terminate();

const changes = changesMs(snapshot);
const all = snapshotBytes(snapshot).all ?? 0;
const facts: SnapshotFacts = {
  campaigns: count,
  builtSeconds: builtInMs / 1_000,
  builtCpuSeconds: builtCpuMs / 1_000,
  longestPauseMs: longestMs,
  longestPauseCpuMs: cpuMs,
  mostOwnWorkMs: mostCpuMs,
  idlePauseMs,
  firstDecisionMs,
  megabytes: all / 1e6,
  textMegabytes: textBytes / 1e6,
  megabytesPer100k: (all - textBytes) / 1e6 / (count / 100_000),
  changeMs: changes[changes.length >> 1] ?? 0,
  slowestChangeMs: changes.at(-1) ?? 0,
  residentMegabytes: memoryOf(process.pid).residentMegabytes,
};
console.log(JSON.stringify(facts));

interface Ticks {
  readonly longestMs: number;
  readonly cpuMs: number;
  readonly mostCpuMs: number;
}

/** A loop that turns every millisecond, as a busy server's does: the longest time it did not, and what of it was its own work. */
function startTicking(): { readonly stop: () => Ticks } {
  const longest = { longestMs: 0, cpuMs: 0, mostCpuMs: 0 };
  let lastMs = performance.now();
  let lastCpuMicros = ownCpuMicros();
  let timer: NodeJS.Timeout;
  const tick = () => {
    const [nowMs, cpuMicros] = [performance.now(), ownCpuMicros()];
    const lateMs = nowMs - lastMs - 1;
    const cpuMs = (cpuMicros - lastCpuMicros) / 1_000;
    longest.mostCpuMs = Math.max(longest.mostCpuMs, cpuMs);
    if (lateMs > longest.longestMs) {
      longest.longestMs = lateMs;
      longest.cpuMs = cpuMs;
    }
    [lastMs, lastCpuMicros] = [nowMs, cpuMicros];
    timer = setTimeout(tick, 1);
  };
  timer = setTimeout(tick, 1);
  return {
    stop() {
      clearTimeout(timer);
      return longest;
    },
  };
}

function ownCpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function timeOf(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}

function ownCpuMsOf(work: () => unknown): number {
  const before = ownCpuMicros();
  work();
  return (ownCpuMicros() - before) / 1_000;
}

/**
 * One campaign at a time, each upon the changes before it, as a node hears of them: ms of the thread's own work, ascending.
 * On a busy machine the wall clock would tell of others.
 */
function changesMs(base: Snapshot): readonly number[] {
  let current = base;
  return campaignsOf(50, everywhere)
    .map((campaign, index) =>
      ownCpuMsOf(() => {
        const meta = { revision: `${index + 2}`, builtAtMs: 0 };
        current = applyChanges(current, [campaign], [], meta);
      }),
    )
    .sort((a, b) => a - b);
}

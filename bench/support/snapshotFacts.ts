import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import engine from "../../scripts/lib/servingEngine.json" with { type: "json" };

/** What a snapshot of many campaigns costs the process that serves from it. */
export interface SnapshotFacts {
  readonly campaigns: number;
  /** Of `buildSnapshot` in the worker, campaigns loaded; wall clock. */
  readonly builtSeconds: number;
  readonly builtCpuSeconds: number;
  /** Longest time in which the serving loop did not turn while another thread built, and took over the snapshot. */
  readonly longestPauseMs: number;
  /** Processor time of the serving thread itself within that pause: the rest is others' (the machine's). */
  readonly longestPauseCpuMs: number;
  /** The most that the serving thread worked in one turn, whatever the clock said: what a machine at rest would see. */
  readonly mostOwnWorkMs: number;
  /** The longest pause of the same loop with nothing beside it, in as much time. */
  readonly idlePauseMs: number;
  readonly firstDecisionMs: number;
  readonly megabytes: number;
  readonly textMegabytes: number;
  /** Beyond the creatives' own text. */
  readonly megabytesPer100k: number;
  /** One campaign changed, the thread's own work; the median of fifty, and the slowest. */
  readonly changeMs: number;
  readonly slowestChangeMs: number;
  /** Of the process once the worker is gone. */
  readonly residentMegabytes: number;
}

/** Builds a snapshot of so many campaigns as a node does, in a process of its own. Takes minutes for a million. */
export async function measureSnapshot(campaigns: number): Promise<SnapshotFacts> {
  const path = join(import.meta.dirname, "../servers/snapshotProbe.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...engine.flags, path, `${campaigns}`],
    { env: { ...process.env, ...engine.environment }, maxBuffer: 1e6 },
  );
  return JSON.parse(stdout) as SnapshotFacts;
}

export function snapshotLines(facts: SnapshotFacts): string {
  const { campaigns, megabytes, textMegabytes } = facts;
  return [
    `Snapshot of ${campaigns} campaigns: built in ${facts.builtSeconds.toFixed(1)} s (${facts.builtCpuSeconds.toFixed(1)} s of processor) in a worker;`,
    `longest pause of the serving loop ${facts.longestPauseMs.toFixed(1)} ms, of which ${facts.longestPauseCpuMs.toFixed(1)} ms its own work (with nothing beside it: ${facts.idlePauseMs.toFixed(1)} ms), most work of its own in one turn ${facts.mostOwnWorkMs.toFixed(1)} ms;`,
    `first decision ${facts.firstDecisionMs.toFixed(1)} ms; ${megabytes.toFixed(0)} MB, ${textMegabytes.toFixed(0)} MB of it creatives' text, ${facts.megabytesPer100k.toFixed(1)} MB per 100,000 beyond it;`,
    `one change applied in ${facts.changeMs.toFixed(2)} ms (slowest of fifty ${facts.slowestChangeMs.toFixed(2)}); the process takes ${facts.residentMegabytes.toFixed(0)} MB.`,
  ].join("\n");
}

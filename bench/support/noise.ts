import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What was seen of the machine around one round of one row. */
export interface Noise {
  /** How much longer the calibrating loop took just before than it ever did in this run: 1 = as fast as it gets. */
  readonly slowness: number;
  /** Share of the first core's time that went to others than the server, while it was loaded. */
  readonly othersShare: number;
  /** Of the last minute. */
  readonly load: number;
}

/** Beyond either a round counts as disturbed. A good tenth is what a machine at rest shows too. */
export const quietEnough = { slowness: 1.25, othersShare: 0.15 } as const;

export function isDisturbed({ slowness, othersShare }: Noise): boolean {
  return slowness > quietEnough.slowness || othersShare > quietEnough.othersShare;
}

export interface Calibrator {
  /** Runs the loop on the first core: ms of the wall clock. */
  readonly spinMs: () => Promise<number>;
  readonly stop: () => void;
}

/** A process of its own that waits on the first core until it is asked to calibrate. */
export function startCalibrator(): Calibrator {
  const path = join(import.meta.dirname, "./calibrate.ts");
  const child = spawn("taskset", ["-c", "0", process.execPath, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async spinMs() {
      child.stdin.write("\n");
      const { value } = await lines.next();
      return Number(String(value).split(" ")[0]);
    },
    stop: () => child.kill("SIGKILL"),
  };
}

/** Time of the first core since the machine began, in ticks: of which none was idle, and all. */
export interface CoreTime {
  readonly busy: number;
  readonly all: number;
}

/** Reads /proc/stat (Linux). Time that the host gave to other guests ("steal") is busy with others. */
export function firstCoreTime(): CoreTime {
  const line = /^cpu0 (.*)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? "";
  const ticks = line.trim().split(/\s+/).slice(0, 8).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { busy: all - idle, all };
}

const ticksPerSecond = 100;

/** The share of the core between two looks that was neither idle nor the server's, 0 to 1. Pure. */
export function othersShareOf(before: CoreTime, after: CoreTime, serverSeconds: number): number {
  const all = after.all - before.all;
  if (all <= 0) return 0;
  const others = after.busy - before.busy - serverSeconds * ticksPerSecond;
  return Math.min(1, Math.max(0, others / all));
}

export function loadOfMachine(): number {
  return loadavg()[0] ?? 0;
}

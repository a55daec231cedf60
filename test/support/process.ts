import { execFileSync, spawn } from "node:child_process";
import { until } from "./until.ts";

export interface StartedProcess {
  readonly pid: number;
  /** Everything that it has said, both streams. */
  output(): string;
  /** Waits for a line that matches; throws with the whole output when the process ends or the deadline passes first. */
  waitForLine(pattern: RegExp, deadlineMs?: number): Promise<RegExpMatchArray>;
  /** Ids of the processes that it started, and theirs. */
  descendants(): readonly number[];
  kill(signal: NodeJS.Signals): void;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Starts a program whose output and end a test watches. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): StartedProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  let output = "";
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    // "close" and not "exit": what it said last has been read by then.
    child.once("close", (code, signal) => {
      ended = true;
      resolve(signal ?? code ?? 0);
    });
  });
  return {
    pid,
    exited,
    output: () => output,
    descendants: () => descendantsOf(pid),
    kill: (signal) => {
      child.kill(signal);
    },
    async waitForLine(pattern, deadlineMs = 60_000) {
      const found = (): RegExpMatchArray | null => output.match(pattern);
      await until(() => found() !== null || ended, deadlineMs).catch(() => undefined);
      const match = found();
      if (match === null) throw new Error(`no line matches ${pattern} in:\n${output}`);
      return match;
    },
  };
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly zombie: boolean;
}

function allProcesses(): readonly ProcessRow[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" });
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, state] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), zombie: state?.startsWith("Z") ?? false };
    });
}

export function descendantsOf(pid: number): readonly number[] {
  const all = allProcesses();
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const row of all) {
      if (row.parent !== parent) continue;
      found.push(row.pid);
      visit(row.pid);
    }
  };
  visit(pid);
  return found;
}

/** The processor seconds that processes have used so far: what a start costs, however busy the machine is. */
export function processorSeconds(pids: readonly number[]): number {
  if (pids.length === 0) return 0;
  const times = execFileSync("ps", ["-o", "time=", "-p", pids.join(",")], { encoding: "utf8" });
  const seconds = (time: string): number =>
    time
      .trim()
      .split(/[-:]/)
      .reduce((sum, part) => sum * 60 + Number(part), 0);
  return times
    .trim()
    .split("\n")
    .reduce((sum, time) => sum + seconds(time), 0);
}

/** Those of `pids` that still run. A zombie is gone: only its parent has yet to ask how it ended. */
export function stillRunning(pids: readonly number[]): readonly number[] {
  const wanted = new Set(pids);
  return allProcesses()
    .filter((row) => wanted.has(row.pid) && !row.zombie)
    .map((row) => row.pid);
}

/** Waits until none of `pids` runs; throws with those that remain. */
export async function untilGone(pids: readonly number[], deadlineMs = 30_000): Promise<void> {
  await until(() => stillRunning(pids).length === 0, deadlineMs).catch(() => {
    throw new Error(`still running after ${deadlineMs} ms: ${stillRunning(pids).join(", ")}`);
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import engine from "../../scripts/lib/servingEngine.json" with { type: "json" };

export interface PinnedServer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): void;
}

const started: ChildProcess[] = [];
process.on("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/** Starts a bench server on the first core and waits until it says its port; ours as `npm run serve` starts it. */
export async function startPinned(
  name: string,
  file: string,
  args: readonly string[],
): Promise<PinnedServer> {
  const path = join(import.meta.dirname, `../servers/${file}`);
  const { flags, environment } =
    file === "atelier.ts" ? engine : { flags: [], environment: undefined };
  const child = spawn("taskset", ["-c", "0", process.execPath, ...flags, path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  started.push(child);
  const port = await waitForPort(child, name);
  // taskset replaces itself by the program: the same process.
  return { name, port, pid: child.pid ?? 0, stop: () => child.kill("SIGKILL") };
}

function waitForPort(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
    child.stdout?.on("data", (data: Buffer) => {
      const port = /ready (\d+)/.exec(data.toString())?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

const ticksPerSecond = 100;

/** Processor time that a process has used, all of its threads, seconds (Linux). */
export function cpuSeconds(pid: number): number {
  const fields = statOf(`/proc/${pid}/stat`);
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The same of a process and its children, also of those that have ended (a database with a process a connection). */
export function cpuSecondsOfFamily(pid: number): number {
  const parent = statOf(`/proc/${pid}/stat`);
  const ended = (Number(parent[13]) + Number(parent[14])) / ticksPerSecond;
  const children = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && Number(statOf(`/proc/${name}/stat`)[1]) === pid,
  );
  const alive = children.reduce((sum, child) => sum + (cpuSeconds(Number(child)) || 0), 0);
  return cpuSeconds(pid) + ended + alive;
}

/** What follows a process's name, its state first; empty for one that has just ended. */
function statOf(path: string): readonly string[] {
  try {
    const text = readFileSync(path, "utf8");
    return text.slice(text.lastIndexOf(") ") + 2).split(" ");
  } catch {
    return [];
  }
}

export interface ProcessMemory {
  readonly residentMegabytes: number;
  /** What no other process shares: what one more of it costs the machine. */
  readonly ownMegabytes: number;
}

/** Memory of a process, 10^6 bytes (Linux). */
export function memoryOf(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  const own =
    kilobytes("Private_Clean") + kilobytes("Private_Dirty") + kilobytes("Private_Hugetlb");
  const toMegabytes = (value: number): number => (value * 1_024) / 1e6;
  return { residentMegabytes: toMegabytes(kilobytes("Rss")), ownMegabytes: toMegabytes(own) };
}

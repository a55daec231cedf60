import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
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
  const path = new URL(`../servers/${file}`, import.meta.url).pathname;
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

/** Processor time that a process has used, seconds (Linux). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

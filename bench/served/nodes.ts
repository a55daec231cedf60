import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import engine from "../../scripts/lib/servingEngine.json" with { type: "json" };
import { freePort } from "../../src/embedded/freePort.ts";
import type { BenchStores } from "./stores.ts";

/** A server as `npm run serve` starts it. */
export interface BenchNode {
  readonly port: number;
  readonly pid: number;
  readonly url: string;
  /** Asks it to stop (SIGTERM) and resolves when it is gone; one that does not go is killed. */
  readonly stop: () => Promise<void>;
}

export interface NodeOptions {
  readonly role: "all" | "ads";
  /** Absent = wherever the machine has room. */
  readonly core?: number;
  readonly processes?: number;
}

const main = join(import.meta.dirname, "../../src/main.ts");
const patienceMs = 20_000;

/** Starts one on the stores, with a data folder of its own, and resolves when it serves. */
export async function startNode(
  { environment, folder }: BenchStores,
  { role, core, processes = 1 }: NodeOptions,
): Promise<BenchNode> {
  const port = await freePort();
  const program = [process.execPath, ...engine.flags, main, "serve"];
  const cores = core === undefined ? "0,1" : `${core}`;
  const child = spawn("taskset", ["-c", cores, ...program], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...environment,
      ...engine.environment,
      PORT: `${port}`,
      SERVER_ROLE: role,
      ...(processes === 1 ? {} : { SERVING_PROCESSES: `${processes}` }),
      ATELIER_DATA_DIR: join(folder, `node-${port}`),
    },
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await untilServing(child);
  return {
    port,
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    stop: () => stopIt(child),
  };
}

function untilServing(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`a node ended with ${code}`)));
    child.stdout?.on("data", (text: Buffer) => {
      if (text.includes("Serving on")) resolve();
    });
  });
}

async function stopIt(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await gone;
  clearTimeout(impatience);
}

/** Samples of a node's `/metrics`, of all its processes: by name, and by name{labels}. */
export async function readMetrics({ url }: BenchNode): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

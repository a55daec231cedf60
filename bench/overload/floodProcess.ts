import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { requestsOf } from "../latency/openLoop.ts";
import { userAgent } from "../support/wrk.ts";
import { type Flood, type FloodFigures, flood } from "./floodLoop.ts";

/** What the process that sends is told. */
export interface FloodOrder extends Omit<Flood, "requests"> {
  readonly path: string;
  /** Bodies of requests, one a line. */
  readonly bodiesFile: string;
}

export interface FloodProcess {
  readonly run: (order: FloodOrder) => Promise<FloodFigures>;
  readonly close: () => void;
}

/** Starts the process that sends, on the second core, where no server under test is. */
export function startFlooding(): FloodProcess {
  const child: ChildProcess = fork(new URL(import.meta.url), {
    execPath: "taskset",
    execArgv: ["-c", "1", process.execPath],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        const gone = (): void => reject(new Error("the generator of load has ended"));
        child.once("exit", gone);
        child.once("message", (figures: FloodFigures) => {
          child.off("exit", gone);
          resolve(figures);
        });
        child.send(order);
      }),
    close: () => void child.kill("SIGKILL"),
  };
}

if (process.argv[1] === import.meta.filename) {
  process.once("disconnect", () => process.exit(0));
  process.on("message", async ({ bodiesFile, path, ...order }: FloodOrder) => {
    const bodies = readFileSync(bodiesFile, "utf8").split("\n");
    process.send?.(await flood({ ...order, requests: requestsOf(path, bodies, userAgent) }));
  });
}

import { join } from "node:path";
import type { Environment } from "../../src/config.ts";
import { freePort } from "../../src/embedded/freePort.ts";
import { type StartedProcess, startProcess } from "../support/process.ts";

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** `serve` as a process of its own, to be killed. */
export interface ServingProcess {
  readonly pid: number;
  readonly url: string;
  /** Kills it (SIGKILL) and resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Asks it to stop (SIGTERM) and resolves to its exit code when it is gone. */
  readonly stop: () => Promise<number | NodeJS.Signals>;
  /** Freezes it (SIGSTOP) until it is told to go on (SIGCONT). */
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => void;
}

/** A port on which one process after the other may serve; its events wait under the port's name. */
export const servingPort = freePort;

/** Starts `serve` and resolves when it listens. */
export async function startServing(
  environment: Environment,
  port: number,
): Promise<ServingProcess> {
  const started: StartedProcess = startProcess(process.execPath, [main, "serve"], {
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: "embedded",
      AWS_SECRET_ACCESS_KEY: "embedded",
      ...environment,
      PORT: String(port),
    },
  });
  await started.waitForLine(/Serving on/);
  return {
    pid: started.pid,
    url: `http://127.0.0.1:${port}`,
    async kill() {
      started.kill("SIGKILL");
      await started.exited;
    },
    async stop() {
      started.kill("SIGTERM");
      return started.exited;
    },
    signal: started.kill,
  };
}

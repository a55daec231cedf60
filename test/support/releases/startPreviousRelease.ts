import { join } from "node:path";
import { freePort } from "../../../src/embedded/freePort.ts";
import { startProcess } from "../process.ts";
import type { ProxiedStores } from "../stores.ts";
import { checkOutRelease, previousRelease } from "./checkOutRelease.ts";

export interface RunningRelease {
  readonly url: string;
  /** What it logged so far that is a fault. */
  readonly faults: () => readonly string[];
  /** Ends it as an orchestrator does, and removes its files. */
  readonly close: () => Promise<void>;
}

/** A node of the release before this one on given stores, once it serves; with the packages of this checkout. */
export async function startPreviousRelease(
  stores: ProxiedStores,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningRelease> {
  const release = await checkOutRelease(previousRelease);
  const port = await freePort();
  const server = startProcess(process.execPath, [join(release.path, "src/main.ts"), "serve"], {
    cwd: release.path,
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: "embedded",
      AWS_SECRET_ACCESS_KEY: "embedded",
      ...stores.environment,
      LOG_LEVEL: "warn",
      PORT: String(port),
      ...environment,
    },
  });
  const close = async (): Promise<void> => {
    server.kill("SIGTERM");
    await server.exited;
    await release.remove();
  };
  try {
    await server.waitForLine(/Serving on/);
  } catch (error) {
    await close();
    throw error;
  }
  const faults = () =>
    server
      .output()
      .split("\n")
      .filter((line) => /"level":(50|60)/.test(line));
  return { url: `http://127.0.0.1:${port}`, faults, close };
}

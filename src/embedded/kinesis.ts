import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../setupError.ts";
import { awaitPredecessor } from "./predecessor.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";
import { launchTethered } from "./tether.ts";
import { waitForReady } from "./waitFor.ts";

const readyDeadlineMs = 60_000;

/**
 * Starts the Kinesis emulator in a process of its own; durable: its streams are kept in `<dataDir>/kinesis`.
 * @throws SetupError
 */
export async function startKinesis(options: ServerOptions): Promise<EmbeddedServer> {
  const folder = join(options.dataDir, "kinesis");
  await mkdir(folder, { recursive: true });
  const pidFile = join(options.dataDir, "kinesis.pid");
  await awaitPredecessor(pidFile, "kinesisServer");
  const portFile = join(options.dataDir, "kinesis.port");
  await rm(portFile, { force: true });
  const server = launchTethered({
    command: process.execPath,
    args: [
      fileURLToPath(new URL("./kinesisServer.ts", import.meta.url)),
      portFile,
      ...(options.durable ? [folder] : []),
    ],
    env: { PATH: "/usr/bin:/bin", NODE_NO_WARNINGS: "1" },
    cwd: folder,
    logFile: options.logFile,
    pidFile,
    stopSignal: "TERM",
    graceMs: 5_000,
  });
  let port = "";
  const outcome = await waitForReady(
    server,
    async () => {
      port = await readFile(portFile, "utf8").catch(() => "");
      return port !== "";
    },
    readyDeadlineMs,
  );
  if (outcome === "ready")
    return { url: `http://127.0.0.1:${port}`, exited: server.exited, stop: server.stop };
  await server.stop();
  throw new SetupError(`The Kinesis emulator did not start; its log is ${options.logFile}.`);
}

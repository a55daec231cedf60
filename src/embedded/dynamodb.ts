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
 * Starts the DynamoDB emulator in a process of its own (it must not share the serving loop); durable: its tables are
 * kept in `<dataDir>/dynamodb`.
 * @throws SetupError
 */
export async function startDynamoDb(options: ServerOptions): Promise<EmbeddedServer> {
  const folder = join(options.dataDir, "dynamodb");
  await mkdir(folder, { recursive: true });
  const pidFile = join(options.dataDir, "dynamodb.pid");
  await awaitPredecessor(pidFile, "dynaliteServer");
  const portFile = join(options.dataDir, "dynamodb.port");
  await rm(portFile, { force: true });
  const server = launchTethered({
    command: process.execPath,
    args: [
      fileURLToPath(new URL("./dynaliteServer.ts", import.meta.url)),
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
  throw new SetupError(`The DynamoDB emulator did not start; its log is ${options.logFile}.`);
}

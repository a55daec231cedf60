import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../setupError.ts";
import { awaitPredecessor } from "./predecessor.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";
import { launchTethered } from "./tether.ts";
import { waitForReady } from "./waitFor.ts";

/** An emulator of a service of AWS: a program that takes a free port, writes it to a file, and keeps its data in a folder. */
export interface AwsEmulator {
  /** "DynamoDB", as people read it; in small letters its folder and files. */
  readonly service: string;
  /** The program beside this file, without its ending: `NAME PORT_FILE [FOLDER]`. */
  readonly program: string;
}

const readyDeadlineMs = 60_000;

/**
 * Starts an emulator in a process of its own (it must not share the serving loop); durable: its data is kept in
 * `<dataDir>/<service>`.
 * @throws SetupError
 */
export async function startAwsEmulator(
  { service, program }: AwsEmulator,
  options: ServerOptions,
): Promise<EmbeddedServer> {
  const name = service.toLowerCase();
  const folder = join(options.dataDir, name);
  await mkdir(folder, { recursive: true });
  const pidFile = join(options.dataDir, `${name}.pid`);
  await awaitPredecessor(pidFile, program);
  const portFile = join(options.dataDir, `${name}.port`);
  await rm(portFile, { force: true });
  const server = launchTethered({
    command: process.execPath,
    args: [
      fileURLToPath(new URL(`./${program}.ts`, import.meta.url)),
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
  throw new SetupError(`The ${service} emulator did not start; its log is ${options.logFile}.`);
}

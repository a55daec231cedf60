import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { SetupError } from "../setupError.ts";
import { freePort } from "./freePort.ts";
import { awaitPredecessor } from "./predecessor.ts";
import type { RedisBinary } from "./redisFromApt.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";
import { launchTethered } from "./tether.ts";
import { waitForReady } from "./waitFor.ts";

const readyDeadlineMs = 60_000;

/**
 * Starts a real Redis on a free loopback port behind a password of its own. Durable: an append-only file in
 * `<dataDir>/redis`, so holds and caps survive a restart. Nothing is ever evicted.
 * @throws SetupError
 */
export async function startRedis(
  options: ServerOptions,
  binary: RedisBinary,
): Promise<EmbeddedServer> {
  const folder = join(options.dataDir, "redis");
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, "redis.pid");
  await awaitPredecessor(pidFile, "redis-server");
  const password = randomBytes(24).toString("hex");
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const configFile = join(folder, "redis.conf");
    await writeFile(configFile, configuration(folder, port, password, options.durable), {
      mode: 0o600,
    });
    const server = launchTethered({
      command: binary.command,
      args: [configFile],
      env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: binary.libraryPath },
      cwd: folder,
      logFile: options.logFile,
      pidFile,
      // One that keeps nothing has nothing to finish; asked, it would think about it for a tenth of a second.
      stopSignal: options.durable ? "TERM" : "KILL",
      graceMs: 20_000,
    });
    const outcome = await waitForReady(server, () => answersPing(port, password), readyDeadlineMs);
    if (outcome === "ready") {
      return {
        url: `redis://:${password}@127.0.0.1:${port}`,
        exited: server.exited,
        stop: server.stop,
      };
    }
    await server.stop();
    const log = await readFile(options.logFile, "utf8").catch(() => "");
    if (attempt < 5 && log.includes("Address already in use")) continue;
    throw new SetupError(`Redis did not start; its log is ${options.logFile}.`);
  }
}

/** A file and not arguments: the password must not be seen in the list of processes. */
function configuration(folder: string, port: number, password: string, durable: boolean): string {
  return [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    'save ""',
    `appendonly ${durable ? "yes" : "no"}`,
    "appendfsync everysec",
    "maxmemory-policy noeviction",
    "daemonize no",
    "",
  ].join("\n");
}

/** True when it answers PONG with our password: it has loaded its file, and it is ours. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const finish = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("close", () => finish(false));
    socket.once("connect", () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      if (answer.includes("PONG")) finish(true);
      else if (answer.includes("-")) finish(false);
    });
  });
}

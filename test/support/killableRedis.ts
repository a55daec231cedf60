import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startRedis } from "../../src/embedded/redis.ts";
import type { RedisBinary } from "../../src/embedded/redisFromApt.ts";
import type { ServerOptions } from "../../src/embedded/server.ts";
import { launchTethered } from "../../src/embedded/tether.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";

export interface KillableRedis {
  readonly url: string;
  /** Kills the server (SIGKILL). Resolves when it is gone. */
  crash(): Promise<void>;
  /** Starts it again on the same port: empty, or (durable) with all that it had acknowledged. Resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real Redis that can be killed and started again where it was. */
export async function startKillableRedis(
  options: ServerOptions,
  binary: RedisBinary,
): Promise<KillableRedis> {
  const folder = join(options.dataDir, "redis");
  const pidFile = join(folder, "redis.pid");
  const first = await startRedis(options, binary);
  let server: Pick<typeof first, "exited" | "stop"> = first;
  return {
    url: first.url,
    async crash() {
      process.kill(Number(await readFile(pidFile, "utf8")), "SIGKILL");
      await server.exited;
    },
    async restart() {
      server = launchTethered({
        command: binary.command,
        args: [join(folder, "redis.conf")],
        env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: binary.libraryPath },
        cwd: folder,
        logFile: options.logFile,
        pidFile,
        stopSignal: options.durable ? "TERM" : "KILL",
        graceMs: 20_000,
      });
      const client = connectRedis({ url: first.url });
      await redisReady(client).finally(() => client.disconnect());
    },
    stop: () => server.stop(),
  };
}

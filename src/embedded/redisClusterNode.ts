import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { SetupError } from "../setupError.ts";
import { freePort } from "./freePort.ts";
import type { RedisBinary } from "./redisFromApt.ts";
import { launchTethered, type TetheredServer } from "./tether.ts";
import { waitForReady } from "./waitFor.ts";

/** One server of a cluster, which may be killed and started again where it was. */
export interface RedisClusterNode {
  readonly port: number;
  /** Where it keeps its data. */
  readonly folder: string;
  /** Sends one command and answers what it says; rejects with its error, or when it is away. */
  readonly call: (...words: readonly (string | number)[]) => Promise<unknown>;
  /** Kills it (SIGKILL) and resolves when it is gone. */
  readonly crash: () => Promise<void>;
  /** Freezes it, or lets it go on. */
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => Promise<void>;
  /** Starts it with what is in its folder; resolves when it answers. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RedisClusterNodeOptions {
  /** Made if need be. */
  readonly folder: string;
  readonly binary: RedisBinary;
  readonly password: string;
  /** How long a node may be silent before the others take it for gone, ms. */
  readonly nodeTimeoutMs: number;
}

const readyDeadlineMs = 30_000;
const answerDeadlineMs = 10_000;

/** Starts a Redis in cluster mode on free loopback ports; it keeps what it acknowledged. @throws SetupError */
export async function startClusterNode(
  options: RedisClusterNodeOptions,
): Promise<RedisClusterNode> {
  const { folder, password } = options;
  await mkdir(folder, { recursive: true });
  const [port, busPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, "redis.conf"), configuration(options, port, busPort), {
    mode: 0o600,
  });
  let server: TetheredServer | null = null;
  const call: RedisClusterNode["call"] = (...words) => callOnce(port, password, words);
  const pid = async () => Number(await readFile(join(folder, "redis.pid"), "utf8"));
  const node: RedisClusterNode = {
    port,
    folder,
    call,
    async crash() {
      process.kill(await pid(), "SIGKILL");
      await server?.exited;
    },
    async signal(signal) {
      process.kill(await pid(), signal);
    },
    async start() {
      server = launch(options);
      const answers = () => call("PING").then(...yesOrNo);
      if ((await waitForReady(server, answers, readyDeadlineMs)) !== "ready")
        throw new SetupError(`A Redis of the cluster did not start; its log is in ${folder}.`);
    },
    stop: async () => server?.stop(),
  };
  await node.start();
  return node;
}

const yesOrNo = [() => true, () => false] as const;

function configuration(
  { folder, password, nodeTimeoutMs }: RedisClusterNodeOptions,
  port: number,
  busPort: number,
): string {
  return [
    "bind 127.0.0.1",
    `port ${port}`,
    "cluster-enabled yes",
    `cluster-port ${busPort}`,
    "cluster-announce-ip 127.0.0.1",
    `cluster-node-timeout ${nodeTimeoutMs}`,
    // The others go on while one is away, and every master keeps its own replica.
    "cluster-require-full-coverage no",
    "cluster-allow-replica-migration no",
    `requirepass ${password}`,
    `masterauth ${password}`,
    `dir ${JSON.stringify(folder)}`,
    'save ""',
    "appendonly yes",
    "appendfsync everysec",
    "repl-diskless-sync-delay 0",
    "maxmemory-policy noeviction",
    "daemonize no",
    "",
  ].join("\n");
}

function launch({ folder, binary }: RedisClusterNodeOptions): TetheredServer {
  return launchTethered({
    command: binary.command,
    args: [join(folder, "redis.conf")],
    env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: binary.libraryPath },
    cwd: folder,
    logFile: join(folder, "redis.log"),
    pidFile: join(folder, "redis.pid"),
    stopSignal: "TERM",
    graceMs: 10_000,
  });
}

async function callOnce(
  port: number,
  password: string,
  [command = "PING", ...words]: readonly (string | number)[],
): Promise<unknown> {
  const client = new Redis({
    host: "127.0.0.1",
    port,
    password,
    commandTimeout: answerDeadlineMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  client.on("error", () => undefined);
  try {
    return await client.call(String(command), ...words);
  } finally {
    client.disconnect();
  }
}

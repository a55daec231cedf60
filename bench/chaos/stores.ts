import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamoDb } from "../../src/embedded/dynamodb.ts";
import { startKinesis } from "../../src/embedded/kinesis.ts";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { findRedis } from "../../src/embedded/redisBinary.ts";
import type { RedisBinary } from "../../src/embedded/redisFromApt.ts";
import type { ServerOptions } from "../../src/embedded/server.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { ensureStream } from "../../src/stores/kinesis/ensureStream.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { startKillableRedis } from "../../test/support/killableRedis.ts";
import { descendantsOf, untilGone } from "../../test/support/process.ts";
import { type FaultProxy, startFaultProxy } from "../../test/support/proxy.ts";
import { startThrottle, type Throttle } from "../../test/support/throttle.ts";

/** A store in processes of its own, behind a proxy; what it has acknowledged outlives them. */
export interface ChaosStore {
  readonly proxy: FaultProxy;
  /** Past the proxy, as of its last start. */
  readonly url: () => string;
  /** Kills all its processes (SIGKILL); resolves when they are gone. */
  readonly kill: () => Promise<void>;
  /** Starts it on the data that it had. Resolves when it answers. */
  readonly start: () => Promise<void>;
  /** Freezes all its processes, or lets them go on. */
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => void;
  readonly stop: () => Promise<void>;
}

export interface ChaosStores {
  readonly folder: string;
  readonly redisBinary: RedisBinary;
  readonly postgres: ChaosStore;
  readonly redis: ChaosStore;
  readonly dynamodb: ChaosStore;
  readonly kinesis: ChaosStore;
  /** Before the emulators, as the nodes reach them. */
  readonly throttles: { readonly dynamodb: Throttle; readonly kinesis: Throttle };
  readonly stop: () => Promise<void>;
}

export const region = "eu-west-3";
export const streamName = "atelier-events";
export const scoresTable = "atelier-scores";

/** Starts the four and prepares them: schema, stream, table of scores. */
export async function startStores(): Promise<ChaosStores> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-chaos-"));
  // Postgres runs as nobody where we are root.
  await chmod(folder, 0o711);
  const options = (name: string): ServerOptions => ({
    dataDir: folder,
    logFile: join(folder, `${name}.log`),
    durable: true,
    log: () => undefined,
  });
  const redisBinary = await findRedis({
    searchPath: process.env.PATH ?? "",
    cacheDir: join(import.meta.dirname, "../../.cache"),
    log: () => undefined,
  });
  const pidFile = (...path: readonly string[]) => join(folder, ...path);
  const [postgres, redis, dynamodb, kinesis] = await Promise.all([
    openStore(() => startPostgres(options("postgres")), pidFile("postgres", "postmaster.pid")),
    openRedis(options("redis"), redisBinary, pidFile("redis", "redis.pid")),
    openStore(() => startDynamoDb(options("dynamodb")), pidFile("dynamodb.pid")),
    openStore(() => startKinesis(options("kinesis")), pidFile("kinesis.pid")),
  ]);
  await Promise.all([migrateToLatest(postgres.url()), prepareAws(dynamodb.url(), kinesis.url())]);
  const throttles = {
    dynamodb: await startThrottle(dynamodb.proxy.through(dynamodb.url()), Math.random),
    kinesis: await startThrottle(kinesis.proxy.through(kinesis.url()), Math.random),
  };
  const all = [postgres, redis, dynamodb, kinesis];
  return {
    folder,
    redisBinary,
    ...{ postgres, redis, dynamodb, kinesis, throttles },
    async stop() {
      for (const throttle of Object.values(throttles)) throttle.close();
      await Promise.all(all.map((store) => store.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly url: string;
  readonly exited?: Promise<number>;
  readonly stop: () => Promise<void>;
}

/** `launch` starts it anew on its data, perhaps on another port. */
async function openStore(launch: () => Promise<Running>, pidFile: string): Promise<ChaosStore> {
  let server = await launch();
  const proxy = await startFaultProxy(server.url);
  const pids = (): readonly number[] => {
    const first = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
    return [first, ...descendantsOf(first)];
  };
  return {
    proxy,
    url: () => server.url,
    async kill() {
      const victims = pids();
      for (const pid of victims) process.kill(pid, "SIGKILL");
      await server.exited;
      await untilGone(victims);
    },
    async start() {
      server = await launch();
      proxy.moveTo(server.url);
    },
    signal(signal) {
      for (const pid of pids()) process.kill(pid, signal);
    },
    async stop() {
      await proxy.close();
      await server.stop();
    },
  };
}

/** It comes back on its port, with its password. */
async function openRedis(
  options: ServerOptions,
  binary: RedisBinary,
  pidFile: string,
): Promise<ChaosStore> {
  const server = await startKillableRedis(options, binary);
  let isFirst = true;
  return openStore(async () => {
    if (!isFirst) await server.restart();
    isFirst = false;
    return server;
  }, pidFile);
}

async function prepareAws(dynamodbUrl: string, kinesisUrl: string): Promise<void> {
  const client = createDynamoDbClient({
    endpoint: dynamodbUrl,
    region,
    credentials: emulatorCredentials,
    use: "batch",
  });
  await ensureScoresTable(client, scoresTable);
  client.destroy();
  const stream = { stream: streamName, endpoint: kinesisUrl, region };
  await ensureStream({ ...stream, credentials: emulatorCredentials }, 2);
}

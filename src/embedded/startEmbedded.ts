import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openDataFolder } from "./dataFolder.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { findRedis } from "./redisBinary.ts";
import { readOrCreateSecret } from "./secretFile.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";

export interface EmbeddedOptions {
  /** Everything that is kept lives here; made if need be. */
  readonly dataDir: string;
  /** Where a Redis is unpacked when the machine has none. */
  readonly cacheDir: string;
  /** The search path for programs (PATH). */
  readonly searchPath: string;
  /** Progress, one line at a time, for the person who waits. */
  readonly log: (line: string) => void;
}

export interface Embedded {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly dynamodbEndpoint: string;
  /** Secrets of this data folder, made at its first start. */
  readonly tokenSecret: string;
  readonly visitorSecret: string;
  /** Stops all servers; close your connections first. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres, Redis and the DynamoDB emulator side by side, their data kept in `dataDir`. They listen on
 * loopback only and die with this process, however it ends.
 * @throws SetupError, one line that says what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = await openDataFolder(options.dataDir);
  const logs = join(folder.path, "logs");
  const server = (name: string): ServerOptions => ({
    dataDir: folder.path,
    logFile: join(logs, `${name}.log`),
    durable: true,
    log: options.log,
  });
  const startRedisServer = async (): Promise<EmbeddedServer> =>
    startRedis(server("redis"), await findRedis(options));
  await mkdir(logs, { recursive: true });
  const tokenSecret = await readOrCreateSecret(join(folder.path, "token.secret"));
  const visitorSecret = await readOrCreateSecret(join(folder.path, "visitor.secret"));
  const outcomes = await Promise.allSettled([
    startPostgres(server("postgres")),
    startRedisServer(),
    startDynamoDb(server("dynamodb")),
  ]);
  const running = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= Promise.all(running.map((one) => one.stop())).then(() => folder.release());
    return stopping;
  };
  const [postgres, redis, dynamodb] = running;
  if (postgres === undefined || redis === undefined || dynamodb === undefined) {
    await stop();
    throw outcomes.find((outcome) => outcome.status === "rejected")?.reason;
  }
  for (const [index, name] of ["Postgres", "Redis", "The DynamoDB emulator"].entries()) {
    void running[index]?.exited.then((code) => {
      if (stopping === undefined)
        options.log(`${name} ended by itself (exit code ${code}); its log is in ${logs}`);
    });
  }
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    dynamodbEndpoint: dynamodb.url,
    tokenSecret,
    visitorSecret,
    stop,
  };
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findRunningDatabase } from "./runningDatabase.ts";

/** How the stores are reached that `npm start` runs at this moment with a data folder. */
export interface RunningStores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly dynamodbEndpoint: string;
  readonly visitorSecret: string;
}

/** Null = none runs. */
export async function findRunningStores(dataDir: string): Promise<RunningStores | null> {
  const databaseUrl = await findRunningDatabase(dataDir);
  if (databaseUrl === null) return null;
  const textOf = async (...path: readonly string[]) =>
    (await readFile(join(dataDir, ...path), "utf8").catch(() => "")).trim();
  const redis = await textOf("redis", "redis.conf");
  const redisPort = /^port (\d+)$/m.exec(redis)?.[1] ?? "";
  const redisPassword = /^requirepass (\S+)$/m.exec(redis)?.[1] ?? "";
  const dynamodbPort = await textOf("dynamodb.port");
  const visitorSecret = await textOf("visitor.secret");
  if ([redisPort, dynamodbPort, visitorSecret].includes("")) return null;
  return {
    databaseUrl,
    redisUrl: `redis://:${redisPassword}@127.0.0.1:${redisPort}`,
    dynamodbEndpoint: `http://127.0.0.1:${dynamodbPort}`,
    visitorSecret,
  };
}

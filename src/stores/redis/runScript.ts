import { createHash } from "node:crypto";
import type { RedisClient } from "./connect.ts";

/** Runs a Lua script on the slot of `key` and gives its raw answer; rejects when Redis is away or the script fails. */
export type RedisScript = (
  redis: RedisClient,
  key: string,
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/** A Lua script with one key, sent by its digest; its text travels only when the server does not know it yet. */
export function createScript(source: string): RedisScript {
  const run = createBatchScript(source);
  return (redis, key, args) => run(redis, [key], args);
}

/** Runs a Lua script on several keys, which are of one slot or of one server. */
export type RedisBatchScript = (
  redis: RedisClient,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/** The same as {@link createScript} for a script with as many keys as each call gives. */
export function createBatchScript(source: string): RedisBatchScript {
  const digest = createHash("sha1").update(source).digest("hex");
  return (redis, keys, args) =>
    redis.evalsha(digest, keys.length, ...keys, ...args).catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return redis.eval(source, keys.length, ...keys, ...args);
    });
}

/** The key that names a money bucket (0 to 63): present while the bucket may serve. */
export function bucketKey(bucket: number): string {
  return `{m${bucket}}:epoch`;
}

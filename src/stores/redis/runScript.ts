import { createHash } from "node:crypto";
import { Cluster, type Redis } from "ioredis";
import { masterOf } from "./cluster.ts";
import type { RedisClient } from "./connect.ts";
import { hashTagOf } from "./keySlot.ts";

/** Runs a Lua script on the slot of `key` and gives its raw answer; rejects when Redis is away or the script fails. */
export type RedisScript = (
  redis: RedisClient,
  key: string,
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/**
 * What a script touches: only the keys that it is given, or others of their slot too. The latter never runs in a slot that
 * is being moved to another node of a cluster, when a part of its keys is here and a part there.
 */
export type ScriptReach = "its keys" | "the slot";

/** A Lua script with one key, sent by its digest; its text travels only when the server does not know it yet. */
export function createScript(source: string, reach: ScriptReach = "its keys"): RedisScript {
  const run = createBatchScript(source, reach);
  return (redis, key, args) => run(redis, [key], args);
}

/** Runs a Lua script on several keys, which are of one slot or of one server. */
export type RedisBatchScript = (
  redis: RedisClient,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/** The same as {@link createScript} for a script with as many keys as each call gives. It must not mind one more key. */
export function createBatchScript(
  source: string,
  reach: ScriptReach = "its keys",
): RedisBatchScript {
  const script: Script = { source, digest: createHash("sha1").update(source).digest("hex") };
  return (redis, keys, args) =>
    reach === "the slot" && redis instanceof Cluster
      ? runOnMaster(redis, script, keys, args)
      : run(redis, script, keys, args);
}

interface Script {
  readonly source: string;
  readonly digest: string;
}

function run(
  redis: RedisClient,
  { source, digest }: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  return redis.evalsha(digest, keys.length, ...keys, ...args).catch((error: unknown) => {
    if (!beginsWith(error, "NOSCRIPT")) throw error;
    return redis.eval(source, keys.length, ...keys, ...args);
  });
}

/**
 * Straight to the node that this client takes for the master of the slot, of whose run the caller may have spoken: nothing
 * is passed on to another. One key more, which never exists, keeps the script from running while its slot moves: of
 * several keys, some of which are not there, the node says TRYAGAIN, on both sides.
 */
async function runOnMaster(
  cluster: Cluster,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  const [first = ""] = keys;
  const master: Redis | null = masterOf(cluster, first);
  if (master === null) throw new Error(`The master of ${first} is away`);
  try {
    return await run(master, script, [...keys, `{${hashTagOf(first)}}:none`], args);
  } catch (error) {
    // The next one finds the new master.
    if (beginsWith(error, "MOVED")) cluster.refreshSlotsCache();
    throw error;
  }
}

function beginsWith(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}

/** The key that names a money bucket (0 to 63): present while the bucket may serve. */
export function bucketKey(bucket: number): string {
  return `{m${bucket}}:epoch`;
}

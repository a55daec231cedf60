import { Cluster, type Redis } from "ioredis";
import { masterOf } from "./cluster.ts";
import type { RedisClient } from "./connect.ts";

const runs = new WeakMap<Redis, string>();
const unknown = "unknown";

/**
 * Learns which run of the server a connection leads to: from the INFO by which the client itself checks every new
 * connection before it is ready. No command is sent for it, and none can be sent before it is known.
 */
export function followServerRun(redis: Redis): void {
  const ask = redis.info;
  redis.info = ((...given: Parameters<typeof ask>) => {
    const answer = ask.apply(redis, given);
    answer.then(
      (text) => {
        // Somebody else may ask for another part of INFO.
        const run = /^run_id:(\w+)/m.exec(text)?.[1];
        if (run !== undefined) runs.set(redis, run);
      },
      () => undefined,
    );
    return answer;
  }) as typeof ask;
  redis.on("close", () => runs.delete(redis));
}

/** False = nobody answers for the key now. */
export function isKnownRun(run: string): boolean {
  return run !== unknown;
}

/**
 * What names this life of the server that has a key: a restart, even from disk, changes it. On a cluster that is the
 * master of the key's slot: a failover, and a slot that has moved, change it too.
 */
export function serverRunOf(client: RedisClient, key: string): string {
  const server = client instanceof Cluster ? masterOf(client, key) : client;
  return (server === null ? undefined : runs.get(server)) ?? unknown;
}

import { Cluster } from "ioredis";
import { masterOf } from "./cluster.ts";
import type { RedisClient } from "./connect.ts";
import { bucketKey } from "./runScript.ts";

export interface ServerClock {
  /** Milliseconds since 1970, the same on every node whatever its own clock says. */
  readonly nowMs: () => number;
  /** Asks Redis for its time. Rejects when Redis is away: the last correction stays. */
  readonly correct: () => Promise<void>;
}

/** A round trip longer than this says too little about the moment at which the server read its clock. */
const longestRoundTripMs = 250;

/**
 * The clock of money and caps: this process's monotonic clock, set by Redis TIME. A node whose wall clock is wrong, or
 * jumps, agrees with the others to within half a round trip. Before the first correction it is the node's own clock. On a
 * cluster everybody asks the same of its servers: the master of the first money bucket.
 */
export function createServerClock(redis: RedisClient): ServerClock {
  let originMs = performance.timeOrigin;
  return {
    nowMs: () => Math.round(originMs + performance.now()),
    async correct() {
      const sentAtMs = performance.now();
      const server = redis instanceof Cluster ? masterOf(redis, bucketKey(0)) : redis;
      if (server === null) throw new Error("The server that tells the time is away");
      const [seconds = 0, microseconds = 0] = (await server.time()).map(Number);
      const roundTripMs = performance.now() - sentAtMs;
      if (roundTripMs > longestRoundTripMs) return;
      const serverMs = seconds * 1_000 + microseconds / 1_000;
      originMs = serverMs - (sentAtMs + roundTripMs / 2);
    },
  };
}

import type { RedisClient } from "./connect.ts";

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
 * jumps, agrees with the others to within half a round trip. Before the first correction it is the node's own clock.
 */
export function createServerClock(redis: RedisClient): ServerClock {
  let originMs = performance.timeOrigin;
  return {
    nowMs: () => Math.round(originMs + performance.now()),
    async correct() {
      const sentAtMs = performance.now();
      const [seconds = 0, microseconds = 0] = (await redis.time()).map(Number);
      const roundTripMs = performance.now() - sentAtMs;
      if (roundTripMs > longestRoundTripMs) return;
      const serverMs = seconds * 1_000 + microseconds / 1_000;
      originMs = serverMs - (sentAtMs + roundTripMs / 2);
    },
  };
}

import type { RedisClient } from "./connect.ts";
import { leaseScript, releaseLeaseScript } from "./lua/pacing.ts";
import { createScript } from "./runScript.ts";

/** One leader among the nodes. */
export interface Lease {
  /**
   * Takes the lease when it is free, or keeps it, until `lifeMs` after `nowMs`. Answers the fencing token, null when
   * another node leads. A token stays the same as long as the lease has not lapsed. Rejects when Redis is away.
   */
  readonly hold: (nowMs: number, lifeMs: number) => Promise<string | null>;
  /** Gives it up, so that another node need not wait. */
  readonly release: () => Promise<void>;
}

export const leaseKey = "{pacing}:lease";
const holdLease = createScript(leaseScript);
const releaseLease = createScript(releaseLeaseScript);

/** `owner` must be unique among all processes that ever live. */
export function createLease(redis: RedisClient, owner: string): Lease {
  return {
    async hold(nowMs, lifeMs) {
      const token = await holdLease(redis, leaseKey, [owner, Math.round(nowMs), lifeMs]);
      return typeof token === "string" ? token : null;
    },
    async release() {
      await releaseLease(redis, leaseKey, [owner]);
    },
  };
}

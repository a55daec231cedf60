import type { Lease } from "../stores/redis/lease.ts";

export interface Leader {
  /** The fencing token while this node leads, else null: takes the lease when it is free. Rejects when Redis is away. */
  readonly lead: (nowMs: number) => Promise<string | null>;
  /** As far as this node knows; the fencing token is what keeps a leader of before from doing harm. */
  readonly isLeading: () => boolean;
  /** Another node was found to lead. */
  readonly deposed: () => void;
  readonly resign: () => Promise<void>;
}

/** A leader that says nothing for this long is replaced: four of its heartbeats. */
const leaseLifeMs = 4_000;
/** Who is driven at another pace (by a simulated clock) holds the lease for three of its own beats, up to this. */
const longestLeaseMs = 60_000;

/** Leads while the lease is its own. */
export function createLeader(lease: Lease): Leader {
  let token: string | null = null;
  let heldAtMs = Infinity;
  return {
    async lead(nowMs) {
      const lifeMs = Math.min(longestLeaseMs, Math.max(leaseLifeMs, 3 * (nowMs - heldAtMs)));
      heldAtMs = nowMs;
      try {
        token = await lease.hold(nowMs, lifeMs);
      } catch (error) {
        token = null;
        throw error;
      }
      return token;
    },
    isLeading: () => token !== null,
    deposed() {
      token = null;
    },
    async resign() {
      if (token === null) return;
      token = null;
      await lease.release();
    },
  };
}

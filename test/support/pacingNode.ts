import type { PacedCampaign } from "../../src/budgets/pacing/pacedCampaign.ts";
import { createTrafficHistory } from "../../src/budgets/pacing/trafficHistory.ts";
import { createLeader } from "../../src/jobs/leader.ts";
import { createPacingJob, type PacingJobDeps } from "../../src/jobs/pacing.ts";
import { createNodeThrottles } from "../../src/jobs/pacingThrottles.ts";
import { createPacingRows } from "../../src/stores/postgres/pacingRows.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createLease } from "../../src/stores/redis/lease.ts";
import { createReadSpending } from "../../src/stores/redis/spending.ts";
import { createThrottleStore } from "../../src/stores/redis/throttles.ts";

/** The pacing of one node on real stores, with campaigns that a test sets. */
export async function openPacingNode(
  name: string,
  redisUrl: string,
  databaseUrl: string,
  changes: Partial<PacingJobDeps> = {},
) {
  const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 5_000 });
  await redisReady(redis);
  const db = createDatabase({ url: databaseUrl, maxConnections: 2, statementTimeoutMs: 5_000 });
  const all = new Map<number, PacedCampaign>();
  let changed: number[] = [];
  const history = createTrafficHistory([], 0);
  const store = createThrottleStore(redis);
  const leader = createLeader(createLease(redis, name));
  const errors: unknown[] = [];
  const job = createPacingJob({
    leader,
    campaigns: {
      all,
      isComplete: () => true,
      takeChanged() {
        const taken = changed;
        changed = [];
        return taken;
      },
    },
    readSpending: createReadSpending(redis),
    store,
    rows: createPacingRows(db),
    history: () => history,
    holdLifeMs: 300_000,
    onError: (error) => errors.push(error),
    ...changes,
  });
  return {
    job,
    redis,
    db,
    leader,
    errors,
    throttles: createNodeThrottles({ store, history: () => history, now: () => 0 }),
    rows: createPacingRows(db),
    /** Null = gone. */
    set(campaignId: number, campaign: PacedCampaign | null): void {
      if (campaign === null) all.delete(campaignId);
      else all.set(campaignId, campaign);
      changed.push(campaignId);
    },
    async close(): Promise<void> {
      redis.disconnect();
      await db.destroy();
    },
  };
}
export type PacingNode = Awaited<ReturnType<typeof openPacingNode>>;

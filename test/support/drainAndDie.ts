import { createLedgerDrainer } from "../../src/jobs/ledgerDrainer.ts";
import type { Ledger, MoneyBuckets } from "../../src/serving/ledgerPorts.ts";
import { createPostgresLedger } from "../../src/stores/postgres/ledger.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createMoneyBuckets } from "../../src/stores/redis/moneyBuckets.ts";

/**
 * Run as its own process: drains once and kills itself (SIGKILL) at the step named by the third argument.
 * Arguments: Redis URL, database URL, "before_insert" | "before_commit" | "after_commit" | "halfway_through_removal".
 */
const [redisUrl = "", databaseUrl = "", step = ""] = process.argv.slice(2);
const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 5_000 });
await redisReady(redis);
const db = createDatabase({ url: databaseUrl, maxConnections: 2, statementTimeoutMs: 10_000 });
const realLedger = createPostgresLedger(db);
const realBuckets = createMoneyBuckets(redis);

const dieAt = (here: string): void => {
  if (here === step) process.kill(process.pid, "SIGKILL");
};
const ledger: Ledger = {
  exclusively: (work) =>
    realLedger.exclusively((session) =>
      work({
        ...session,
        async append(rows) {
          dieAt("before_insert");
          const inserted = await session.append(rows);
          dieAt("before_commit");
          return inserted;
        },
      }),
    ),
};
const buckets: MoneyBuckets = {
  ...realBuckets,
  async removeFromOutbox(bucket, entryIds) {
    dieAt("after_commit");
    const half = Math.ceil(entryIds.length / 2);
    await realBuckets.removeFromOutbox(bucket, entryIds.slice(0, half));
    dieAt("halfway_through_removal");
    await realBuckets.removeFromOutbox(bucket, entryIds.slice(half));
  },
};
await createLedgerDrainer({ ledger, buckets, now: Date.now }).runOnce();
redis.disconnect();
await db.destroy();

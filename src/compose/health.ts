import type { Check } from "../routes/health.ts";
import { pingDatabase } from "../stores/postgres/pool.ts";
import { redisAnswers } from "../stores/redis/answers.ts";
import type { Jobs } from "./jobs.ts";
import { type ServerRole, servesAds } from "./role.ts";
import type { Stores } from "./stores.ts";

/** A picture older than this is worth telling: the campaign store has been away. */
const staleSnapshotMs = 5_000;

/**
 * What `/readyz` looks at. Only the snapshot is required: without the other stores this node still answers, with what is
 * left (house ads without Redis, contextual ads without DynamoDB, the last snapshot without Postgres), and says so.
 */
export function healthChecks(stores: Stores, jobs: Jobs, role: ServerRole): readonly Check[] {
  if (!servesAds(role)) return [postgresCheck(stores), redisCheck(stores)];
  return [
    {
      name: "snapshot",
      required: true,
      run: () => ({ ok: jobs.refresh.current() !== null, detail: { ageMs: jobs.refresh.ageMs() } }),
    },
    {
      name: "snapshot_fresh",
      required: false,
      run() {
        const ageMs = jobs.refresh.ageMs() ?? Number.POSITIVE_INFINITY;
        return { ok: ageMs < staleSnapshotMs, detail: { listening: jobs.isListening() } };
      },
    },
    postgresCheck(stores),
    redisCheck(stores),
    {
      name: "dynamodb",
      required: false,
      async run() {
        const modelVersion = await stores.scores.readActiveModelVersion();
        return { ok: true, detail: { modelVersion } };
      },
    },
    {
      name: "ledger",
      required: false,
      run() {
        const { unwritten, oldestAgeMs, pausePaid } = jobs.drainer.outboxState();
        return { ok: !pausePaid, detail: { unwritten, oldestAgeMs } };
      },
    },
    ...(jobs.lake === null ? [] : [jobs.lake.check]),
  ];
}

const postgresCheck = ({ db }: Stores): Check => ({
  name: "postgres",
  required: false,
  run: async () => ({ ok: await pingDatabase(db) }),
});

const redisCheck = ({ redis }: Stores): Check => ({
  name: "redis",
  required: false,
  run: async () => ({ ok: await redisAnswers(redis) }),
});

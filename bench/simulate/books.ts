import { type Kysely, sql } from "kysely";
import { moneyBucketOf } from "../../src/budgets/holdId.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import type { SimulatedCampaign } from "./setUp.ts";

/** One row of the ledger. */
export interface LedgerEntry {
  readonly eventId: string;
  readonly kind: string;
  readonly campaignId: number;
  readonly day: string;
  readonly amountMicros: number;
  readonly reason: string | null;
  readonly occurredAtMs: number;
}

/** What the servers' own books say at the end. */
export interface Books {
  readonly entries: readonly LedgerEntry[];
  /** Where a counter in Redis is not what the ledger says. */
  readonly counterFaults: readonly string[];
  /** Events that still wait in Redis. */
  readonly unwritten: number;
}

const rowsPerRead = 50_000;

/** Reads the whole ledger and compares the counters in Redis with it. */
export async function readBooks(
  databaseUrl: string,
  redisUrl: string,
  campaigns: readonly SimulatedCampaign[],
): Promise<Books> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 60_000 });
  const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 5_000 });
  await redisReady(redis);
  const entries = await readLedger(db);
  const counterFaults = await compareCounters(redis, entries, campaigns);
  const outboxes = await Promise.all(
    [...new Set(campaigns.map(({ advertiserId }) => moneyBucketOf(advertiserId)))].map((bucket) =>
      redis.xlen(`{m${bucket}}:out`),
    ),
  );
  redis.disconnect();
  await db.destroy();
  return { entries, counterFaults, unwritten: outboxes.reduce((sum, count) => sum + count, 0) };
}

async function readLedger<DB>(db: Kysely<DB>): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let after = 0; ; ) {
    const { rows } = await sql<LedgerEntry & { readonly id: number }>`
      select id, event_id as "eventId", kind, campaign_id as "campaignId", budget_day::text as day,
        amount_micros as "amountMicros", uncharged_reason as reason,
        (extract(epoch from occurred_at) * 1000)::bigint as "occurredAtMs"
      from ledger where id > ${after} order by id limit ${rowsPerRead}`.execute(db);
    for (const row of rows) entries.push(row);
    if (rows.length < rowsPerRead) return entries;
    after = rows.at(-1)!.id;
  }
}

/** Spent in all and by day, nothing held any more: of each campaign and of each advertiser. */
async function compareCounters(
  redis: RedisClient,
  entries: readonly LedgerEntry[],
  campaigns: readonly SimulatedCampaign[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  const days = new Set(entries.map(({ day }) => day));
  const spent = sumBy(entries, ({ campaignId }) => campaignId);
  const spentByDay = sumBy(entries, ({ campaignId, day }) => `${campaignId} ${day}`);
  const compare = (what: string, counter: string | undefined, ledger: number) => {
    if (Number(counter ?? 0) !== ledger) faults.push(`${what}: Redis ${counter}, ledger ${ledger}`);
  };
  const byAdvertiser = new Map<number, number>();
  for (const { campaignId, advertiserId } of campaigns) {
    const counters = await redis.hgetall(`{m${moneyBucketOf(advertiserId)}}:b:${campaignId}`);
    const sum = spent.get(campaignId) ?? 0;
    byAdvertiser.set(advertiserId, (byAdvertiser.get(advertiserId) ?? 0) + sum);
    compare(`campaign ${campaignId}, spent`, counters.s, sum);
    compare(`campaign ${campaignId}, held`, counters.h, 0);
    const kept = [...days].filter((day) => counters.o === undefined || day >= counters.o);
    for (const day of kept)
      compare(
        `campaign ${campaignId}, spent on ${day}`,
        counters[`s:${day}`],
        spentByDay.get(`${campaignId} ${day}`) ?? 0,
      );
  }
  for (const [advertiserId, sum] of byAdvertiser) {
    const counters = await redis.hgetall(`{m${moneyBucketOf(advertiserId)}}:a:${advertiserId}`);
    compare(`advertiser ${advertiserId}, spent`, counters.s, sum);
    compare(`advertiser ${advertiserId}, held`, counters.h, 0);
  }
  return faults;
}

/** Sums of what was charged. */
export function sumBy<Key>(
  entries: readonly LedgerEntry[],
  keyOf: (entry: LedgerEntry) => Key,
): ReadonlyMap<Key, number> {
  const sums = new Map<Key, number>();
  for (const entry of entries) {
    const key = keyOf(entry);
    sums.set(key, (sums.get(key) ?? 0) + entry.amountMicros);
  }
  return sums;
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { moneyBucketCount, moneyBucketOf } from "../../src/budgets/holdId.ts";
import { trackedEventId } from "../../src/serving/ledgerRow.ts";
import { trackingKeyFrom, verifyTrackingToken } from "../../src/serving/trackingToken.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import type { Load, ShownAd } from "../../test/faults/load.ts";
import { type Shop, secret, type Town } from "./town.ts";

/** What the readers know: of each ad the id that its impression has everywhere. */
export interface ReadersBooks {
  /** Of every ad that came with an answer. */
  readonly given: Set<string>;
  /** Of those whose impression was answered. */
  readonly answered: Set<string>;
  /** What an earlier fault has already answered for. */
  readonly blamed: Set<string>;
}

const trackingKey = trackingKeyFrom(Buffer.from(secret));

/** The id that the impression of an ad has everywhere. */
export function impressionIdOf({ impression }: Pick<ShownAd, "impression">): string {
  const token = impression.slice(impression.lastIndexOf("/") + 1);
  const verified = verifyTrackingToken(token, [trackingKey], 0);
  if (!verified.ok) throw new Error(`a token of an answer is ${verified.error}`);
  return trackedEventId("impression", verified.claims);
}

export function addToBooks(books: ReadersBooks, load: Load): void {
  for (const { ads } of load.pages) for (const ad of ads) books.given.add(impressionIdOf(ad));
  for (const impression of load.shown.keys()) books.answered.add(impressionIdOf({ impression }));
}

interface LedgerImpression {
  readonly eventId: string;
  readonly campaignId: number;
  readonly amountMicros: number;
  readonly reason: string | null;
}

/** The ledger's own rows, asked past the proxy. */
async function readLedger(databaseUrl: string): Promise<readonly LedgerImpression[]> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 20_000 });
  try {
    return await impressionsOf(db);
  } finally {
    await db.destroy();
  }
}

async function impressionsOf<DB>(db: Kysely<DB>): Promise<readonly LedgerImpression[]> {
  const { rows } = await sql<LedgerImpression>`
    select event_id as "eventId", campaign_id as "campaignId", amount_micros as "amountMicros",
      uncharged_reason as reason
    from ledger where kind = 'impression'`.execute(db);
  return rows;
}

/** Ids of impressions in the event files, which the worker has written. */
export async function readStream(folder: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const files = join(folder, "ad_event.v1");
  for (const name of await readdir(files).catch(() => [])) {
    const lines = (await readFile(join(files, name), "utf8")).split("\n");
    for (const line of lines) {
      const id = /"eventId":"([^"]+\.impression)"/.exec(line)?.[1];
      if (id !== undefined) ids.add(id);
    }
  }
  return ids;
}

/** What is wrong with the money; all empty = nothing. What an earlier fault was blamed for is left out. */
export interface Audit {
  /** Answered impressions that the ledger does not have. */
  readonly lost: readonly string[];
  /** Impressions in the ledger that nobody was given. (None is there twice: its id is unique.) */
  readonly invented: readonly string[];
  /** Rows that are neither one price, nor free for a reason that a spent budget explains. */
  readonly wrongAmounts: readonly string[];
  /** What the ledger charged beyond budgets, micros. */
  readonly overspentMicros: number;
  /** Shops whose counter in Redis is not what the ledger says. */
  readonly counters: number;
  /** Impressions in the ledger that are not in the event files, and the other way round. */
  readonly notInStream: readonly string[];
  readonly notInLedger: readonly string[];
}

/** Compares all books as they are now. */
export async function audit(
  town: Town,
  books: ReadersBooks,
  shops: readonly Shop[],
): Promise<Audit> {
  const ledger = await readLedger(town.stores.postgres.url());
  const stream = await readStream(town.eventsFolder);
  const ids = ledger.map(({ eventId }) => eventId);
  const known = new Set(ids);
  const spent = Map.groupBy(ledger, ({ campaignId }) => campaignId);
  const sumOf = ({ campaignId }: Shop) =>
    (spent.get(campaignId) ?? []).reduce((sum, { amountMicros }) => sum + amountMicros, 0);
  const overspent = shops.map((shop) => sumOf(shop) - (shop.budgetMicros ?? Infinity));
  const news = (found: readonly string[]) => found.filter((id) => !books.blamed.has(id));
  return {
    lost: news([...books.answered].filter((id) => !known.has(id))),
    invented: news(ids.filter((id) => !books.given.has(id))),
    wrongAmounts: news(wrongAmountsIn(ledger, shops)),
    overspentMicros: overspent.reduce((sum, micros) => sum + Math.max(0, micros), 0),
    counters: await countersOff(town.redisUrl(), shops, sumOf),
    notInStream: news(ids.filter((id) => !stream.has(id))),
    notInLedger: news([...stream].filter((id) => !known.has(id))),
  };
}

function wrongAmountsIn(
  ledger: readonly LedgerImpression[],
  shops: readonly Shop[],
): readonly string[] {
  const byCampaign = new Map(shops.map((shop) => [shop.campaignId, shop]));
  const isWrong = ({ campaignId, amountMicros, reason }: LedgerImpression): boolean => {
    const shop = byCampaign.get(campaignId);
    if (shop === undefined) return true;
    if (reason === null) return amountMicros !== shop.priceMicros;
    return amountMicros !== 0 || shop.budgetMicros === null || !/total_budget$/.test(reason);
  };
  return ledger.filter(isWrong).map(({ eventId }) => eventId);
}

async function countersOff(
  redisUrl: string,
  shops: readonly Shop[],
  sumOf: (shop: Shop) => number,
): Promise<number> {
  return withRedis(redisUrl, async (redis) => {
    const counters = await Promise.all(
      shops.map(({ advertiserId, campaignId }) =>
        redis.hget(`{m${moneyBucketOf(advertiserId)}}:b:${campaignId}`, "s"),
      ),
    );
    return shops.filter((shop, index) => Number(counters[index] ?? 0) !== sumOf(shop)).length;
  });
}

/** Charges that wait in Redis for the ledger. */
export function unwrittenIn(redisUrl: string): Promise<number> {
  return withRedis(redisUrl, async (redis) => {
    const lengths = await Promise.all(
      Array.from({ length: moneyBucketCount }, (_, bucket) => redis.xlen(`{m${bucket}}:out`)),
    );
    return lengths.reduce((sum, length) => sum + length, 0);
  });
}

async function withRedis<Value>(
  url: string,
  ask: (redis: RedisClient) => Promise<Value>,
): Promise<Value> {
  const redis = connectRedis({ url, commandTimeoutMs: 5_000 });
  try {
    await redisReady(redis);
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

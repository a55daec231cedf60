import { moneyBucketCount } from "../../budgets/holdId.ts";
import type { CampaignSpending, MoneyBuckets } from "../../serving/ledgerPorts.ts";
import type { RedisClient } from "./connect.ts";
import { changeCounters, readCounters } from "./counters.ts";
import { tendMoneyScript } from "./lua/holdMoney.ts";
import { closeBucketScript, openBucketScript, setCountersScript } from "./lua/rebuild.ts";
import { toOutboxEntry } from "./outboxEntry.ts";
import { bucketKey, createScript } from "./runScript.ts";
import { serverRunOf } from "./serverRun.ts";

type TendAnswer = readonly [string, number, number, number];

/** More due holds than this wait for the next look. */
const lapsedPerLook = 500;
/** Campaigns whose counters travel in one command. */
const campaignsPerCommand = 200;
const tendMoney = createScript(tendMoneyScript);
const closeBucket = createScript(closeBucketScript);
const setCounters = createScript(setCountersScript);
const openBucket = createScript(openBucketScript);

/** Money buckets that tell of every new connection: the server behind it may be another than before. */
export interface ConnectedMoneyBuckets extends MoneyBuckets {
  readonly onConnected: (listener: () => void) => void;
}

/**
 * Outboxes and counters of all money buckets. A bucket is open only while its epoch marker names the present run of the
 * server: a Redis that was restarted from an older picture of itself is rebuilt like one that lost everything. (On a
 * cluster, whose nodes come and go, only the marker's presence is looked at.)
 */
export function createMoneyBuckets(redis: RedisClient): ConnectedMoneyBuckets {
  const inThisRun = (token: string): string => `${token} ${serverRunOf(redis)}`;
  return {
    onConnected: (listener) => void redis.on("ready", listener),
    async tend(nowMs) {
      const run = serverRunOf(redis);
      return Promise.all(
        Array.from({ length: moneyBucketCount }, async (_, bucket) => {
          const args = [nowMs, lapsedPerLook, run];
          const answer = (await tendMoney(redis, bucketKey(bucket), args)) as TendAnswer;
          const [marker, unwritten, oldestAtMs] = answer;
          return { bucket, open: marker === run, unwritten, oldestAtMs };
        }),
      );
    },
    async readOutbox(bucket, afterEntryId, limit) {
      const from = afterEntryId === null ? "-" : `(${afterEntryId}`;
      const entries = await redis.xrange(outboxKey(bucket), from, "+", "COUNT", limit);
      return entries.map(([entryId, fields]) => toOutboxEntry(entryId, fields));
    },
    async removeFromOutbox(bucket, entryIds) {
      if (entryIds.length > 0) await redis.xdel(outboxKey(bucket), ...entryIds);
    },
    close: async (bucket, token) =>
      (await closeBucket(redis, bucketKey(bucket), [token, serverRunOf(redis)])) === 1,
    async setCounters(bucket, token, spending, oldestDay) {
      const groups = [...campaignGroups(spending, oldestDay), ...advertiserGroups(spending)];
      for (let from = 0; from < groups.length; from += campaignsPerCommand) {
        const args = [inThisRun(token), ...groups.slice(from, from + campaignsPerCommand).flat()];
        if ((await setCounters(redis, bucketKey(bucket), args)) !== 1) return false;
      }
      return true;
    },
    readCounters: (bucket, wanted) => readCounters(redis, bucket, wanted),
    changeCounters: (bucket, changes) => changeCounters(redis, bucket, changes),
    async open(bucket, token) {
      const args = [inThisRun(token), serverRunOf(redis)];
      return (await openBucket(redis, bucketKey(bucket), args)) === 1;
    },
  };
}

function outboxKey(bucket: number): string {
  return `{m${bucket}}:out`;
}

/** One group (key, number of fields, fields) a campaign, as the script takes them. */
function campaignGroups(
  spending: readonly CampaignSpending[],
  oldestDay: string,
): readonly (readonly (string | number)[])[] {
  return spending.map(({ campaignId, spentMicros, spentByDay }) => {
    const fields: (string | number)[] = ["s", spentMicros, "h", 0, "o", oldestDay];
    for (const [day, micros] of spentByDay) fields.push(`s:${day}`, micros);
    return [`b:${campaignId}`, fields.length / 2, ...fields];
  });
}

function advertiserGroups(
  spending: readonly CampaignSpending[],
): readonly (readonly (string | number)[])[] {
  const totals = new Map<number, number>();
  for (const { advertiserId, spentMicros } of spending)
    totals.set(advertiserId, (totals.get(advertiserId) ?? 0) + spentMicros);
  return [...totals].map(([advertiserId, micros]) => [`a:${advertiserId}`, 2, "s", micros, "h", 0]);
}

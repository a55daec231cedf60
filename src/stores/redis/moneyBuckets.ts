import { Cluster } from "ioredis";
import { moneyBucketCount } from "../../budgets/holdId.ts";
import type { BucketState, CampaignSpending, MoneyBuckets } from "../../serving/ledgerPorts.ts";
import type { RedisClient } from "./connect.ts";
import { changeCounters, readCounters } from "./counters.ts";
import { tendMoneyScript } from "./lua/holdMoney.ts";
import { closeBucketScript, openBucketScript, setCountersScript } from "./lua/rebuild.ts";
import { toOutboxEntry } from "./outboxEntry.ts";
import { bucketKey, createScript } from "./runScript.ts";
import { serverRunOf } from "./serverRun.ts";

type TendAnswer = readonly [string, number, number, number];

/** Due holds that lapse in one command: nobody else is served while it runs (8 µs each). */
const lapsedPerCommand = 40;
/** Due holds of a bucket beyond these many commands wait for the next look. */
const commandsPerLook = 12;
/** Campaigns whose counters travel in one command. */
const campaignsPerCommand = 200;
const tendMoney = createScript(tendMoneyScript, "the slot");
const closeBucket = createScript(closeBucketScript, "the slot");
const setCounters = createScript(setCountersScript, "the slot");
const openBucket = createScript(openBucketScript, "the slot");

/** Money buckets that tell of every new connection: the server behind it may be another than before. */
export interface ConnectedMoneyBuckets extends MoneyBuckets {
  readonly onConnected: (listener: () => void) => void;
}

/**
 * Outboxes and counters of all money buckets. A bucket is open only while its epoch marker names the present run of the
 * server that has it: a Redis that was restarted from an older picture of itself is rebuilt like one that lost everything,
 * and so is, on a cluster, the part of a replica that took over, or a bucket that was moved to another node.
 */
export function createMoneyBuckets(redis: RedisClient): ConnectedMoneyBuckets {
  const runOf = (bucket: number): string => serverRunOf(redis, bucketKey(bucket));
  const inThisRun = (bucket: number, token: string): string => `${token} ${runOf(bucket)}`;
  return {
    onConnected: (listener) => void redis.on("ready", listener),
    async tend(nowMs) {
      const states: BucketState[] = [];
      // One after the other, so that ads are served in between.
      for (let bucket = 0; bucket < moneyBucketCount; bucket++)
        states.push(await tendIfThere(redis, bucket, nowMs));
      return states;
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
      (await closeBucket(redis, bucketKey(bucket), [token, runOf(bucket)])) === 1,
    async setCounters(bucket, token, spending, oldestDay) {
      const groups = [...campaignGroups(spending, oldestDay), ...advertiserGroups(spending)];
      for (let from = 0; from < groups.length; from += campaignsPerCommand) {
        const args = [
          inThisRun(bucket, token),
          ...groups.slice(from, from + campaignsPerCommand).flat(),
        ];
        if ((await setCounters(redis, bucketKey(bucket), args)) !== 1) return false;
      }
      return true;
    },
    readCounters: (bucket, wanted) => readCounters(redis, bucket, wanted),
    changeCounters: (bucket, changes) => changeCounters(redis, bucket, changes),
    async open(bucket, token) {
      const args = [inThisRun(bucket, token), runOf(bucket)];
      return (await openBucket(redis, bucketKey(bucket), args)) === 1;
    },
  };
}

/** Of a cluster, one node may be away while the others' buckets go on; a server that is away has none at all. */
async function tendIfThere(
  redis: RedisClient,
  bucket: number,
  nowMs: number,
): Promise<BucketState> {
  try {
    return await tendBucket(redis, bucket, nowMs);
  } catch (error) {
    if (!(redis instanceof Cluster)) throw error;
    return { bucket, open: false, unwritten: 0, oldestAtMs: 0, isAway: true };
  }
}

async function tendBucket(redis: RedisClient, bucket: number, nowMs: number): Promise<BucketState> {
  const key = bucketKey(bucket);
  for (let command = 1; ; command++) {
    const run = serverRunOf(redis, key);
    const answer = (await tendMoney(redis, key, [nowMs, lapsedPerCommand, run])) as TendAnswer;
    const [marker, unwritten, oldestAtMs, lapsed] = answer;
    if (lapsed < lapsedPerCommand || command === commandsPerLook)
      return { bucket, open: marker === run, unwritten, oldestAtMs };
  }
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

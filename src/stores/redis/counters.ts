import type {
  BucketCounters,
  CampaignCounters,
  CounterChange,
  CountersWanted,
} from "../../serving/ledgerPorts.ts";
import type { RedisClient } from "./connect.ts";
import { changeCountersScript, readCountersScript } from "./lua/compare.ts";
import { toOutboxEntry } from "./outboxEntry.ts";
import { bucketKey, createScript } from "./runScript.ts";
import { serverRunOf } from "./serverRun.ts";

type Entry = readonly [string, readonly string[]];
type ReadAnswer =
  | readonly ["closed" | "busy"]
  | readonly ["open", readonly Entry[], readonly (readonly string[])[]];

/** While more charges wait than this, comparing can wait too. */
const mostUnwritten = 2_000;
const readScript = createScript(readCountersScript, "the slot");
const changeScript = createScript(changeCountersScript, "the slot");

/** Implements `MoneyBuckets.readCounters`. */
export async function readCounters(
  redis: RedisClient,
  bucket: number,
  wanted: CountersWanted,
): Promise<BucketCounters | null> {
  const { campaignIds, advertiserIds, days } = wanted;
  const keys = [...campaignIds.map((id) => `b:${id}`), ...advertiserIds.map((id) => `a:${id}`)];
  const key = bucketKey(bucket);
  const args = [serverRunOf(redis, key), mostUnwritten, days.length, ...days, ...keys];
  const answer = (await readScript(redis, key, args)) as ReadAnswer;
  if (answer[0] !== "open") return null;
  const [, entries, counters] = answer;
  const valuesAt = (index: number) => counters[index] ?? [];
  const firstAdvertiser = campaignIds.length;
  return {
    campaigns: new Map(
      campaignIds.map((id, index) => [id, toCampaignCounters(valuesAt(index), days)]),
    ),
    advertisers: new Map(
      advertiserIds.map((id, index) => [id, Number(valuesAt(firstAdvertiser + index)[0] ?? 0)]),
    ),
    unwritten: entries.map(([entryId, fields]) => toOutboxEntry(entryId, fields)),
  };
}

/** Implements `MoneyBuckets.changeCounters`. */
export async function changeCounters(
  redis: RedisClient,
  bucket: number,
  changes: readonly CounterChange[],
): Promise<boolean> {
  const groups = changes.flatMap(({ counter, id, day, micros }) => [
    `${counter === "campaign" ? "b" : "a"}:${id}`,
    day ?? "",
    micros,
  ]);
  const key = bucketKey(bucket);
  return (await changeScript(redis, key, [serverRunOf(redis, key), ...groups])) === 1;
}

function toCampaignCounters(
  [spent = "", oldestDay = "", ...ofDays]: readonly string[],
  days: readonly string[],
): CampaignCounters {
  const byDay = days.map((day, index) => [day, Number(ofDays[index] ?? 0)] as const);
  return {
    spentMicros: Number(spent),
    spentByDay: new Map(byDay.filter(([day]) => day >= oldestDay)),
  };
}

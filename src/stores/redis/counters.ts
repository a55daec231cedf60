import type { BucketCounters, CampaignCounters, CounterChange } from "../../serving/ledgerPorts.ts";
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
const readScript = createScript(readCountersScript);
const changeScript = createScript(changeCountersScript);

/** Implements `MoneyBuckets.readCounters`. */
export async function readCounters(
  redis: RedisClient,
  bucket: number,
  campaignIds: readonly number[],
  advertiserIds: readonly number[],
): Promise<BucketCounters | null> {
  const keys = [...campaignIds.map((id) => `b:${id}`), ...advertiserIds.map((id) => `a:${id}`)];
  const args = [serverRunOf(redis), mostUnwritten, ...keys];
  const answer = (await readScript(redis, bucketKey(bucket), args)) as ReadAnswer;
  if (answer[0] !== "open") return null;
  const [, entries, counters] = answer;
  const fieldsAt = (index: number) => toFields(counters[index] ?? []);
  return {
    campaigns: new Map(campaignIds.map((id, index) => [id, toCampaignCounters(fieldsAt(index))])),
    advertisers: new Map(
      advertiserIds.map((id, index) => [
        id,
        Number(fieldsAt(campaignIds.length + index).get("s") ?? 0),
      ]),
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
  return (await changeScript(redis, bucketKey(bucket), [serverRunOf(redis), ...groups])) === 1;
}

function toFields(flat: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2) fields.set(flat[at]!, flat[at + 1]!);
  return fields;
}

function toCampaignCounters(fields: ReadonlyMap<string, string>): CampaignCounters {
  const days = [...fields].filter(([name]) => name.startsWith("s:"));
  return {
    spentMicros: Number(fields.get("s") ?? 0),
    spentByDay: new Map(days.map(([name, micros]) => [name.slice(2), Number(micros)])),
    oldestDay: fields.get("o") ?? null,
  };
}

import { createRecordEvent } from "../../src/serving/recordEvent.ts";
import { trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createRedisRecorder } from "../../src/stores/redis/recordEvents.ts";
import { claimsOf, noonMs, winner } from "./money.ts";

/**
 * Run as its own process: records an impression and kills itself (SIGKILL) when it is to tell the event stream of it,
 * which is after Redis has claimed and charged it. Arguments: Redis URL, decision id.
 */
const [redisUrl = "", decisionId = ""] = process.argv.slice(2);
const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 5_000 });
await redisReady(redis);
const events = createRecordEvent({
  keys: [trackingKeyFrom(Buffer.alloc(32))],
  record: createRedisRecorder({ redis }),
  emit: () => process.kill(process.pid, "SIGKILL"),
  spool: () => undefined,
});
await events.count("impression", claimsOf(winner({ decisionId })), noonMs);

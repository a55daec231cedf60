import type { Config } from "../config.ts";
import type { EmitEvent } from "../serving/ports.ts";
import { createRecordEvent, type RecordEvent } from "../serving/recordEvent.ts";
import { type TrackingKey, trackingKeyFrom } from "../serving/trackingToken.ts";
import { createRedisRecorder } from "../stores/redis/recordEvents.ts";
import { findCampaign, type Snapshot } from "../targeting/snapshot.ts";
import type { TrafficFilter } from "./invalidTraffic.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";
import { traceRecord } from "./tracing.ts";

/** What counts and charges events, on real stores. */
export function composeRecordEvent(
  config: Config,
  stores: Stores,
  state: { readonly snapshot: () => Snapshot },
  { traffic, emit }: { readonly traffic: TrafficFilter; readonly emit: EmitEvent },
  log: Log,
): RecordEvent {
  return createRecordEvent({
    keys: [trackingKeyFrom(Buffer.from(config.tokenSecret)), ...previousKeysOf(config)],
    record: traceRecord(
      stores.tracing,
      createRedisRecorder({
        redis: stores.redis,
        findLimits: (campaignId) => findCampaign(state.snapshot(), campaignId),
        rules: traffic.rules,
        viewWaitMs: config.viewWaitSeconds * 1_000,
        onError: (error) => log.debug({ error: describe(error) }, "event not recorded"),
      }),
    ),
    emit: traffic.counting(emit),
    rules: traffic.rules,
    spool: stores.spool.spool,
  });
}

/** Tokens signed before the secret was changed still count. */
function previousKeysOf({ previousTokenSecret }: Config): readonly TrackingKey[] {
  return previousTokenSecret === null ? [] : [trackingKeyFrom(Buffer.from(previousTokenSecret))];
}

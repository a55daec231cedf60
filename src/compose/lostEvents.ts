import { type Repeating, repeat } from "../jobs/repeat.ts";
import { createTellLostEvents } from "../jobs/tellLostEvents.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { RecordEvent } from "../serving/recordEvent.ts";
import { createPostgresLedger } from "../stores/postgres/ledger.ts";
import { bucketKey } from "../stores/redis/runScript.ts";
import { isKnownRun, serverRunOf } from "../stores/redis/serverRun.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";

const lookEveryMs = 500;

/** From now on tells events again that died with a server of Redis. */
export function startTellingLostEvents(
  { jobsDb, jobsRedis, spool, clock }: Stores,
  { recent }: Pick<RecordEvent, "recent">,
  metrics: Metrics,
  log: Log,
): Repeating {
  const told = metrics.counter(
    "atelier_lost_events_told_total",
    "Events that a server of Redis had acknowledged, its successor did not know, and this node told again",
  );
  const runOf = (bucket: number): string => serverRunOf(jobsRedis, bucketKey(bucket));
  const tellLost = createTellLostEvents({
    recent,
    runOf: (bucket) => (isKnownRun(runOf(bucket)) ? runOf(bucket) : null),
    isOpen: async (bucket) => (await jobsRedis.get(bucketKey(bucket))) === runOf(bucket),
    ledger: createPostgresLedger(jobsDb),
    spool: (event) => void spool.spool(event),
    nowMs: clock.nowMs,
  });
  return repeat(
    async () => {
      const events = await tellLost();
      if (events === 0) return;
      told.add(events);
      log.warn({ events }, "events that died with a server of Redis are told again");
    },
    lookEveryMs,
    (error) => log.debug({ error: describe(error) }, "lost events could not be looked for"),
  );
}

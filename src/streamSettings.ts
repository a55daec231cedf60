import { optional, ownInStart, withDefault } from "./defineSettings.ts";
import { integer, oneOf, text, url } from "./settingKinds.ts";

/** What pages tell, and the stream that takes events away: docs/activity.md says how. */
export const streamSettings = {
  activityRequestsPerMinute: withDefault(
    "ACTIVITY_REQUESTS_PER_MINUTE",
    integer(0, 1_000_000),
    6_000,
    "How many reports of activity one address may send a minute to one node, also all at once; 0 = any number.",
  ),
  eventStream: withDefault(
    "EVENT_STREAM",
    oneOf("embedded", "kinesis"),
    "embedded",
    "Where events go: `embedded` writes event files, `kinesis` puts them to a stream, which a worker (`npm run worker`) or Lambda reads.",
  ),
  eventsDir: optional(
    "EVENTS_DIR",
    text("a path"),
    "Where events are written as NDJSON; without it `events` in the data folder.",
  ),
  eventsKeptHours: withDefault(
    "EVENTS_KEPT_HOURS",
    integer(1, 8_760),
    48,
    "How long event files stay after their hour and their last line, once they are in the lake.",
  ),
  kinesisStream: withDefault(
    "KINESIS_STREAM",
    text("the name of a stream"),
    "atelier-events",
    "The Kinesis data stream of events.",
  ),
  kinesisEndpoint: ownInStart(
    optional(
      "KINESIS_ENDPOINT",
      url(["http:", "https:"], "http://127.0.0.1:4567"),
      "A Kinesis other than AWS's own.",
    ),
  ),
  kinesisLanes: withDefault(
    "KINESIS_LANES",
    integer(1, 256),
    16,
    "Into how many parts a node divides its events by visitor: at least as many as the stream has shards.",
  ),
  kinesisSpoolMegabytes: withDefault(
    "KINESIS_SPOOL_MB",
    integer(1, 1_000_000),
    512,
    "How much of a node's disk events may take that wait for Kinesis; what exceeds it is lost, and counted.",
  ),
} as const;

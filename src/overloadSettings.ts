import { withDefault } from "./defineSettings.ts";
import { integer } from "./settingKinds.ts";

/** How much one node takes, and how much of it is told. */
export const overloadSettings = {
  maxConnections: withDefault(
    "MAX_CONNECTIONS",
    integer(10, 100_000),
    10_000,
    "How many connections one node keeps open; more are closed at once. Each may hold 16 KB of a head and 64 KB of an ad request's body, and needs a file descriptor (`ulimit -n`).",
  ),
  accessLogEvery: withDefault(
    "ACCESS_LOG_EVERY",
    integer(0, 1_000_000),
    1_000,
    "One request in so many is logged with its id, route, status and time, and nothing of who asked; 0 = none.",
  ),
} as const;

import type { Router } from "express";
import type { Config } from "../config.ts";
import { createFollowLiveSettings } from "../jobs/followLiveSettings.ts";
import type { Repeating } from "../jobs/repeat.ts";
import { liveSettingsRouter } from "../routes/liveSettings.ts";
import type { LoadDoor } from "../serving/loadDoor.ts";
import { createLiveSettingsStore } from "../stores/postgres/liveSettings.ts";
import type { Access } from "./access.ts";
import type { Log } from "./log.ts";
import type { Stores } from "./stores.ts";

/** Every process obeys what operators have changed; one that serves ads sheds by it, too. */
export function followLiveSettings(
  { logLevel }: Pick<Config, "logLevel">,
  { jobsDb }: Pick<Stores, "jobsDb">,
  log: Log,
  load: Pick<LoadDoor, "obey"> | null,
): Repeating {
  const { start } = createFollowLiveSettings({
    read: createLiveSettingsStore(jobsDb).read,
    monotonicMs: () => performance.now(),
    apply(settings) {
      log.level = settings.logLevel ?? logLevel;
      load?.obey(settings.shedding ?? "auto");
      log.warn(settings, "live settings have changed");
    },
  });
  return start();
}

export function composeLiveSettings(
  { db }: Pick<Stores, "db">,
  { authenticate }: Access["admission"],
): Router {
  return liveSettingsRouter({ authenticate, store: createLiveSettingsStore(db) });
}

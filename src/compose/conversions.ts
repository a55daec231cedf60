import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { createVisitorKeyOf } from "../audience/visitorKey.ts";
import { defaultAttributionWindows } from "../budgets/attribution.ts";
import type { ConversionSettingsRepository } from "../campaigns/conversionSettings.ts";
import type { Config } from "../config.ts";
import { createConsentReader } from "../consent/consentOf.ts";
import { conversionSettingsRouter } from "../routes/conversionSettings.ts";
import { conversionsRouter } from "../routes/conversions.ts";
import {
  type ConversionKeys,
  conversionKeysFrom,
  openClickId,
  pixelIdOf,
  readPixelId,
} from "../serving/conversionIds.ts";
import { createFindWindows } from "../serving/conversionWindows.ts";
import {
  type Conversion,
  createRecordConversion,
  type RecordConversion,
} from "../serving/recordConversion.ts";
import { createSpool, type EventSpool } from "../stores/files/eventSpool.ts";
import { createConversionSettingsStore } from "../stores/postgres/conversionSettings.ts";
import { createListConversions } from "../stores/postgres/conversions.ts";
import { createSegmentSeeds } from "../stores/postgres/segmentSeeds.ts";
import { claimConversion } from "../stores/redis/claimConversion.ts";
import { readTouches } from "../stores/redis/touches.ts";
import type { Access } from "./access.ts";
import type { Log } from "./log.ts";
import type { Management } from "./management.ts";
import type { ServingState } from "./serving.ts";
import { describe, type Stores } from "./stores.ts";

export interface Conversions {
  readonly router: Router;
  /** Records what pixels told while a store was away. Answers how many went through. Never rejects. */
  readonly replay: () => Promise<number>;
  /** What waits on disk meanwhile, and what no longer fitted. */
  readonly counts: EventSpool["counts"];
}

/** Conversions as they are told: the pixel and the postback. */
export function composeConversions(
  config: Config,
  stores: Stores,
  state: ServingState,
  { readApiKey }: Pick<Access, "readApiKey">,
  log: Log,
): Conversions {
  const keys = conversionKeysFrom(config.visitorSecret);
  const settings = createConversionSettingsStore(stores.db);
  const { nowMs } = stores.clock;
  const recording = composeRecording(config, stores, state, keys, settings, log);
  const directory = `${config.dataDir}/spool-conversions/${config.spoolName}`;
  const spool = createSpool({ directory }, isConversion);
  return {
    router: conversionsRouter({
      ...recording,
      readPixelId: (pixelId) => readPixelId(pixelId, keys),
      spool: spool.spool,
      readApiKey,
      findAdvertiserOfKey: settings.findAdvertiserOfKey,
      nowMs,
    }),
    counts: spool.counts,
    replay: () =>
      spool.replayAll(async (conversion) => {
        const outcome = await recording.record(conversion, nowMs());
        return outcome.status !== "unavailable";
      }),
  };
}

/** What shops settle and read of their conversions. */
export function composeConversionSettings(
  { visitorSecret, publicUrl }: Pick<Config, "visitorSecret" | "publicUrl">,
  { db }: Pick<Stores, "db">,
  { authenticate, store }: Pick<Management, "authenticate" | "store">,
): Router {
  const keys = conversionKeysFrom(visitorSecret);
  return conversionSettingsRouter({
    authenticate,
    campaigns: store.campaigns,
    settings: createConversionSettingsStore(db),
    advertiserExists: async (id) => (await store.advertisers.read(id)) !== null,
    listConversions: createListConversions(db),
    usualSettings: defaultAttributionWindows,
    pixelIdOf: (advertiserId) => pixelIdOf(advertiserId, keys),
    publicUrl,
    randomBytes,
  });
}

function composeRecording(
  config: Config,
  { redis, events, jobsDb }: Stores,
  state: ServingState,
  keys: ConversionKeys,
  settings: ConversionSettingsRepository,
  log: Log,
): RecordConversion {
  return createRecordConversion({
    readTouches: (visitorKey, advertiserId) => readTouches(redis, visitorKey, advertiserId),
    findWindows: createFindWindows({ read: settings.read, monotonicMs: () => performance.now() }),
    claim: (row, claimedAtMs) => claimConversion(redis, row, claimedAtMs),
    openClickId: (clickId) => openClickId(clickId, keys),
    readConsent: createConsentReader({ vendorId: config.tcfVendorId, role: config.tcfRole }),
    findSite: (key) => state.sites().site(key),
    sitePolicy: {
      requireSiteKey: config.requireSiteKey,
      requireSignedVisitors: config.requireSignedVisitors,
    },
    visitorKeyOf: createVisitorKeyOf(config.visitorSecret),
    emit: events.emit,
    hearConverter: (...converter) =>
      void createSegmentSeeds(jobsDb)
        .remember(...converter)
        .catch((error) => log.debug({ error: describe(error) }, "converter not remembered")),
    onError: (error) => log.debug({ error: describe(error) }, "conversion not recorded"),
  });
}

function isConversion(value: unknown): value is Conversion {
  if (typeof value !== "object" || value === null) return false;
  const { advertiserId, orderId, occurredAtMs } = value as Partial<Conversion>;
  const isIdentified = Number.isInteger(advertiserId) && typeof orderId === "string";
  return isIdentified && Number.isInteger(occurredAtMs);
}

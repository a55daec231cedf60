import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { createConsentReader } from "../../src/consent/consentOf.ts";
import {
  type ClickClaims,
  conversionKeysFrom,
  openClickId,
  sealClickId,
} from "../../src/serving/conversionIds.ts";
import { parseConversionReport } from "../../src/serving/conversionReport.ts";
import { createFindWindows } from "../../src/serving/conversionWindows.ts";
import type { ServingEvent } from "../../src/serving/ports.ts";
import {
  type ConversionPorts,
  createRecordConversion,
} from "../../src/serving/recordConversion.ts";
import { type ServingSite, signVisitorId } from "../../src/serving/siteAccess.ts";
import { createConversionSettingsStore } from "../../src/stores/postgres/conversionSettings.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { claimConversion } from "../../src/stores/redis/claimConversion.ts";
import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { readTouches } from "../../src/stores/redis/touches.ts";
import { noonMs } from "./money.ts";

export const conversionKeys = conversionKeysFrom("a secret of thirty-two characters or more");
export const keyOfVisitor = createVisitorKeyOf("the secret of visitors, long enough");
export const site: ServingSite = {
  siteId: 1,
  key: "leboncoin",
  allowedOrigins: [],
  visitorSecret: "the site's own secret",
};

/** A visitor as the site names it. */
export const signed = (id: string) => ({
  site: site.key,
  id,
  signature: signVisitorId(site.visitorSecret ?? "", id),
});

/** A click on an ad of campaign 12 of advertiser 7, an hour before noon. */
export function clickOf(changes: Partial<ClickClaims> = {}): string {
  const click: ClickClaims = {
    decisionId: "d1",
    slot: 0,
    campaignId: 12,
    creativeId: 99,
    advertiserId: 7,
    placementId: "top",
    atMs: noonMs - 3_600_000,
    ...changes,
  };
  return sealClickId(click, conversionKeys);
}

/** The recorder of conversions on a real Redis and a real Postgres. */
export function openConversions(
  redis: RedisClient,
  databaseUrl: string,
  ports: Partial<ConversionPorts> = {},
) {
  const db = createDatabase({ url: databaseUrl, maxConnections: 2, statementTimeoutMs: 5_000 });
  const settings = createConversionSettingsStore(db);
  const emitted: ServingEvent[] = [];
  const clock = { nowMs: noonMs, monotonicMs: 0 };
  const recording = createRecordConversion({
    readTouches: (visitorKey, advertiserId) => readTouches(redis, visitorKey, advertiserId),
    findWindows: createFindWindows({ read: settings.read, monotonicMs: () => clock.monotonicMs }),
    claim: (row, nowMs) => claimConversion(redis, row, nowMs),
    openClickId: (clickId) => openClickId(clickId, conversionKeys),
    readConsent: createConsentReader({ vendorId: 612, role: "vendor" }),
    findSite: (key) => (key === site.key ? site : null),
    sitePolicy: { requireSiteKey: true, requireSignedVisitors: true },
    visitorKeyOf: keyOfVisitor,
    emit: (event) => void emitted.push(event),
    ...ports,
  });
  return {
    ...recording,
    db,
    settings,
    emitted,
    clock,
    /** Tells a conversion of advertiser 7. */
    async tell(
      report: object,
      of: { readonly source?: "pixel" | "postback"; readonly advertiserId?: number } = {},
    ) {
      const parsed = parseConversionReport(report, clock.nowMs);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const whose = { source: "pixel", advertiserId: 7, ...of } as const;
      const conversion = recording.toConversion(parsed.value, whose, clock.nowMs);
      return recording.record(conversion, clock.nowMs);
    },
    close: () => db.destroy(),
  };
}

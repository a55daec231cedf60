import {
  type AdTouch,
  type Attribution,
  type AttributionWindows,
  attributeConversion,
} from "../budgets/attribution.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { ReadConsent } from "../consent/consentOf.ts";
import { conversionEventId } from "./conversionIds.ts";
import type { ConversionReport } from "./conversionReport.ts";
import { type ConversionRow, conversionEvent } from "./conversionRow.ts";
import type { EmitEvent } from "./ports.ts";
import { acceptedVisitorId, type ServingSite, type SitePolicy } from "./siteAccess.ts";

/** What the recorder needs of the world. Each rejects when its store is away. */
export interface ConversionPorts {
  /** What the visitor has lately done with the advertiser's ads. */
  readonly readTouches: (visitorKey: string, advertiserId: number) => Promise<readonly AdTouch[]>;
  readonly findWindows: (advertiserId: number) => Promise<AttributionWindows>;
  /** Claims the conversion and puts it into the outbox of the ledger, in one step. */
  readonly claim: (row: ConversionRow, nowMs: number) => Promise<ConversionClaim>;
}

export type ConversionClaim =
  | { readonly status: "counted" }
  /** `first` is what was claimed the first time; `claimedAtMs`, when. */
  | { readonly status: "duplicate"; readonly first: ConversionRow; readonly claimedAtMs: number }
  /** One ad cannot bring so many. */
  | { readonly status: "too_many" };

export interface RecordConversionDeps extends ConversionPorts {
  readonly openClickId: (clickId: string) => Omit<AdTouch, "kind"> | null;
  readonly readConsent: ReadConsent;
  readonly findSite: (key: string) => ServingSite | null;
  readonly sitePolicy: SitePolicy;
  readonly visitorKeyOf: (visitorId: string) => string;
  readonly emit: EmitEvent;
  /** Told of each new conversion of a visitor who may be profiled. Neither throws nor waits. */
  readonly hearConverter?: (campaignId: number, visitorKey: string, atMs: number) => void;
  readonly onError?: (error: unknown) => void;
}

/** A report with everything taken out that consent does not allow, so that it may wait on a disk: no visitor id. */
export interface Conversion {
  readonly source: "pixel" | "postback";
  readonly advertiserId: number;
  readonly orderId: string;
  readonly valueMicros: number | null;
  readonly label: string | null;
  readonly occurredAtMs: number;
  readonly click: AdTouch | null;
  /** Whose touches may be looked at. */
  readonly visitorKey: string | null;
  /** Whether the visitor may be profiled as one who converted (purposes 1, 3 and 4). */
  readonly mayProfile?: boolean;
  /** Why nothing may be found. */
  readonly withoutTouch: UnattributedReason;
}

export type UnattributedReason = "no_touch" | "invalid_click_id" | "no_consent" | "too_many";

export type ConversionOutcome =
  | {
      readonly status: "counted" | "duplicate";
      readonly campaignId: number;
      readonly attributedBy: "click" | "view";
      readonly lagSeconds: number;
    }
  /** No ad of ours brought it, as far as we may know. Nothing of it is kept; told again with more, it may yet count. */
  | { readonly status: "unattributed"; readonly reason: UnattributedReason }
  | { readonly status: "unavailable" };

/** A duplicate told soon after the first may be somebody who never heard the answer: the event is emitted again. */
const emitAgainMs = 3_600_000;

export interface RecordConversion {
  /** What of a report may be used; pure but for the keys. */
  readonly toConversion: (
    report: ConversionReport,
    of: Pick<Conversion, "source" | "advertiserId">,
    nowMs: number,
  ) => Conversion;
  /** Ascribes, claims and tells the event stream. Never rejects. Told again, it counts once. */
  readonly record: (conversion: Conversion, nowMs: number) => Promise<ConversionOutcome>;
}

/**
 * From a report to a counted conversion. A click id carries the permission of the click (purpose 7), unless the report
 * brings a choice that refuses it. The touches of a visitor are read only with purposes 1 and 7 (or where the law does not
 * apply) in the report itself.
 */
export function createRecordConversion(deps: RecordConversionDeps): RecordConversion {
  return {
    toConversion: (report, { source, advertiserId }, nowMs) => {
      const { orderId, valueMicros, label, occurredAtMs } = report;
      const found = findableOf(report, nowMs, deps);
      return { source, advertiserId, orderId, valueMicros, label, occurredAtMs, ...found };
    },
    async record(conversion, nowMs) {
      try {
        const attribution = await attribute(conversion, deps);
        if (attribution === null)
          return { status: "unattributed", reason: conversion.withoutTouch };
        const row = rowOf(conversion, attribution);
        const claim = await deps.claim(row, nowMs);
        const { mayProfile = false, visitorKey, occurredAtMs } = conversion;
        if (mayProfile && visitorKey !== null && claim.status === "counted")
          deps.hearConverter?.(row.campaignId, visitorKey, occurredAtMs);
        return answer(row, claim, nowMs, deps.emit);
      } catch (error) {
        deps.onError?.(error);
        return { status: "unavailable" };
      }
    },
  };
}

function findableOf(
  { gdpr, consent: tcString, clickId, visitor }: ConversionReport,
  nowMs: number,
  deps: RecordConversionDeps,
): Pick<Conversion, "click" | "visitorKey" | "mayProfile" | "withoutTouch"> {
  const consent = deps.readConsent({ ...(gdpr === null ? {} : { gdpr }), tcString }, nowMs);
  const refused = tcString !== null && !consent.mayMeasure;
  const claims = clickId === null || refused ? null : deps.openClickId(clickId);
  const mayLookBack = consent.mayStore && consent.mayMeasure;
  const site = visitor === null ? null : deps.findSite(visitor.site);
  const { sitePolicy } = deps;
  const visitorId =
    visitor === null || site === null || !mayLookBack
      ? null
      : acceptedVisitorId(
          {
            id: visitor.id,
            ...(visitor.signature === undefined ? {} : { signature: visitor.signature }),
          },
          site,
          sitePolicy,
        );
  const isBarred = refused || (visitor !== null && !mayLookBack);
  const isForged = clickId !== null && !refused && claims === null;
  return {
    click: claims === null ? null : { kind: "click", ...claims },
    visitorKey: visitorId === null ? null : deps.visitorKeyOf(visitorId),
    ...(visitorId !== null && consent.mayPersonalise ? { mayProfile: true } : {}),
    withoutTouch: isForged ? "invalid_click_id" : isBarred ? "no_consent" : "no_touch",
  };
}

async function attribute(
  conversion: Conversion,
  { readTouches, findWindows }: ConversionPorts,
): Promise<Attribution | null> {
  const { advertiserId, click, visitorKey } = conversion;
  if (click === null && visitorKey === null) return null;
  const [windows, touches] = await Promise.all([
    findWindows(advertiserId),
    visitorKey === null ? [] : readTouches(visitorKey, advertiserId),
  ]);
  return attributeConversion(click === null ? touches : [click, ...touches], conversion, windows);
}

function rowOf(conversion: Conversion, { touch, lagSeconds }: Attribution): ConversionRow {
  const { advertiserId, orderId, valueMicros, label, source, occurredAtMs } = conversion;
  const { decisionId, slot, campaignId, creativeId, placementId, kind } = touch;
  return {
    eventId: conversionEventId(advertiserId, orderId),
    advertiserId,
    campaignId,
    creativeId,
    placementId,
    decisionId,
    slot,
    budgetDay: budgetDayOf(occurredAtMs),
    orderId,
    valueMicros,
    label,
    source,
    attributedBy: kind,
    lagSeconds,
    occurredAtMs,
  };
}

function answer(
  row: ConversionRow,
  claim: ConversionClaim,
  nowMs: number,
  emit: EmitEvent,
): ConversionOutcome {
  if (claim.status === "too_many") return { status: "unattributed", reason: "too_many" };
  const counted = claim.status === "counted" ? row : claim.first;
  if (claim.status === "counted" || nowMs - claim.claimedAtMs < emitAgainMs)
    emit(conversionEvent(counted));
  const { campaignId, attributedBy, lagSeconds } = counted;
  return { status: claim.status, campaignId, attributedBy, lagSeconds };
}

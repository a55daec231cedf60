import { isBudgetDay } from "../budgets/budgetDay.ts";
import { type ConversionRow, decodeConversion, encodeConversion } from "./conversionRow.ts";
import { decodeFacets, type EventFacets, encodeFacets } from "./eventFacets.ts";
import { decodeMedia, encodeMedia, type MediaCost } from "./mediaCost.ts";
import type { TrackedEventKind, TrackingClaims } from "./ports.ts";

/**
 * What happened to an ad; "media" is the bill of whoever sold its place. Credits are entries of the ledger too, but nobody's
 * event: see `campaigns/giveCredit.ts`.
 */
export type LedgerEventKind = TrackedEventKind | "conversion" | "media";

/** One event as the ledger keeps it. No visitor id: the ledger is about money. */
export interface LedgerRow {
  /** "<decision>.<slot>.<kind>": the same event has the same id everywhere and for ever. */
  readonly eventId: string;
  readonly kind: LedgerEventKind;
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly creativeId: number;
  readonly placementId: string;
  /** "YYYY-MM-DD" in Europe/Paris, of the hold. */
  readonly budgetDay: string;
  /** What the shop is asked to pay; 0 for a conversion and for media. The ledger may record less: see `LedgerSession.append`. */
  readonly amountMicros: number;
  /** Why a billable event was not charged: lower case, at most 60 characters ("over_daily_budget", "too_late"). */
  readonly unchargedReason: string | null;
  readonly occurredAtMs: number;
  /** What the place of the ad cost us; null on direct pages. It stays when the shop is not charged. */
  readonly media: MediaCost | null;
  /** What the shop told of a conversion; kept beside the ledger, in the same transaction. */
  readonly conversion?: ConversionRow | null;
  /** For reports; they are no part of the ledger. Absent = nothing is known. */
  readonly facets?: EventFacets;
}

const eventKinds: readonly LedgerEventKind[] = [
  "impression",
  "viewable",
  "click",
  "conversion",
  "media",
];

/** What identifies a shown ad: all of its events share it. */
export function trackedEventKey(claims: Pick<TrackingClaims, "decisionId" | "slot">): string {
  return `${claims.decisionId}.${claims.slot}`;
}

/** The id of one event, in the ledger and in the event stream alike. */
export function trackedEventId(
  kind: TrackedEventKind,
  claims: Pick<TrackingClaims, "decisionId" | "slot">,
): string {
  return `${trackedEventKey(claims)}.${kind}`;
}

/** The part of a ledger row that is known before the charge, for the outbox. */
export function encodeLedgerEvent(
  kind: LedgerEventKind,
  claims: Pick<
    TrackingClaims,
    "decisionId" | "slot" | "campaignId" | "advertiserId" | "creativeId" | "placementId" | "facets"
  >,
  occurredAtMs: number,
  media: MediaCost | null = null,
): string {
  const { campaignId, advertiserId, creativeId, placementId, facets } = claims;
  const eventId = `${trackedEventKey(claims)}.${kind}`;
  const ids = [campaignId, advertiserId, creativeId, placementId];
  const event: unknown[] = [eventId, kind, ...ids, occurredAtMs];
  if (media !== null || facets) event.push(media === null ? null : encodeMedia(media));
  if (facets) event.push(null, encodeFacets(facets));
  return JSON.stringify(event);
}

/** The same of a conversion, with what the shop told of it. */
export function encodeConversionEvent(row: ConversionRow): string {
  const { eventId, campaignId, advertiserId, creativeId, placementId, occurredAtMs } = row;
  const ids = [campaignId, advertiserId, creativeId, placementId];
  return JSON.stringify([eventId, "conversion", ...ids, occurredAtMs, null, encodeConversion(row)]);
}

/** What the record script appends to the outbox. */
export interface OutboxFields {
  readonly event: string;
  readonly day: string;
  readonly micros: string;
  readonly reason: string;
}

/** Reads an outbox entry; null for anything that the ledger could not take (one bad row must never stop the others). */
export function decodeOutboxEntry(fields: OutboxFields): LedgerRow | null {
  const event = parseJson(fields.event);
  if (!Array.isArray(event)) return null;
  const [eventId, kind, campaignId, advertiserId, creativeId, placementId, occurredAtMs] =
    event as readonly unknown[];
  const [media, told, seen] = event.slice(7) as readonly unknown[];
  const amountMicros = Number(fields.micros);
  if (!isText(eventId, 400) || !isText(placementId, 400) || !isKind(kind)) return null;
  if (!isId(campaignId) || !isId(advertiserId) || !isId(creativeId)) return null;
  if (!Number.isSafeInteger(amountMicros) || amountMicros < 0) return null;
  if (typeof occurredAtMs !== "number" || !(occurredAtMs > 0 && occurredAtMs < 8e15)) return null;
  if (!isBudgetDay(fields.day)) return null;
  const decodedMedia = media === undefined || media === null ? null : decodeMedia(media);
  const conversion = (told ?? null) === null ? null : conversionOf(eventId, kind, told);
  if (decodedMedia === undefined || conversion === undefined) return null;
  // A report may lack something; money may not.
  const facets = decodeFacets(seen);
  const ids = { campaignId, advertiserId, creativeId };
  const money = { budgetDay: fields.day, amountMicros, unchargedReason: fields.reason || null };
  return {
    eventId,
    kind,
    ...ids,
    placementId,
    ...money,
    occurredAtMs,
    media: decodedMedia,
    ...(conversion === null ? {} : { conversion }),
    ...(facets === undefined ? {} : { facets }),
  };
}

/** Undefined when it is not what an event of this id and kind may carry. */
function conversionOf(eventId: string, kind: string, told: unknown): ConversionRow | undefined {
  const row = typeof told === "string" && kind === "conversion" ? decodeConversion(told) : null;
  return row?.eventId === eventId ? row : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isText(value: unknown, maxLength: number): value is string {
  // Postgres text cannot hold a zero byte.
  return typeof value === "string" && value.length <= maxLength && !value.includes("\0");
}

function isKind(value: unknown): value is LedgerEventKind {
  return eventKinds.some((kind) => kind === value);
}

function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 2 ** 32;
}

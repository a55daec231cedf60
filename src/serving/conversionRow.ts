import { attributionLimits } from "../budgets/attribution.ts";
import { isBudgetDay } from "../budgets/budgetDay.ts";
import { conversionLimits, orderIdShape } from "./conversionReport.ts";
import type { ServingEvent } from "./ports.ts";

/** A conversion that is ascribed to an ad, as the outbox, the ledger and the table of conversions keep it. No visitor. */
export interface ConversionRow {
  /** See `conversionEventId`. */
  readonly eventId: string;
  readonly advertiserId: number;
  readonly campaignId: number;
  readonly creativeId: number;
  readonly placementId: string;
  /** The ad: with the slot, its identity. */
  readonly decisionId: string;
  readonly slot: number;
  /** "YYYY-MM-DD" in Europe/Paris, of the conversion itself. */
  readonly budgetDay: string;
  readonly orderId: string;
  readonly valueMicros: number | null;
  readonly label: string | null;
  readonly source: "pixel" | "postback";
  readonly attributedBy: "click" | "view";
  readonly lagSeconds: number;
  readonly occurredAtMs: number;
}

const longestLagSeconds = attributionLimits.clickWindowDays * 86_400;

/** The row as text, for Redis. */
export function encodeConversion(row: ConversionRow): string {
  return JSON.stringify([
    row.eventId,
    row.advertiserId,
    row.campaignId,
    row.creativeId,
    row.placementId,
    row.decisionId,
    row.slot,
    row.budgetDay,
    row.orderId,
    row.valueMicros,
    row.label,
    row.source,
    row.attributedBy,
    row.lagSeconds,
    row.occurredAtMs,
  ]);
}

/** Reads what `encodeConversion` wrote; null for anything that the database would refuse. Never throws. */
export function decodeConversion(text: string): ConversionRow | null {
  const values = parseJson(text);
  if (!Array.isArray(values) || values.length !== 15) return null;
  const [eventId, advertiserId, campaignId, creativeId, placementId, decisionId, slot] =
    values as readonly unknown[];
  const [budgetDay, orderId, valueMicros, label, source, attributedBy, lagSeconds, occurredAtMs] =
    values.slice(7) as readonly unknown[];
  const idsHold =
    isText(eventId, 1, 100) && isId(advertiserId) && isId(campaignId) && isId(creativeId);
  if (!idsHold || !isText(placementId, 0, 255) || !isText(decisionId, 1, 255)) return null;
  if (!isWithin(slot, 65_535) || !isText(budgetDay, 10, 10) || !isBudgetDay(budgetDay)) return null;
  if (!isText(orderId, 1, 64) || !orderIdShape.test(orderId)) return null;
  if (valueMicros !== null && !isWithin(valueMicros, conversionLimits.maxValueMicros)) return null;
  if (label !== null && !isLabel(label)) return null;
  if (source !== "pixel" && source !== "postback") return null;
  if (attributedBy !== "click" && attributedBy !== "view") return null;
  if (!isWithin(lagSeconds, longestLagSeconds) || !isWithin(occurredAtMs, 8e15)) return null;
  const ids = { eventId, advertiserId, campaignId, creativeId, placementId, decisionId, slot };
  const order = { budgetDay, orderId, valueMicros, label };
  return { ...ids, ...order, source, attributedBy, lagSeconds, occurredAtMs };
}

/** The `conversion.v1` event. The order's own name stays between the shop and us. */
export function conversionEvent(row: ConversionRow): ServingEvent {
  const { eventId, occurredAtMs, orderId: _order, ...payload } = row;
  return { schema: "conversion.v1", eventId, occurredAtMs, payload };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isText(value: unknown, minLength: number, maxLength: number): value is string {
  if (typeof value !== "string" || value.includes("\0")) return false;
  return value.length >= minLength && value.length <= maxLength;
}

function isLabel(value: unknown): value is string {
  return isText(value, 1, 200) && [...value].length <= conversionLimits.labelCharacters;
}

function isId(value: unknown): value is number {
  return isWithin(value, 2 ** 32 - 1) && value > 0;
}

function isWithin(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

import { z } from "zod";
import { clockToleranceMs } from "../budgets/attribution.ts";
import { lineOfText } from "../campaigns/fieldTypes.ts";
import { type Parsed, parseFields } from "../campaigns/problems.ts";
import type { FieldProblem } from "../errors.ts";
import { maxClickIdLength } from "./conversionIds.ts";

/** A sale or an inquiry as its shop tells it, by the pixel or from its server. */
export interface ConversionReport {
  readonly orderId: string;
  /** What it was worth to the shop, micros of a euro; null = it does not say. Nobody is charged for it. */
  readonly valueMicros: number | null;
  readonly label: string | null;
  readonly clickId: string | null;
  /** A visitor as one of our sites names it, with the site's signature. */
  readonly visitor: ReportedVisitor | null;
  readonly gdpr: boolean | null;
  readonly consent: string | null;
  /** Never after the time of the report. */
  readonly occurredAtMs: number;
}

export interface ReportedVisitor {
  readonly site: string;
  readonly id: string;
  readonly signature?: string | undefined;
}

export const conversionLimits = {
  labelCharacters: 60,
  maxValueMicros: 1_000_000_000_000,
  reportsPerBatch: 1_000,
  /** Conversions told later than this are refused: what recognises their duplicates is kept for so long. */
  maxAgeMs: 30 * 24 * 3_600_000,
} as const;

/** No "@": an order is not named after a person. */
export const orderIdShape = /^[A-Za-z0-9._:/#+-]{1,64}$/;
const microsPerCent = 10_000;
const { maxValueMicros } = conversionLimits;

const visitor = z.strictObject({
  site: z.string().regex(/^[\w-]{1,64}$/, "must be the key of a site"),
  id: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 printable ASCII characters without spaces"),
  signature: z
    .string()
    .regex(/^[\w=-]{1,128}$/, "must be hexadecimal or base64url of an HMAC-SHA256")
    .optional(),
});

/** One line of `POST /v1/conversions`; the pixel's parameters have the same names. */
export const conversionReportSchema = z.strictObject({
  orderId: z
    .string()
    .regex(orderIdShape, "must be 1 to 64 letters, digits or characters of . _ : / # + -"),
  valueMicros: z.int().min(0).max(maxValueMicros).optional(),
  valueCents: z
    .int()
    .min(0)
    .max(maxValueMicros / microsPerCent)
    .optional(),
  currency: z.literal("EUR").optional(),
  label: lineOfText(conversionLimits.labelCharacters).optional(),
  clickId: z.string().max(maxClickIdLength).optional(),
  visitor: visitor.optional(),
  gdpr: z.boolean().optional(),
  consent: z.string().max(8_192).optional(),
  occurredAt: z.iso
    .datetime({ offset: true, error: "must be a time such as 2026-06-01T10:00:00Z" })
    .optional(),
});

/**
 * Checks one report told at `nowMs`. Every problem at once; never throws for bad input. A time up to five minutes ahead
 * (clocks differ) counts as now; one further ahead, or more than 30 days ago, is refused.
 */
export function parseConversionReport(body: unknown, nowMs: number): Parsed<ConversionReport> {
  const parsed = parseFields(
    conversionReportSchema,
    body,
    ({ valueCents, valueMicros, occurredAt }) => [
      ...(valueCents !== undefined && valueMicros !== undefined
        ? [{ pointer: "/valueCents", rule: "valueMicros says it already" }]
        : []),
      ...(occurredAt === undefined ? [] : timeProblems(Date.parse(occurredAt), nowMs)),
    ],
  );
  if (!parsed.ok) return parsed;
  const { valueCents, occurredAt, currency: _euros, ...given } = parsed.value;
  const cents = valueCents === undefined ? null : valueCents * microsPerCent;
  return {
    ok: true,
    value: {
      orderId: given.orderId,
      valueMicros: given.valueMicros ?? cents,
      label: given.label ?? null,
      clickId: given.clickId ?? null,
      visitor: given.visitor ?? null,
      gdpr: given.gdpr ?? null,
      consent: given.consent ?? null,
      occurredAtMs: Math.min(occurredAt === undefined ? nowMs : Date.parse(occurredAt), nowMs),
    },
  };
}

function timeProblems(occurredAtMs: number, nowMs: number): readonly FieldProblem[] {
  const pointer = "/occurredAt";
  if (occurredAtMs > nowMs + clockToleranceMs)
    return [{ pointer, rule: "must not be in the future" }];
  if (occurredAtMs < nowMs - conversionLimits.maxAgeMs)
    return [{ pointer, rule: "must be within the last 30 days" }];
  return [];
}

/** The parameters of a pixel as a report's fields; what is not ours is left alone. Refuses a parameter given twice. */
export function readPixelParameters(
  query: Readonly<Record<string, unknown>>,
): Parsed<Readonly<Record<string, unknown>>> {
  const problems: FieldProblem[] = [];
  const read = (name: string): string | undefined => {
    const value = query[name];
    if (value === undefined || value === "") return undefined;
    if (typeof value === "string") return value;
    problems.push({ pointer: `/${name}`, rule: "must be given once" });
    return undefined;
  };
  const texts = Object.fromEntries(
    ["orderId", "currency", "label", "clickId", "consent"].flatMap((name) => {
      const value = read(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const visitor = { site: read("site"), id: read("visitorId"), signature: read("signature") };
  const gdpr = read("gdpr");
  const fields = {
    ...texts,
    ...numberOf("valueMicros", read("valueMicros")),
    ...numberOf("valueCents", read("valueCents")),
    ...(visitor.id === undefined ? {} : { visitor: withoutAbsent(visitor) }),
    ...(gdpr === undefined ? {} : { gdpr: gdpr === "1" ? true : gdpr === "0" ? false : gdpr }),
  };
  return problems.length === 0 ? { ok: true, value: fields } : { ok: false, problems };
}

/** The parameter that a problem of a report made of them is about. */
export function pixelParameterOf(pointer: string): string {
  const name = pointer.slice(1);
  return name === "visitor/id" ? "visitorId" : name.replace(/^visitor\//, "");
}

/** A text that is no number stays a text; the schema refuses it, as it does a negative or broken number. */
function numberOf(name: string, text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  return { [name]: /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : text };
}

function withoutAbsent(fields: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

import { describe, expect, it } from "vitest";
import {
  parseConversionReport,
  pixelParameterOf,
  readPixelParameters,
} from "../../../src/serving/conversionReport.ts";
import {
  type ConversionRow,
  decodeConversion,
  encodeConversion,
} from "../../../src/serving/conversionRow.ts";
import { decodeOutboxEntry, encodeConversionEvent } from "../../../src/serving/ledgerRow.ts";

const nowMs = Date.UTC(2026, 5, 15, 12);
const dayMs = 86_400_000;
const parse = (body: unknown) => parseConversionReport(body, nowMs);
const rulesOf = (body: unknown) => {
  const parsed = parse(body);
  return parsed.ok ? [] : parsed.problems.map(({ pointer, rule }) => `${pointer} ${rule}`);
};

describe("a report of a conversion", () => {
  it("needs an order and nothing else", () => {
    expect(parse({ orderId: "A-1" })).toEqual({
      ok: true,
      value: {
        orderId: "A-1",
        valueMicros: null,
        label: null,
        clickId: null,
        visitor: null,
        gdpr: null,
        consent: null,
        occurredAtMs: nowMs,
      },
    });
    expect(rulesOf({})).toHaveLength(1);
  });

  it("says a value in cents or in micros, of euros only", () => {
    expect(parse({ orderId: "1", valueCents: 4_990, currency: "EUR" })).toMatchObject({
      value: { valueMicros: 49_900_000 },
    });
    expect(parse({ orderId: "1", valueMicros: 1 })).toMatchObject({ value: { valueMicros: 1 } });
    expect(rulesOf({ orderId: "1", valueCents: 1, valueMicros: 1 })).toEqual([
      "/valueCents valueMicros says it already",
    ]);
    for (const value of [-1, 1.5, 1e13, "12", null])
      expect(rulesOf({ orderId: "1", valueMicros: value })).toHaveLength(1);
    expect(rulesOf({ orderId: "1", currency: "USD" })).toHaveLength(1);
  });

  it("may be a little ahead of our clock, and up to thirty days late", () => {
    const at = (timeMs: number) => ({ orderId: "1", occurredAt: new Date(timeMs).toISOString() });
    expect(parse(at(nowMs + 300_000))).toMatchObject({ value: { occurredAtMs: nowMs } });
    expect(parse(at(nowMs - 30 * dayMs))).toMatchObject({ ok: true });
    expect(rulesOf(at(nowMs + 300_001))).toEqual(["/occurredAt must not be in the future"]);
    expect(rulesOf(at(nowMs - 30 * dayMs - 1))).toEqual([
      "/occurredAt must be within the last 30 days",
    ]);
    expect(parse({ orderId: "1", occurredAt: "2026-06-15T13:59:00+02:00" })).toMatchObject({
      value: { occurredAtMs: nowMs - 60_000 },
    });
    for (const wrong of ["hier", "2026-06-15", "2026-06-15T10:00:00", 1_780_000_000])
      expect(rulesOf({ orderId: "1", occurredAt: wrong })).toHaveLength(1);
  });

  it("names no person: neither an order like an address nor a field that we do not know", () => {
    expect(rulesOf({ orderId: "jeanne@exemple.fr" })).toHaveLength(1);
    expect(rulesOf({ orderId: "x".repeat(65) })).toHaveLength(1);
    expect(rulesOf({ orderId: "1", email: "a" })).toHaveLength(1);
    for (const body of [null, [], "x", 3]) expect(rulesOf(body)).not.toEqual([]);
  });

  it("is read from a pixel's parameters, of which each may be given once", () => {
    const query = {
      orderId: "A-1",
      valueCents: "4990",
      currency: "EUR",
      label: "devis",
      clickId: "",
      gdpr: "1",
      site: "key",
      visitorId: "v1",
      cb: "123",
    };
    expect(readPixelParameters(query)).toEqual({
      ok: true,
      value: {
        orderId: "A-1",
        valueCents: 4_990,
        currency: "EUR",
        label: "devis",
        gdpr: true,
        visitor: { site: "key", id: "v1" },
      },
    });
    expect(readPixelParameters({ orderId: ["1", "2"] })).toEqual({
      ok: false,
      problems: [{ pointer: "/orderId", rule: "must be given once" }],
    });
    const odd = readPixelParameters({ orderId: "1", valueCents: "4,99", gdpr: "oui" });
    expect(odd.ok && rulesOf(odd.value)).toHaveLength(2);
    const broken = readPixelParameters({ orderId: "1", valueMicros: "1.5", valueCents: "-1" });
    expect(broken.ok && rulesOf(broken.value)).toEqual([
      "/valueMicros must be an integer",
      "/valueCents must be at least 0",
    ]);
  });

  it("are named as the pixel's address names them", () => {
    const ofNobody = readPixelParameters({ orderId: "1", visitorId: " ", signature: "!" });
    const parsed = parseConversionReport(ofNobody.ok && ofNobody.value, nowMs);
    const pointers = parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer);
    expect(pointers.map(pixelParameterOf)).toEqual(["site", "visitorId", "signature"]);
    expect(pixelParameterOf("/orderId")).toBe("orderId");
  });
});

const row: ConversionRow = {
  eventId: "x.7.abc",
  advertiserId: 7,
  campaignId: 12,
  creativeId: 99,
  placementId: "top",
  decisionId: "d1",
  slot: 0,
  budgetDay: "2026-06-15",
  orderId: "A-1",
  valueMicros: 49_900_000,
  label: "devis « été »",
  source: "pixel",
  attributedBy: "click",
  lagSeconds: 60,
  occurredAtMs: nowMs,
};

describe("a conversion in the outbox", () => {
  it("is read as it was written, into a free row of the ledger", () => {
    expect(decodeConversion(encodeConversion(row))).toEqual(row);
    const fields = { day: "2026-06-15", micros: "0", reason: "" };
    const read = decodeOutboxEntry({ event: encodeConversionEvent(row), ...fields });
    expect(read).toMatchObject({
      kind: "conversion",
      amountMicros: 0,
      conversion: row,
      media: null,
    });
  });

  it("is set aside whole when the database would refuse any part of it", () => {
    const wrong: readonly Partial<Record<keyof ConversionRow, unknown>>[] = [
      { orderId: "a@b" },
      { orderId: "" },
      { label: "x".repeat(61) },
      { label: "zero\0byte" },
      { valueMicros: -1 },
      { valueMicros: 1e12 + 1 },
      { lagSeconds: 90 * 86_400 + 1 },
      { budgetDay: "2026-02-30" },
      { source: "phone" },
      { attributedBy: "chance" },
      { campaignId: 0 },
      { eventId: "x.8.other" },
    ];
    const event = (changes: object) =>
      encodeConversionEvent({ ...row, ...changes } as ConversionRow).replace(
        "x.8.other",
        "x.7.abc",
      );
    const fields = { day: "2026-06-15", micros: "0", reason: "" };
    for (const changes of wrong)
      expect(
        decodeOutboxEntry({ event: event(changes), ...fields }),
        JSON.stringify(changes),
      ).toBeNull();
    for (const junk of ["", "{}", "[1]", "null"]) expect(decodeConversion(junk)).toBeNull();
  });
});

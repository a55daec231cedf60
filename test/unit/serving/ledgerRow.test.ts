import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeOutboxEntry,
  encodeLedgerEvent,
  type LedgerEventKind,
} from "../../../src/serving/ledgerRow.ts";
import { mediaCostOf } from "../../../src/serving/mediaCost.ts";

const claims = {
  decisionId: "5f0c4f0e-8a3b-4c55-9f3b-0a1b2c3d4e5f",
  slot: 1,
  campaignId: 12,
  advertiserId: 7,
  creativeId: 99,
  placementId: "top",
};
const money = { day: "2026-06-01", micros: "5000", reason: "" };
const dollars = { ssp: "exchange.example", priceMicros: 4_000, currency: "USD" };
const rate = { unitsPerEuro: 1.0843, rateDate: "2026-05-29" };

describe("an event on its way to the ledger", () => {
  it("is read as it was written, with what its media cost or without", () => {
    for (const kind of ["impression", "viewable", "click", "conversion"] as const)
      for (const media of [null, mediaCostOf(dollars, rate)]) {
        const event = encodeLedgerEvent(kind, claims, 1_780_000_000_000, media);
        expect(decodeOutboxEntry({ ...money, event })).toEqual({
          eventId: `${claims.decisionId}.1.${kind}`,
          kind,
          campaignId: 12,
          advertiserId: 7,
          creativeId: 99,
          placementId: "top",
          budgetDay: "2026-06-01",
          amountMicros: 5_000,
          unchargedReason: null,
          occurredAtMs: 1_780_000_000_000,
          media,
        });
      }
  });

  it("that was written before media had a side is read as one without", () => {
    const event = '["d.0.click","click",12,7,99,"top",1780000000000]';
    expect(decodeOutboxEntry({ ...money, event })).toMatchObject({
      eventId: "d.0.click",
      media: null,
    });
  });

  it.each<[string, unknown]>([
    ["a credit, which is nobody's event", "credit"],
    ["nothing", null],
  ])("is no event when its kind is %s", (_what, kind) => {
    const event = encodeLedgerEvent(kind as LedgerEventKind, claims, 1, null);
    expect(decodeOutboxEntry({ ...money, event })).toBeNull();
  });

  it.each<[string, readonly unknown[] | string]>([
    ["half of it", ["ssp", 4_000]],
    ["no list", "ssp"],
    ["a currency that is none", ["ssp", 1, "usd", 1.1, "2026-05-29", 1]],
    ["a rate of nothing", ["ssp", 1, "USD", 0, "2026-05-29", 1]],
    ["a day that does not exist", ["ssp", 1, "USD", 1.1, "2026-02-30", 1]],
    ["a cost below nothing", ["ssp", 1, "USD", 1.1, "2026-05-29", -1]],
    ["no seller", ["", 1, "USD", 1.1, "2026-05-29", 1]],
  ])("whose media is %s cannot be read", (_what, media) => {
    const event = JSON.stringify([
      "d.0.click",
      "click",
      12,
      7,
      99,
      "top",
      1_780_000_000_000,
      media,
    ]);
    expect(decodeOutboxEntry({ ...money, event })).toBeNull();
  });

  it("never throws, whatever stands there", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (event, day, micros) => {
        expect(decodeOutboxEntry({ event, day, micros, reason: "" })).toBeNull();
      }),
    );
  });
});

it("a price becomes a cost in euros that the ledger's own rule holds for, never below what is asked", () => {
  const prices = fc.integer({ min: 0, max: 1_000_000_000 });
  const rates = fc.integer({ min: 1, max: 40_000_000_000 }).map((millionths) => millionths / 1e6);
  fc.assert(
    fc.property(prices, rates, (priceMicros, unitsPerEuro) => {
      const { costMicros } = mediaCostOf({ ...dollars, priceMicros }, { ...rate, unitsPerEuro });
      expect(Math.abs(costMicros * unitsPerEuro - priceMicros)).toBeLessThanOrEqual(
        unitsPerEuro * 1.000001,
      );
    }),
  );
});

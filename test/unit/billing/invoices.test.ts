import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildInvoice, type InvoiceFacts } from "../../../src/billing/buildInvoice.ts";
import {
  centsToFrench,
  microsToDecimal,
  microsToFrench,
} from "../../../src/billing/frenchFormat.ts";
import type { Invoice } from "../../../src/billing/invoice.ts";
import { invoiceToCsv } from "../../../src/billing/invoiceCsv.ts";
import { refundCents } from "../../../src/billing/payIn.ts";
import { renderInvoice } from "../../../src/billing/pdf/renderInvoice.ts";
import { roundToCents } from "../../../src/billing/rounding.ts";
import type { StoredPayment } from "../../../src/billing/schemas.ts";
import { isSigned, signMessage } from "../../../src/billing/signature.ts";
import { readVatRates, vatCentsOf, vatOf } from "../../../src/billing/vat.ts";
import { readInvoiceFonts } from "../../../src/stores/files/invoiceFonts.ts";

const facts: InvoiceFacts = {
  month: "2026-10",
  issuedOn: "2026-11-02",
  seller: { name: "Régie", address: ["1 rue"], siren: "521724336", vatNumber: "FR12521724336" },
  buyer: {
    advertiserId: 3,
    name: "@Garage",
    payerName: "@Garage",
    address: [],
    postalCode: null,
    siren: null,
    vatNumber: null,
  },
  mandatary: "Agence",
  campaigns: new Map(),
  vat: { basisPoints: 2_000, mention: null },
  carriedInMicros: 0,
  prepaidMicros: 0,
};
const item = (campaignId: number, amountMicros: number) =>
  ({ campaignId, day: "2026-10-05", kind: "click", units: 3, amountMicros }) as const;
const issued = (document: ReturnType<typeof buildInvoice>): Invoice => ({
  ...document,
  invoiceId: 1,
  number: "F2026-000001",
});

describe("rounding", () => {
  test("loses nothing over any row of invoices and credit notes", () => {
    const amounts = fc.array(fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }));
    fc.assert(
      fc.property(amounts, (exact) => {
        let [carried, cents] = [0, 0];
        for (const micros of exact) {
          const rounded = roundToCents(micros, carried);
          expect(rounded.carriedOutMicros).toBeGreaterThanOrEqual(-5_000);
          expect(rounded.carriedOutMicros).toBeLessThanOrEqual(4_999);
          // A document never has the other sign than what it is about.
          expect(rounded.cents * micros).toBeGreaterThanOrEqual(0);
          carried = rounded.carriedOutMicros;
          cents += rounded.cents;
        }
        expect(cents * 10_000 + carried).toBe(exact.reduce((sum, one) => sum + one, 0));
      }),
    );
  });

  test("parts of a payment that are given back are all of it with its VAT, to the cent", () => {
    const parts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(parts, fc.constantFrom(0, 850, 2_000, 550), (cents, vatBasisPoints) => {
        let [refundedMicros, given] = [0, 0];
        for (const part of cents) {
          const netMicros = part * 10_000;
          given += refundCents({ netMicros, refundedMicros, vatBasisPoints } as StoredPayment);
          refundedMicros += netMicros;
        }
        const net = refundedMicros / 10_000;
        expect(given).toBe(net + vatCentsOf(net, vatBasisPoints));
      }),
    );
  });
});

describe("an invoice", () => {
  test("sums its lines exactly and says what was paid before", () => {
    const { lines, totals } = buildInvoice({ ...facts, prepaidMicros: 55_000 }, [
      item(2, 100_001),
      item(1, 3),
      item(2, 20_000),
    ]);
    expect(
      lines.map(({ campaignId, units, amountMicros }) => [campaignId, units, amountMicros]),
    ).toEqual([
      [1, 3, 3],
      [2, 6, 120_001],
    ]);
    expect(totals).toMatchObject({
      exactMicros: 120_004,
      netCents: 12,
      carriedOutMicros: 4,
      vatCents: 2,
      totalCents: 14,
      prepaidCents: 6,
      dueCents: 8,
    });
  });

  test("as CSV runs no formula, and as PDF keeps its fonts and goes over pages", async () => {
    const items = Array.from({ length: 60 }, (_, at) => item(at + 1, 123_456));
    const invoice = issued(buildInvoice(facts, items));
    const csv = invoiceToCsv(invoice);
    expect(csv.split("\r\n").filter((line) => /(^|;)"?[=+@-](?![\d])/.test(line))).toEqual([]);
    expect(csv).toContain(';"\'@Garage";');
    const pdf = (await renderInvoice(invoice, await readInvoiceFonts())).toString("latin1");
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(4);
    expect(pdf).toMatch(/\/FontFile2/);
    expect(pdf).toContain("SourceSans3-Regular");
    expect(pdf).not.toMatch(/Helvetica/);
  });
});

test("VAT is that of the day and of where the advertiser is", () => {
  const rates = readVatRates("2014-01-01=20, 2027-01-01=21.5") ?? [];
  expect(vatOf("2026-12-31", "87000", rates).basisPoints).toBe(2_000);
  expect(vatOf("2027-01-01", null, rates).basisPoints).toBe(2_150);
  expect(vatOf("2026-12-31", "97400", rates).basisPoints).toBe(850);
  for (const code of ["97300", "97600", "97150", "98800"])
    expect(vatOf("2026-12-31", code, rates)).toMatchObject({
      basisPoints: 0,
      mention: expect.stringMatching(/^TVA non applicable/),
    });
  expect(() => vatOf("2013-01-01", null, rates)).toThrow(RangeError);
  for (const wrong of ["", "20", "2014-13-01=20", "2014-01-01=20,2014-01-01=21"])
    expect(readVatRates(wrong)).toBeNull();
  expect([vatCentsOf(5, 1_000), vatCentsOf(-5, 1_000), vatCentsOf(4, 1_000)]).toEqual([1, -1, 0]);
});

test("figures are written as French spreadsheets and readers have them", () => {
  expect(centsToFrench(-123_456_789)).toBe("-1\u00a0234\u00a0567,89\u00a0€");
  expect(microsToFrench(5_000)).toBe("0,005\u00a0€");
  expect([
    microsToDecimal(1_500_000),
    microsToDecimal(-1),
    microsToDecimal(12_345_678_901),
  ]).toEqual(["1,50", "-0,000001", "12345,678901"]);
});

test("a signature is of one body, one secret and about now", () => {
  const header = signMessage("{}", "secret", 1_000_000);
  expect(isSigned("{}", header, "secret", 1_299_000)).toBe(true);
  expect(isSigned("{}", header, "secret", 1_301_001)).toBe(false);
  expect(isSigned("{ }", header, "secret", 1_000_000)).toBe(false);
  expect(isSigned("{}", header, "other", 1_000_000)).toBe(false);
  for (const bad of ["", "t=1,v1=zz", `${header}0`, header.replace("t=", "t=1")])
    expect(isSigned("{}", bad, "secret", 1_000_000)).toBe(false);
});

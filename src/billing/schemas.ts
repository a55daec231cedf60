import { z } from "zod";
import {
  checkedText,
  type DeepReadonly,
  distinctList,
  entityId,
  lineOfText,
} from "../campaigns/fieldTypes.ts";
import { limits } from "../campaigns/limits.ts";
import { billedKinds } from "./invoice.ts";
import { microsPerCent } from "./rounding.ts";

const shaped = (shape: RegExp, rule: string) =>
  checkedText(
    (text) => text.trim().toUpperCase(),
    (text) => (shape.test(text) ? null : rule),
  ).meta({ pattern: shape.source });

/** Who pays and where, as invoices name them. */
export const billingDetailsSchema = z
  .strictObject({
    legalName: lineOfText(limits.nameCharacters),
    addressLines: z.array(lineOfText(100)).min(1).max(3),
    postalCode: shaped(/^\d{5}$/, "must be a French postal code of 5 digits"),
    city: lineOfText(100),
    siren: shaped(/^\d{9}$/, "must have 9 digits")
      .nullable()
      .default(null),
    vatNumber: shaped(
      /^FR[0-9A-Z]{2}\d{9}$/,
      "must be a French VAT number: FR, 2 characters, 9 digits",
    )
      .nullable()
      .default(null),
  })
  .meta({ title: "BillingDetails" });
export type BillingDetails = DeepReadonly<z.output<typeof billingDetailsSchema>>;

/** The lower limit is checked again by the database, with what was paid in. */
export const creditLimitSchema = z.strictObject({
  creditLimitMicros: z.int().min(0).max(limits.maxBudgetMicros).nullable(),
});

const centsOfMicros = () =>
  z.int().min(microsPerCent).max(100_000_000_000).multipleOf(microsPerCent);

/** What is to be paid in, before VAT: whole cents from €0.01 to €100,000. */
export const paymentSchema = z
  .strictObject({ netMicros: centsOfMicros() })
  .meta({ title: "PaymentInput" });

/** Chosen by the caller, unique in the payment: the same refund sent again is made once. */
export const refundSchema = z
  .strictObject({
    refundKey: checkedText(
      (text) => text,
      (text) =>
        /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(text)
          ? null
          : "must be 1 to 64 letters, digits, dots, colons, hyphens or underscores",
    ),
    netMicros: centsOfMicros(),
    reason: lineOfText(300),
  })
  .meta({ title: "RefundInput" });
export type RefundFields = DeepReadonly<z.output<typeof refundSchema>>;

/** An advertiser's money now, before VAT. */
export const accountSchema = z
  .object({
    advertiserId: entityId(),
    paidInMicros: z.int().describe("All that was ever paid in, less refunds."),
    spentMicros: z.int().describe("All that was ever charged, less credits: the ledger."),
    balanceMicros: z.int().describe("Paid in less spent; never below the credit limit's negative."),
    creditLimitMicros: z.int().nullable().describe("Null = not limited."),
    availableMicros: z.int().nullable().describe("What may still be spent; null = not limited."),
    billingDetails: billingDetailsSchema.nullable(),
  })
  .meta({ title: "Account" });
export type Account = DeepReadonly<z.output<typeof accountSchema>>;

export const paymentStatuses = ["pending", "paid", "failed"] as const;

export const storedPaymentSchema = z
  .object({
    paymentId: entityId(),
    advertiserId: entityId(),
    netMicros: z.int(),
    vatBasisPoints: z.int().describe("2000 = 20 %."),
    vatCents: z.int(),
    totalCents: z.int().describe("With VAT: what the provider is asked to take."),
    status: z.enum(paymentStatuses),
    refundedMicros: z.int().describe("Before VAT."),
    checkoutUrl: z.string().nullable().describe("Where people pay."),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ title: "Payment" });
export type StoredPayment = DeepReadonly<z.output<typeof storedPaymentSchema>>;

export const storedRefundSchema = z
  .object({
    refundId: entityId(),
    paymentId: entityId(),
    refundKey: z.string(),
    netMicros: z.int(),
    totalCents: z.int(),
    reason: z.string(),
    status: z.enum(["pending", "done", "declined"]),
  })
  .meta({ title: "Refund" });
export type StoredRefund = DeepReadonly<z.output<typeof storedRefundSchema>>;

export const monthSchema = checkedText(
  (text) => text,
  (text) => (/^20[2-9]\d-(0[1-9]|1[0-2])$/.test(text) ? null : 'must be written "YYYY-MM"'),
);

/** Closes a month, of all advertisers or of some. */
export const closingSchema = z
  .strictObject({
    month: monthSchema,
    advertiserIds: distinctList(entityId(), 1_000).nullable().default(null),
  })
  .meta({ title: "InvoiceClosing" });

const lineSchema = z.object({
  campaignId: z.int(),
  campaignName: z.string(),
  zone: z.string(),
  supports: z.array(z.string()),
  shownIn: z.array(z.string()),
  fromDay: z.string(),
  toDay: z.string(),
  kind: z.enum([...billedKinds, "credit"]),
  units: z.int(),
  unitPriceMicros: z.number(),
  amountMicros: z.int(),
  reason: z.string().nullable(),
});

/** An invoice in a list. */
export const invoiceSummarySchema = z
  .object({
    invoiceId: entityId(),
    number: z.string().describe('"F2026-000042"; credit notes begin with A.'),
    kind: z.enum(["invoice", "credit_note"]),
    advertiserId: entityId(),
    month: z.string(),
    issuedOn: z.string(),
    exactMicros: z.int().describe("Of the ledger, before VAT, to the micro."),
    netCents: z.int(),
    vatCents: z.int(),
    totalCents: z.int(),
  })
  .meta({ title: "InvoiceSummary" });
export type InvoiceSummary = DeepReadonly<z.output<typeof invoiceSummarySchema>>;

export const invoiceSchema = invoiceSummarySchema
  .extend({
    buyerName: z.string(),
    mandatary: z.string().nullable(),
    lines: z.array(lineSchema),
    carriedInMicros: z.int(),
    carriedOutMicros: z.int(),
    vatBasisPoints: z.int(),
    prepaidCents: z.int(),
    dueCents: z.int(),
    corrects: z.array(z.string()),
  })
  .meta({ title: "Invoice" });

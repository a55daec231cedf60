import { z } from "zod";
import { invoiceList, paymentList } from "../../../billing/lists.ts";
import {
  accountSchema,
  billingDetailsSchema,
  closingSchema,
  creditLimitSchema,
  invoiceSchema,
  invoiceSummarySchema,
  paymentSchema,
  refundSchema,
  storedPaymentSchema,
  storedRefundSchema,
} from "../../../billing/schemas.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";

const params = idIn("advertiserId");
const invoiceParams = idIn("invoiceId");
const account = { 200: { description: "The account as it is now.", schema: accountSchema } };

const accounts: readonly Operation[] = [
  {
    id: "readAccount",
    method: "get",
    path: "/v1/advertisers/:advertiserId/account",
    tag: "Billing",
    summary: "Show what an advertiser paid in, spent and may still spend",
    description: "Before VAT.",
    access: ["apiKey"],
    params,
    answers: account,
  },
  {
    id: "writeBillingDetails",
    method: "put",
    path: "/v1/advertisers/:advertiserId/billing-details",
    tag: "Billing",
    summary: "Say who pays and where",
    description: "As invoices name them; the postal code decides the VAT of overseas départements.",
    access: ["apiKey"],
    params,
    body: {
      schema: billingDetailsSchema,
      examples: {
        garage: {
          legalName: "Garage du Pont SARL",
          addressLines: ["12 rue du Pont"],
          postalCode: "87000",
          city: "Limoges",
          siren: "732829320",
        },
      },
    },
    answers: account,
  },
  {
    id: "setCreditLimit",
    method: "put",
    path: "/v1/advertisers/:advertiserId/credit-limit",
    tag: "Billing",
    summary: "Say how much an advertiser may owe",
    description:
      "Of the operator. Null = not limited; 0 = only what was paid in. Serves within a second.",
    access: ["apiKey"],
    params,
    body: {
      schema: creditLimitSchema.meta({ title: "CreditLimit" }),
      examples: { fifty: { creditLimitMicros: 50_000_000 } },
    },
    answers: account,
    problems: ["conflict"],
  },
];

const payments: readonly Operation[] = [
  {
    id: "createPayment",
    method: "post",
    path: "/v1/advertisers/:advertiserId/payments",
    tag: "Billing",
    summary: "Pay in",
    description:
      "An amount before VAT, in whole cents. It counts once the provider has told that it was paid, at `checkoutUrl`.",
    access: ["apiKey"],
    params,
    body: { schema: paymentSchema, examples: { hundred: { netMicros: 100_000_000 } } },
    answers: { 201: { description: "The payment, pending.", schema: storedPaymentSchema } },
    problems: ["unavailable"],
  },
  {
    id: "listPayments",
    method: "get",
    path: "/v1/advertisers/:advertiserId/payments",
    tag: "Billing",
    summary: "List an advertiser's payments",
    access: ["apiKey"],
    params,
    query: listQuerySchema(paymentList),
    answers: {
      200: { description: "A page of payments.", schema: pageSchema(storedPaymentSchema) },
    },
  },
  {
    id: "refundPayment",
    method: "post",
    path: "/v1/payments/:paymentId/refunds",
    tag: "Billing",
    summary: "Give back what was paid in and not spent",
    description:
      "Of the operator. The same `refundKey` again gives nothing more and answers 200; it goes on where the provider was away.",
    access: ["apiKey"],
    params: idIn("paymentId"),
    body: {
      schema: refundSchema,
      examples: {
        closed: { refundKey: "ticket-91", netMicros: 20_000_000, reason: "Boutique fermée" },
      },
    },
    answers: {
      200: { description: "The same refund, made before.", schema: storedRefundSchema },
      201: { description: "The refund.", schema: storedRefundSchema },
    },
    problems: ["conflict", "unavailable"],
  },
  {
    id: "receivePaymentEvent",
    method: "post",
    path: "/v1/payment-events",
    tag: "Billing",
    summary: "What the payment provider tells",
    description:
      "Signed by it (`Atelier-Signature: t=SECONDS,v1=HMAC-SHA-256 of SECONDS.BODY`, of the last five minutes). The same event again changes nothing; an amount that is not the payment's is refused and kept.",
    access: [],
    headers: z.object({ "Atelier-Signature": z.string() }),
    body: {
      schema: z
        .object({
          id: z.string(),
          type: z.enum(["payment.paid", "payment.failed"]),
          payment: z.object({ id: z.string(), amountCents: z.int(), currency: z.string() }),
        })
        .meta({ title: "PaymentEvent" }),
      examples: {
        paid: {
          id: "evt_1",
          type: "payment.paid",
          payment: { id: "pay_1", amountCents: 12_000, currency: "EUR" },
        },
      },
    },
    answers: {
      200: {
        description: "What came of it.",
        schema: z.object({
          outcome: z.enum(["applied", "known", "amount_differs", "too_late", "account_full"]),
        }),
      },
    },
    problems: ["unauthenticated", "not_found"],
  },
];

const fileOf = (
  ending: "pdf" | "csv",
  contentType: string,
  id: string,
  summary: string,
): Operation => ({
  id,
  method: "get",
  path: `/v1/invoices/:invoiceId.${ending}`,
  tag: "Billing",
  summary,
  description: "In French.",
  access: ["apiKey"],
  params: invoiceParams,
  answers: { 200: { description: "The file.", contentType, schema: z.string() } },
});

const invoices: readonly Operation[] = [
  {
    id: "closeMonth",
    method: "post",
    path: "/v1/invoices",
    tag: "Billing",
    summary: "Close a month",
    description:
      "Of the operator. Issues an invoice for what was charged up to the month's end and is on none yet, a credit note for what was given back, for each advertiser; again, only what came since.",
    access: ["apiKey"],
    body: { schema: closingSchema, examples: { october: { month: "2026-10" } } },
    answers: {
      200: {
        description: "What was issued; `isDone` false = the same call again goes on.",
        schema: z.object({
          month: z.string(),
          issued: z.array(invoiceSummarySchema),
          isDone: z.boolean(),
        }),
      },
    },
    problems: ["conflict"],
  },
  {
    id: "listInvoices",
    method: "get",
    path: "/v1/invoices",
    tag: "Billing",
    summary: "List invoices and credit notes",
    access: ["apiKey"],
    query: listQuerySchema(invoiceList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(invoiceSummarySchema) } },
  },
  // Before what any name fits.
  fileOf("pdf", "application/pdf", "readInvoicePdf", "Read an invoice as PDF"),
  fileOf("csv", "text/csv", "readInvoiceCsv", "Read an invoice as CSV"),
  {
    id: "readInvoice",
    method: "get",
    path: "/v1/invoices/:invoiceId",
    tag: "Billing",
    summary: "Read an invoice or a credit note",
    access: ["apiKey"],
    params: invoiceParams,
    answers: { 200: { description: "With its lines.", schema: invoiceSchema } },
  },
];

/** Accounts, payments, invoices. */
export const billingOperations: readonly Operation[] = [...accounts, ...payments, ...invoices];

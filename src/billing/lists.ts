import { idFilter, listSpec, wordFilter } from "../campaigns/listQuery.ts";
import {
  invoiceSummarySchema,
  monthSchema,
  paymentStatuses,
  storedPaymentSchema,
} from "./schemas.ts";

/** What the lists of money can be filtered by. docs/resources.md has the same table. */

export const paymentList = listSpec({
  collection: "payments",
  idField: "paymentId",
  sorts: { id: "id" },
  fields: Object.keys(storedPaymentSchema.shape),
  filters: { status: wordFilter(paymentStatuses) },
});

export const invoiceList = listSpec({
  collection: "invoices",
  idField: "invoiceId",
  sorts: { id: "id" },
  fields: Object.keys(invoiceSummarySchema.shape),
  filters: {
    advertiserId: idFilter(),
    month: monthSchema.optional(),
    kind: wordFilter(["invoice", "credit_note"]),
  },
});

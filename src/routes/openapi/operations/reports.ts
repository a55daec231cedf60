import { creditSchema } from "../../../campaigns/giveCredit.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import { reportAnswerSchema, reportQuerySchema } from "../../../reports/reportSchema.ts";
import { campaignHealthQuerySchema } from "../../campaignHealth.ts";
import type { Operation } from "../operation.ts";
import { idIn } from "../parameters.ts";
import { campaignHealthSchema } from "../schemas/campaignHealth.ts";
import { deliverySchema, diagnosisSchema, pacingSchema } from "../schemas/delivery.ts";
import { ledgerEntrySchema, ledgerList, spendingList, spendingSchema } from "../schemas/ledger.ts";

const params = idIn("campaignId");

/** What a campaign spent and how it delivers. */
export const reportOperations: readonly Operation[] = [
  {
    id: "readReport",
    method: "get",
    path: "/v1/reports",
    tag: "Reports",
    summary: "Report what was shown, clicked and spent",
    description:
      "Of the advertisers that the key may see, equal to the ledger. Requests and SSPs are the operator's. With `format` csv or parquet (or by `Accept`) a file; `X-Next-Cursor` then says where the next begins.",
    access: ["apiKey"],
    query: reportQuerySchema,
    answers: {
      200: {
        description: "The report.",
        schema: reportAnswerSchema,
        files: ["text/csv", "application/vnd.apache.parquet"],
      },
    },
  },
  {
    id: "giveCredit",
    method: "post",
    path: "/v1/campaigns/:campaignId/credits",
    tag: "Reports",
    summary: "Give back what was charged",
    description:
      "For one event, or an amount of a day. The same `creditId` again gives nothing more and answers 200.",
    access: ["apiKey"],
    params,
    body: {
      schema: creditSchema.meta({ title: "CreditInput" }),
      examples: {
        day: {
          creditId: "ticket-81",
          day: "2026-06-01",
          amountMicros: 900_000,
          reason: "Vu par un robot",
        },
      },
    },
    answers: {
      200: { description: "The same credit, given before.", schema: ledgerEntrySchema },
      201: { description: "The credit.", schema: ledgerEntrySchema },
    },
  },
  {
    id: "listLedgerEntries",
    method: "get",
    path: "/v1/campaigns/:campaignId/ledger",
    tag: "Reports",
    summary: "List a campaign's ledger",
    description: "Newest first.",
    access: ["apiKey"],
    params,
    query: listQuerySchema(ledgerList),
    answers: { 200: { description: "A page of entries.", schema: pageSchema(ledgerEntrySchema) } },
  },
  {
    id: "readSpending",
    method: "get",
    path: "/v1/campaigns/:campaignId/spending",
    tag: "Reports",
    summary: "Sum up a campaign's spending",
    access: ["apiKey"],
    params,
    query: listQuerySchema(spendingList),
    answers: { 200: { description: "In all, and by budget day.", schema: spendingSchema } },
  },
  {
    id: "readDelivery",
    method: "get",
    path: "/v1/campaigns/:campaignId/delivery",
    tag: "Reports",
    summary: "Say whether a campaign spends as planned, and if not, why",
    access: ["apiKey"],
    params,
    answers: { 200: { description: "Worked out when asked.", schema: deliverySchema } },
  },
  {
    id: "readDiagnosis",
    method: "get",
    path: "/v1/campaigns/:campaignId/diagnosis",
    tag: "Reports",
    summary: "Say what became of a campaign's opportunities, and what to change",
    description:
      "What `/delivery` says, with the funnel of the last hour besides today's and seven days', and the main reason with what would help most.",
    access: ["apiKey"],
    params,
    answers: { 200: { description: "Worked out when asked.", schema: diagnosisSchema } },
  },
  {
    id: "readCampaignHealth",
    method: "get",
    path: "/v1/campaign-health",
    tag: "Reports",
    summary: "Say how the campaigns of a list do today",
    description:
      "In one question whatever their number: spending, plan, and what the hourly look at all campaigns found. Campaigns that are not the caller's are left out.",
    access: ["apiKey"],
    query: campaignHealthQuerySchema,
    answers: {
      200: { description: "In the order of `campaignIds`.", schema: campaignHealthSchema },
    },
  },
  {
    id: "readPacing",
    method: "get",
    path: "/v1/campaigns/:campaignId/pacing",
    tag: "Reports",
    summary: "Show a campaign's plan of the day and what was spent",
    access: ["apiKey"],
    params,
    answers: { 200: { description: "By hour.", schema: pacingSchema } },
  },
];

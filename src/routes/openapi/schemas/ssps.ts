import { z } from "zod";
import type { ReconciledDay, SspDay } from "../../../reports/sspAccounts.ts";
import { describing } from "./describing.ts";

const timeZone = z.enum(["UTC", "Europe/Paris"]);
const count = () => z.int().min(0);

const sums = {
  billed: count().describe("Impressions that the SSP billed."),
  costMicros: z.int().describe("What it asks, micros of a euro by each one's dated rate."),
  houseBilled: count().describe("Billed, and no shop paid."),
  houseMicros: z.int().describe("What the house pays."),
  riskCostMicros: z.int().describe("Cost of campaigns paid by view or click."),
  riskChargedMicros: z.int().describe("What these paid."),
  shown: count().describe("Impressions that our pixel told of."),
  chargedMicros: z.int().describe("What shops paid."),
};

const sspDay = describing<SspDay>()(
  z.object({
    ...sums,
    day: z.iso.date(),
    currency: z.string().describe("ISO 4217; what shops paid stands under EUR."),
    priceMicros: z.int().describe("What the SSP asks, micros of its currency."),
  }),
).meta({ title: "SspDay" });

export const sspSpendingSchema = z
  .object({
    ssp: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    timeZone,
    totals: z.object({
      ...sums,
      marginMicros: z.int().describe("Charged less cost."),
      housePermille: z.number().describe("Thousandths of the cost that the house pays."),
    }),
    days: z.array(sspDay),
  })
  .meta({ title: "SspSpending" });

export const importedReportSchema = z
  .object({
    ssp: z.string(),
    timeZone,
    days: count().describe("Days and currencies that were imported."),
    months: z.array(z.string()).describe('"2026-06"'),
  })
  .meta({ title: "ImportedReport" });

const amount = z
  .object({ impressions: z.int(), spendMicros: z.int().describe("Micros of the currency.") })
  .meta({ title: "SspAmount" });
const compared = {
  currency: z.string(),
  reported: amount.nullable(),
  ledger: amount,
  difference: amount.describe("What the SSP reports more than the ledger has."),
};

const reconciledDay = describing<ReconciledDay>()(z.object({ day: z.iso.date(), ...compared }));

export const reconciliationSchema = z
  .object({
    ssp: z.string(),
    month: z.string(),
    timeZone,
    importedAt: z.iso.datetime().nullable(),
    days: z.array(reconciledDay),
    totals: z.array(z.object(compared)),
  })
  .meta({ title: "SspReconciliation" });

import { z } from "zod";
import { calendarDay } from "../../../campaigns/fieldTypes.ts";
import {
  type DaySpending,
  type LedgerEntry,
  ledgerEntryKinds,
} from "../../../campaigns/ledgerBooks.ts";
import { listSpec, wordFilter } from "../../../campaigns/listQuery.ts";
import { describing } from "./describing.ts";

const media = z.object({
  ssp: z.string(),
  priceMicros: z.number(),
  currency: z.string(),
  unitsPerEuro: z.number(),
  rateDate: z.string(),
  costMicros: z.number(),
  marginMicros: z.number(),
});

export const ledgerEntrySchema = describing<LedgerEntry>()(
  z.object({
    entryId: z.int(),
    eventId: z.string(),
    kind: z.enum(ledgerEntryKinds),
    campaignId: z.int(),
    advertiserId: z.int(),
    creativeId: z.int().nullable().describe("Null for a credit."),
    placementId: z.string().nullable(),
    day: z.iso.date().describe("The budget day (Paris)."),
    amountMicros: z.int().describe("Negative for a credit."),
    unchargedReason: z.string().nullable(),
    occurredAt: z.iso.datetime(),
    recordedAt: z.iso.datetime(),
    media: media
      .nullable()
      .describe("What the place of the ad cost; for administrators, and null on direct pages."),
    credit: z
      .object({ eventId: z.string().nullable(), reason: z.string(), givenBy: z.string() })
      .nullable(),
  }),
).meta({ title: "LedgerEntry" });

export const ledgerList = listSpec({
  collection: "ledger",
  idField: "entryId",
  sorts: { id: "id" },
  isLatestFirst: true,
  maxId: Number.MAX_SAFE_INTEGER,
  fields: Object.keys(ledgerEntrySchema.shape),
  filters: {
    kind: wordFilter(ledgerEntryKinds),
    day: calendarDay().optional().describe("A budget day."),
  },
});

const count = () => z.int().min(0);
const sums = {
  chargedMicros: z.int(),
  creditedMicros: z.int(),
  spentMicros: z.int().describe("Charged less credited: what counts against the budgets."),
  impressions: count(),
  viewables: count(),
  clicks: count(),
  conversions: count(),
  uncharged: z
    .record(z.string(), z.int())
    .describe("Billable events that were not charged, by reason."),
  mediaCostMicros: z.int().optional().describe("For administrators."),
};

type Told<Sums> = Omit<Sums, "mediaCostMicros"> & { readonly mediaCostMicros?: number | undefined };

const daySpending = describing<Told<DaySpending>>()(z.object({ day: z.iso.date(), ...sums })).meta({
  title: "DaySpending",
});

export const spendingList = listSpec({
  collection: "spending",
  idField: "day",
  sorts: { id: "id" },
  isLatestFirst: true,
  fields: Object.keys(daySpending.shape),
  filters: {},
});

export const spendingSchema = z
  .object({
    totals: z.object(sums).meta({ title: "SpendingSums" }),
    days: z.array(daySpending).describe("Newest first."),
    nextCursor: z.string().nullable(),
  })
  .meta({ title: "Spending" });

import { z } from "zod";
import { savedSspSchema, toldSspSchema } from "../../../campaigns/answers.ts";
import { sspList } from "../../../campaigns/lists.ts";
import { sspName, sspSchema } from "../../../campaigns/sspSchema.ts";
import type { Operation } from "../operation.ts";
import { changeOf } from "../parameters.ts";
import { resourceOperations } from "../resources.ts";
import { importedReportSchema, reconciliationSchema, sspSpendingSchema } from "../schemas/ssps.ts";

const name = z.string().regex(sspName);
const day = z.iso.date();
const timeZone = z.enum(["UTC", "Europe/Paris"]).optional().describe("Whose midnight ends a day.");
const saved = { schema: savedSspSchema, headers: ["ETag"] } as const;

const { create, list, read, change } = resourceOperations({
  name: "Ssp",
  words: { one: "an SSP", many: "SSPs", it: "the SSP" },
  tag: "SSPs",
  list: sspList,
  params: z.object({ name }),
  input: {
    schema: sspSchema,
    examples: { market: { name: "le-marche", addresses: ["203.0.113.0/24"], qpsLimit: 500 } },
  },
  change: {
    schema: changeOf(sspSchema, "SspChange", ["name"]),
    examples: { margin: { marginPermille: 120 } },
  },
  item: toldSspSchema,
  created: savedSspSchema,
  changed: savedSspSchema,
  notes: {
    create: "The answer tells its key, and nothing else ever does.",
    change: "`keyed: false` takes its key away; `keyed: true` makes one, told in the answer.",
  },
});

const settings: readonly Operation[] = [
  create,
  list,
  read,
  change,
  {
    id: "renewSspKey",
    method: "post",
    path: "/v1/ssps/:name/key",
    tag: "SSPs",
    summary: "Renew an SSP's key",
    description: "The key before it ends within a second.",
    access: ["apiKey"],
    params: z.object({ name }),
    answers: { 200: { ...saved, description: "The SSP, with its new key." } },
  },
];

const accounts: readonly Operation[] = [
  {
    id: "readSspSpending",
    method: "get",
    path: "/v1/ssps/:name/spending",
    tag: "SSPs",
    summary: "Say what an SSP cost",
    access: ["apiKey"],
    params: z.object({ name }),
    query: z.object({
      from: day.optional().describe("The first day; 30 days in all unless told."),
      to: day.optional().describe("The last day; today unless told. At most 366 days."),
      timeZone,
    }),
    answers: { 200: { description: "By day, and in all.", schema: sspSpendingSchema } },
  },
  {
    id: "importSspReport",
    method: "post",
    path: "/v1/ssps/:name/reports",
    tag: "SSPs",
    summary: "Import an SSP's own report",
    description:
      "CSV, or a JSON object a line. Days that were reported before are replaced; a report that breaks a rule is refused whole.",
    access: ["apiKey"],
    params: z.object({ name }),
    query: z.object({ timeZone }),
    body: {
      schema: z.string(),
      contentTypes: ["text/csv", "application/x-ndjson", "text/plain"],
      examples: { csv: "day,impressions,spend,currency\n2026-06-01,1200,1.5,EUR\n" },
    },
    answers: { 201: { description: "What was imported.", schema: importedReportSchema } },
  },
  {
    id: "reconcileSspReport",
    method: "get",
    path: "/v1/ssps/:name/reports/:month",
    tag: "SSPs",
    summary: "Lay a month's report beside the ledger",
    access: ["apiKey"],
    params: z.object({ name, month: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/) }),
    query: z.object({ timeZone }),
    answers: { 200: { description: "By day, and in all.", schema: reconciliationSchema } },
  },
];

export const sspOperations: readonly Operation[] = [...settings, ...accounts];

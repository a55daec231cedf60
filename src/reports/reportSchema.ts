import { z } from "zod";
import { isBudgetDay } from "../budgets/budgetDay.ts";
import type { DeviceType } from "../targeting/types.ts";
import { reportDimensions, reportMeasures } from "./reportColumns.ts";

/** Limits of a report. */
export const reportLimits = {
  dimensions: 4,
  /** Days from the first to the last; with hours. */
  days: 800,
  hourDays: 31,
  filterItems: 100,
  textLength: 255,
  rows: 10_000,
  exportRows: 100_000,
  /** Sketches of people that one report merges: a campaign's year is 366. */
  reachDays: 20_000,
} as const;

export const reportFormats = ["json", "csv", "parquet"] as const;
export type ReportFormat = (typeof reportFormats)[number];

const deviceTypes: readonly DeviceType[] = ["mobile", "tablet", "desktop", "tv", "other"];

const day = (what: string) =>
  z
    .string({ error: `must be a day written "YYYY-MM-DD"` })
    .refine((text) => isBudgetDay(text) && text >= "2020-01-01" && text <= "2100-12-31", {
      error: 'must be a day written "YYYY-MM-DD" between 2020 and 2100',
    })
    .meta({ format: "date", description: `${what} day in Europe/Paris, inclusive` });

/** Words of a list, each once, separated by commas. */
const listOf = <Word extends string>(words: readonly Word[], most: number) =>
  z
    .string({ error: "must be given once" })
    .max(reportLimits.textLength)
    .transform((text): readonly string[] => [
      ...new Set(text.split(",").filter((word) => word !== "")),
    ])
    .refine((found) => found.every((word) => words.some((one) => one === word)), {
      error: `must be a list of ${words.join(", ")}`,
    })
    .refine((found) => found.length <= most, { error: `must name at most ${most}` })
    .transform((found) => found.flatMap((word) => words.find((one) => one === word) ?? []));

const idList = z
  .string({ error: "must be given once" })
  .regex(/^[1-9]\d{0,9}(?:,[1-9]\d{0,9}){0,99}$/, {
    error: "must be up to 100 ids separated by commas",
  })
  .transform((text): readonly number[] => text.split(",").map(Number));

const textList = (shape: RegExp, rule: string) =>
  z
    .string({ error: "must be given once" })
    .max(8_000)
    .transform((text): readonly string[] => [...new Set(text.split(","))])
    .refine(
      (texts) => texts.length <= reportLimits.filterItems && texts.every((one) => shape.test(one)),
      { error: rule },
    );

const sortable = [...reportDimensions, ...reportMeasures].filter(
  (one) => one !== "reach" && one !== "frequency",
);

const wholeNumber = (most: number) =>
  z
    .string({ error: "must be given once" })
    .regex(/^\d{1,7}$/, { error: `must be an integer up to ${most}` })
    .transform(Number)
    .refine((value) => value <= most, { error: `must be an integer up to ${most}` });

/** The parameters of `GET /v1/reports`, as they stand in the address. */
export const reportQuerySchema = z.strictObject({
  from: day("First"),
  to: day("Last"),
  dimensions: listOf(reportDimensions, reportLimits.dimensions).optional(),
  measures: listOf(reportMeasures, reportMeasures.length).optional(),
  advertiser: idList.optional(),
  campaign: idList.optional(),
  creative: idList.optional(),
  placement: textList(
    /^[^\p{Cc}\p{Cs}]{1,255}$/u,
    "must be placements separated by commas, without control characters",
  ).optional(),
  ssp: textList(/^[a-z0-9-]{1,32}$/, "must be names of SSPs separated by commas").optional(),
  device: listOf(deviceTypes, deviceTypes.length).optional(),
  category: textList(
    /^[a-z0-9_/-]{1,100}$/,
    "must be category paths separated by commas",
  ).optional(),
  departement: textList(/^(\d{2}|2[AB]|9[78]\d)$/, "must be codes such as 59 or 2A").optional(),
  commune: textList(/^\d[\dAB]\d{3}$/, "must be INSEE codes separated by commas").optional(),
  cell: textList(/^87[0-9a-f]{13}$/, "must be H3 cells of resolution 7").optional(),
  sort: z
    .string({ error: "must be given once" })
    .refine((text) => sortable.some((one) => one === text.replace(/^-/, "")), {
      error: `must be one of ${sortable.join(", ")}, with - before it to begin with the largest`,
    })
    .optional(),
  limit: wholeNumber(reportLimits.exportRows).optional(),
  cursor: wholeNumber(9_999_999).optional(),
  format: z.enum(reportFormats, { error: `must be one of ${reportFormats.join(", ")}` }).optional(),
  language: z.enum(["fr", "en"], { error: "must be fr or en" }).optional(),
  timeZone: z
    .literal("Europe/Paris", { error: "must be Europe/Paris: days are those of budgets" })
    .optional(),
});

const value = z.union([z.string(), z.number(), z.null()]);
const row = z.record(z.string(), value);

/** The answer of `GET /v1/reports` as JSON. Rows have the columns of the dimensions, then of the measures. */
export const reportAnswerSchema = z.strictObject({
  from: z.string().meta({ format: "date" }),
  to: z.string().meta({ format: "date" }),
  timeZone: z.literal("Europe/Paris"),
  columns: z.array(z.string()),
  rows: z.array(row),
  totals: row.meta({ description: "Of all rows, not only of this page" }),
  rowCount: z.int().min(0),
  nextCursor: z.string().nullable(),
});

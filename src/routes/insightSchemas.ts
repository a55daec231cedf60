import { z } from "zod";
import { categoryPath, type DeepReadonly } from "../campaigns/fieldTypes.ts";
import { demandRefusals } from "../reports/demand/demandTypes.ts";
import { seasonNames } from "../reports/demand/seasonTrends.ts";

const departementRule = "must be the code of a département, such as 59 or 2A, or * for all";
const departementCode = z
  .string({ error: () => departementRule })
  .regex(/^(\*|\d{2}|2[AB]|9[78]\d)$/, { error: () => departementRule });

const ofCategory = { category: categoryPath().describe("A category of the site's pages.") };
const ofPlace = {
  departement: departementCode.optional().describe("Its code; `*`, as without it: all together."),
};

export const demandForecastQuerySchema = z.strictObject({
  ...ofCategory,
  departement: departementCode.describe("Its code; `*`: all together."),
});
export const demandQuerySchema = z.strictObject({ ...ofCategory, ...ofPlace });
export const trendsQuerySchema = demandQuerySchema;
export const categoryQuerySchema = z.strictObject({
  category: categoryPath().optional().describe("Absent: all categories together."),
});
export const affinitiesQuerySchema = z.strictObject(ofCategory);
export const scopeQuerySchema = z.strictObject({});

const week = z.string().describe("Its Monday.");
const events = z
  .int()
  .nullable()
  .describe("Searches, listings looked at and contacts; null: fewer than 50 people, not told.");
const people = z.int().describe("Rounded down to tens.");
const computedAt = z.string().nullable().describe("Null: not worked out yet.");

export const demandForecastAnswerSchema = z
  .strictObject({
    category: z.string(),
    departement: z.string(),
    refusal: z
      .enum(demandRefusals)
      .nullable()
      .describe(
        "Why no weeks are told; null: they are. `no_better_than_last_year` and `band_not_kept`: it was tried on earlier weeks.",
      ),
    sentence: z.strictObject({ fr: z.string(), en: z.string() }),
    weeks: z
      .array(z.strictObject({ week, expected: z.int(), low: z.int(), high: z.int() }))
      .describe("The next 8; `low` to `high` hold four weeks out of five."),
    history: z.array(z.strictObject({ week, events })).describe("The last 60 weeks."),
    backtest: z
      .strictObject({
        origins: z.int(),
        wape: z.number().describe("Errors over demand."),
        naiveWape: z.number().describe('The same of "as a year before".'),
        mase: z.number().nullable(),
        coverage: z.number().describe("Share of weeks that lay in their band, 0–1."),
      })
      .nullable()
      .describe("How forecasts made at earlier weeks did."),
  })
  .meta({ title: "DemandForecast" });

export const demandAnswerSchema = z
  .strictObject({
    category: z.string(),
    departement: z.string(),
    weeks: z.array(z.strictObject({ week, events })),
  })
  .meta({ title: "DemandHistory" });

export const trendsAnswerSchema = z
  .strictObject({
    category: z.string(),
    departement: z.string(),
    seasons: z.array(
      z.strictObject({
        year: z.int(),
        season: z.enum(seasonNames).describe("A winter is told with the year of its January."),
        eventsPerWeek: z.int(),
        weeks: z.int().describe("Weeks that are told, of 13."),
      }),
    ),
  })
  .meta({ title: "DemandTrends" });

export const retentionAnswerSchema = z
  .strictObject({
    computedAt,
    rows: z.array(
      z.strictObject({
        cohort: z.string().describe("The first day of the month of their first visit."),
        months: z.int(),
        cohortPeople: people,
        people,
      }),
    ),
  })
  .meta({ title: "Retention" });

export const affinitiesAnswerSchema = z
  .strictObject({
    computedAt,
    rows: z.array(
      z.strictObject({
        category: z.string(),
        other: z.string(),
        categoryPeople: people,
        people,
        lift: z.number().describe("1: as often as chance has it."),
      }),
    ),
  })
  .meta({ title: "Affinities" });

export const scopeAnswerSchema = z
  .strictObject({
    categories: z.array(z.string()),
    departements: z.array(z.string()),
    firstWeek: z.string().nullable(),
    lastWeek: z.string().nullable(),
  })
  .meta({ title: "InsightScope" });

export type DemandForecastAnswer = DeepReadonly<z.output<typeof demandForecastAnswerSchema>>;

import { z } from "zod";
import { addDays } from "../budgets/budgetDay.ts";
import type { FieldProblem } from "../errors.ts";
import { campaignSchema } from "./campaignSchema.ts";
import { calendarDay, type DeepReadonly, distinctList } from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { type Parsed, parseFields } from "./problems.ts";

/** The longest period that is forecast. */
export const maxForecastDays = 92;
const weekDays = 7;

const { shape } = campaignSchema;

/** What a forecast is asked about: the fields of a campaign that decide what it can expect. */
export const forecastSchema = z
  .strictObject({
    zone: shape.zone,
    placeIntention: shape.placeIntention,
    startsOn: calendarDay().optional(),
    endsOn: calendarDay().optional(),
    dayparts: shape.dayparts,
    pricing: z.enum(["cpm", "vcpm", "cpc"]).default("cpm"),
    bidMicros: z.int().min(limits.minBidMicros).max(limits.maxCpmBidMicros),
    dailyBudgetMicros: shape.dailyBudgetMicros,
    totalBudgetMicros: shape.totalBudgetMicros,
    frequencyCaps: shape.frequencyCaps,
    categories: shape.categories,
    audience: shape.audience,
    devices: shape.devices,
    formats: distinctList(z.enum(["native", "image", "html"]), 3)
      .min(1)
      .default(["native"]),
  })
  .meta({ title: "ForecastInput" });

export type ForecastFields = DeepReadonly<z.output<typeof forecastSchema>> & {
  readonly startsOn: string;
  readonly endsOn: string;
};

/** Checks a question (not yet its zone's places nor its segments' existence). Without dates: the week from `today` on. Pure. */
export function parseForecast(body: unknown, today: string): Parsed<ForecastFields> {
  const parsed = parseFields(forecastSchema, body, (fields) => [
    ...periodProblems(fields, today),
    ...moneyProblems(fields),
    ...listProblems(fields),
  ]);
  return parsed.ok
    ? { ok: true, value: { ...parsed.value, ...periodOf(parsed.value, today) } }
    : parsed;
}

function listProblems({
  dayparts = [],
  frequencyCaps = [],
  audience = [],
}: Given): readonly FieldProblem[] {
  return [
    ...dayparts.flatMap(({ fromHour, toHour }, index) =>
      problemIf(toHour <= fromHour, `/dayparts/${index}/toHour`, "must be after fromHour"),
    ),
    ...frequencyCaps.flatMap(({ windowSeconds, window }, index) =>
      problemIf(
        (windowSeconds === undefined) === (window === undefined),
        `/frequencyCaps/${index}`,
        "windowSeconds or window is required, and not both",
      ),
    ),
    ...audience.flatMap(({ segmentId, segment, minScore, multiplier }, index) => [
      ...problemIf(
        segmentId === undefined && segment === undefined,
        `/audience/${index}`,
        "segmentId or segment is required",
      ),
      ...problemIf(
        minScore === null && multiplier === null,
        `/audience/${index}`,
        "minScore or multiplier is required",
      ),
    ]),
  ];
}

type Given = Partial<z.output<typeof forecastSchema>>;

const problemIf = (isBroken: boolean, pointer: string, rule: string): readonly FieldProblem[] =>
  isBroken ? [{ pointer, rule }] : [];

function periodOf({ startsOn = undefined, endsOn }: Given, today: string) {
  const first = startsOn ?? (endsOn !== undefined && endsOn < today ? endsOn : today);
  return { startsOn: first, endsOn: endsOn ?? addDays(first, weekDays - 1) };
}

function periodProblems(fields: Given, today: string): readonly FieldProblem[] {
  const { startsOn, endsOn } = periodOf(fields, today);
  return [
    ...problemIf(endsOn < startsOn, "/endsOn", "must not be before startsOn"),
    ...problemIf(
      endsOn > addDays(startsOn, maxForecastDays - 1),
      "/endsOn",
      `must be within ${maxForecastDays} days of startsOn`,
    ),
  ];
}

function moneyProblems(fields: Given): readonly FieldProblem[] {
  const {
    pricing = "cpm",
    bidMicros = 0,
    dailyBudgetMicros = null,
    totalBudgetMicros = null,
  } = fields;
  return [
    ...problemIf(
      pricing === "cpc" && bidMicros > limits.maxCpcBidMicros,
      "/bidMicros",
      `must be at most ${limits.maxCpcBidMicros} for a click`,
    ),
    ...problemIf(
      pricing !== "cpc" && bidMicros % 1_000 !== 0,
      "/bidMicros",
      `must be a multiple of 1000 for ${pricing}, so that one impression costs whole micros`,
    ),
    ...problemIf(
      totalBudgetMicros !== null &&
        dailyBudgetMicros !== null &&
        totalBudgetMicros < dailyBudgetMicros,
      "/totalBudgetMicros",
      "must not be less than dailyBudgetMicros",
    ),
  ];
}

const figure = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .meta({ title: "ForecastFigure" });
const people = z
  .object({
    value: z.number().nullable().describe("Null where they are fewer than 50."),
    low: z.number(),
    high: z.number(),
  })
  .meta({ title: "PeopleFigure" });
const sentence = { fr: z.string(), en: z.string() };

/** What a forecast answers. Figures are rounded; `low` and `high` hold the truth in 95 of 100 cases. */
export const forecastAnswerSchema = z
  .object({
    basis: z
      .enum(["measured", "prior"])
      .describe("`prior`: from the census, nothing was counted yet."),
    accuracy: z.object(sentence),
    period: z.object({ startsOn: z.string(), endsOn: z.string(), days: z.int() }),
    people: people.describe("Who may be recognised and would match in the period."),
    peopleReached: people.describe("Of them those who would see the ad."),
    opportunitiesPerDay: figure.describe("Pages, also of those who cannot be recognised."),
    impressions: figure,
    clicks: figure,
    spendMicros: figure,
    budgetShareSpent: z.number().nullable().describe("0 to 1; null without a budget."),
    competition: z.object({
      campaigns: z.number().describe("That run there, to one digit."),
      isBelowFive: z.boolean(),
      shareWon: z.number().describe("Of the opportunities, at this bid, 0 to 1."),
    }),
    bidCurve: z.array(
      z.object({
        bidMicros: z.int(),
        impressionsPerDay: z.number(),
        spendMicrosPerDay: z.number(),
        shareWon: z.number(),
      }),
    ),
    warnings: z.array(
      z.object({
        code: z.enum(["budget_not_spent", "too_few_people", "no_traffic_known"]),
        ...sentence,
        levers: z.array(
          z.object({
            kind: z.enum(["larger_radius", "higher_bid"]),
            addMeters: z.int().optional(),
            bidMicros: z.int().optional(),
            spendMicrosPerDay: z.number(),
          }),
        ),
      }),
    ),
    map: z.object({
      resolution: z.int(),
      cells: z.array(
        z.object({ cell: z.string(), people: z.number(), opportunitiesPerDay: z.number() }),
      ),
    }),
  })
  .meta({ title: "Forecast" });

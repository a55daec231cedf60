import { z } from "zod";
import type { PacingHour } from "../../../budgets/pacing/pacingReport.ts";
import { type OutcomeName, outcomeNames } from "../../../reports/counters.ts";
import type { Reason } from "../../../reports/diagnosisTypes.ts";
import type { FunnelReport } from "../../../reports/funnelReport.ts";
import { describing } from "./describing.ts";

const estimate = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .meta({ title: "Estimate", description: "A figure, and bounds that hold in 95 of 100 cases." });

const words = {
  fr: z.string().describe("For the shopkeeper."),
  en: z.string().describe("For the developer."),
};

const reason = describing<Omit<Reason, "reason" | "suggestions">>()(
  z.object({ ...words, opportunitiesPerDay: estimate.nullable() }),
);

const suggestion = z
  .object({
    ...words,
    lever: z.string().describe("`radius_3000`, `bid_120`, `cap_double`, `wider_zone` …"),
    opportunitiesPerDay: estimate.nullable(),
    spendMicrosPerDay: estimate.nullable(),
    people: z.number().optional().describe("Further people who live in a wider zone."),
  })
  .meta({ title: "DeliverySuggestion" });

const funnel = describing<FunnelReport>()(
  z.object({
    opportunities: estimate,
    outcomes: z.array(
      z.object({
        outcome: z.enum(outcomeNames as readonly [OutcomeName, ...OutcomeName[]]),
        count: estimate,
        share: z.number().describe("Of the opportunities, 0–1."),
      }),
    ),
    floor: z
      .object({ ownValueMicros: z.number(), neededValueMicros: z.number() })
      .nullable()
      .describe("Averages of what was lost to a floor, micros per thousand views."),
    outranked: z
      .object({ ownValueMicros: z.number(), winningValueMicros: z.number() })
      .nullable()
      .describe("Averages of what was lost to others."),
  }),
).meta({ title: "Funnel" });

export const deliverySchema = z
  .object({
    campaignId: z.int(),
    at: z.iso.datetime(),
    status: z.enum(["on_track", "behind", "cannot_spend", "too_early", "not_running"]),
    rest: z
      .enum([
        "paused",
        "draft",
        "ended",
        "not_started",
        "not_today",
        "day_spent",
        "total_spent",
        "free",
      ])
      .nullable()
      .describe("Why nothing is wrong, when nothing is to be spent."),
    budgetDay: z.iso.date(),
    planMicros: z.number().nullable(),
    plannedSoFarMicros: z.number().nullable(),
    spentMicros: z.number(),
    expectedMicros: estimate.nullable().describe("At the end of the day."),
    seenShare: z.number().describe("The share of the day's traffic that the figures rest on."),
    opportunitiesPerDay: estimate.nullable(),
    reasons: z
      .array(
        z
          .object({ ...reason.shape, reason: z.string(), suggestions: z.array(suggestion) })
          .meta({ title: "DeliveryReason" }),
      )
      .describe("The biggest lever first."),
    ...words,
    laggingSince: z.iso.datetime().nullable(),
    funnel: z.object({ today: funnel, sevenDays: funnel }),
  })
  .meta({ title: "Delivery" });

const sinceFunnel = z.object({ since: z.iso.datetime(), funnel }).meta({ title: "FunnelSince" });

const { funnel: _ofDelivery, ...common } = deliverySchema.shape;

export const diagnosisSchema = z
  .object({
    ...common,
    main: z
      .object({ ...words, reason: z.string(), change: suggestion.nullable() })
      .nullable()
      .describe(
        "The biggest lever: why, what to change, what that would bring. Null: nothing is wrong.",
      ),
    funnels: z.object({
      lastHour: sinceFunnel.describe("The last full hour and what has passed of this one."),
      today: sinceFunnel,
      sevenDays: sinceFunnel,
    }),
  })
  .meta({ title: "Diagnosis" });

const pacingHour = describing<PacingHour>()(
  z.object({
    startsAt: z.iso.datetime(),
    forecastShare: z.number().nullable(),
    plannedMicros: z.number().nullable(),
    spentMicros: z.number().nullable(),
  }),
).meta({ title: "PacingHour" });

export const pacingSchema = z
  .object({
    campaignId: z.int(),
    pacing: z.enum(["even", "asap", "front_loaded"]),
    day: z.iso.date(),
    at: z.iso.datetime(),
    throttle: z.number().min(0).max(1).describe("1 = nothing holds it back."),
    lookedAt: z.iso.datetime().nullable(),
    dayLimitMicros: z.number().nullable(),
    targetMicros: z.number().nullable(),
    plannedAt: z.iso.datetime().nullable(),
    plannedMicros: z.number().nullable(),
    spentMicros: z.number(),
    deviationMicros: z.number().nullable().describe("Negative = behind."),
    hours: z.array(pacingHour).describe("24; in spring once 23, in autumn once 25."),
  })
  .meta({ title: "PacingReport" });

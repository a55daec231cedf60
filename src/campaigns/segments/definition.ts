import { z } from "zod";
import { categoryPath, distinctList, entityId } from "../fieldTypes.ts";
import { segmentSqlProblem } from "./lintSegmentSql.ts";

/** What a person did, as the lake has it. */
export const activityKinds = ["page_view", "search", "listing_view", "contact", "deposit"] as const;

/** What people turn out to be in the week that is predicted (`warehouse/sql/features/labels_behaviour.sql`). */
export const behaviours = ["buyer", "seller", "local", "thrifty", "choosy"] as const;

const oldestDays = 400;

const days = () => z.int().min(1).max(oldestDays);

/** Events of the last `days` days that fit everything given, counted. */
const conditionSchema = z.strictObject({
  kind: z.enum(activityKinds).optional(),
  category: categoryPath().optional(),
  departement: z
    .string()
    .regex(/^(\d{2}|2[AB]|97\d)$/)
    .optional(),
  minPriceMicros: z.int().min(0).max(1e15).optional(),
  maxPriceMicros: z.int().min(0).max(1e15).optional(),
  days: days(),
  atLeast: z.int().min(1).max(10_000).default(1),
});

const groupSchema = z.strictObject({
  allOf: z.array(conditionSchema).min(1).max(10),
  noneOf: z.array(conditionSchema).max(10).default([]),
});

/** How the members of an audience are found. */
export const segmentDefinitionSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("in_market"),
        categories: distinctList(categoryPath(), 20).min(1),
        listingViews: z
          .int()
          .min(1)
          .max(100)
          .default(3)
          .describe("So many listing views within 7 days count as a contact does."),
      })
      .meta({ title: "InMarketSegment" }),
    z
      .strictObject({ kind: z.literal("behaviour"), behaviour: z.enum(behaviours) })
      .meta({ title: "BehaviourSegment" }),
    z
      .strictObject({
        kind: z.literal("look_alike"),
        campaignId: entityId().describe("Those who are like its converters."),
      })
      .meta({ title: "LookAlikeSegment" }),
    z
      .strictObject({
        kind: z.literal("rule"),
        anyOf: z.array(groupSchema).min(1).max(5),
      })
      .meta({ title: "RuleSegment" }),
    z
      .strictObject({
        kind: z.literal("sql"),
        sql: z
          .string()
          .min(1)
          .max(4_000)
          .superRefine((sql, context) => {
            const problem = segmentSqlProblem(sql);
            if (problem !== null) context.addIssue({ code: "custom", message: problem });
          })
          .describe("One read-only SELECT of `visitor_key` from `visitor_activity`."),
      })
      .meta({ title: "SqlSegment" }),
  ])
  .meta({ title: "SegmentDefinition" });

export type SegmentDefinition = Readonly<z.output<typeof segmentDefinitionSchema>>;
export type RuleCondition = Readonly<z.output<typeof conditionSchema>>;
export type RuleSegment = Extract<SegmentDefinition, { readonly kind: "rule" }>;

/** Whether its members are predicted by a model; the others are who fits now, with a score of 1. */
export function isLearnt({ kind }: SegmentDefinition): boolean {
  return kind !== "rule" && kind !== "sql";
}

/** Every category that a definition names: none may be a special one. */
export function categoriesOf(definition: SegmentDefinition): readonly string[] {
  if (definition.kind === "in_market") return definition.categories;
  if (definition.kind !== "rule") return [];
  return definition.anyOf.flatMap(({ allOf, noneOf }) =>
    [...allOf, ...noneOf].flatMap(({ category }) => category ?? []),
  );
}

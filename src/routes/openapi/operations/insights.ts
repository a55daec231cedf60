import type { z } from "zod";
import {
  affinitiesAnswerSchema,
  affinitiesQuerySchema,
  categoryQuerySchema,
  demandAnswerSchema,
  demandForecastAnswerSchema,
  demandForecastQuerySchema,
  demandQuerySchema,
  retentionAnswerSchema,
  scopeAnswerSchema,
  scopeQuerySchema,
  trendsAnswerSchema,
  trendsQuerySchema,
} from "../../insightSchemas.ts";
import type { Operation } from "../operation.ts";

interface Told {
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly query: z.ZodObject;
  readonly schema: z.ZodType;
}

const reading = ({ id, path, summary, description, query, schema }: Told): Operation => ({
  id,
  method: "get",
  path,
  tag: "Reports",
  summary,
  description: `${description} For whoever is known; no figure is about fewer than 50 people.`,
  access: ["apiKey"],
  query,
  answers: { 200: { description: "What was worked out beforehand.", schema } },
});

/** What is looked for, when, where and by whom: about the site, not about any tenant. */
export const insightOperations: readonly Operation[] = [
  reading({
    id: "forecastDemand",
    path: "/v1/demand-forecast",
    summary: "Forecast the demand of a category in a département",
    description:
      "The next 8 weeks with their band of 80 %, from its own past, its category's seasons and its département's. Refused where earlier forecasts did not beat \"as a year before\".",
    query: demandForecastQuerySchema,
    schema: demandForecastAnswerSchema,
  }),
  reading({
    id: "readInsightScope",
    path: "/v1/insights",
    summary: "List the categories and départements that are told of",
    description: "With the weeks that are kept.",
    query: scopeQuerySchema,
    schema: scopeAnswerSchema,
  }),
  reading({
    id: "readDemand",
    path: "/v1/insights/demand",
    summary: "Show the weekly demand of a category",
    description: "All weeks that are kept, in the country or a département.",
    query: demandQuerySchema,
    schema: demandAnswerSchema,
  }),
  reading({
    id: "readTrends",
    path: "/v1/insights/trends",
    summary: "Compare the seasons of years",
    description: "A week's demand in the mean of each season.",
    query: trendsQuerySchema,
    schema: trendsAnswerSchema,
  }),
  reading({
    id: "readRetention",
    path: "/v1/insights/retention",
    summary: "Show how many people come again",
    description: "By the month of their first visit.",
    query: categoryQuerySchema,
    schema: retentionAnswerSchema,
  }),
  reading({
    id: "readAffinities",
    path: "/v1/insights/affinities",
    summary: "Show what else people look at who look at a category",
    description: "Highest lift first.",
    query: affinitiesQuerySchema,
    schema: affinitiesAnswerSchema,
  }),
];

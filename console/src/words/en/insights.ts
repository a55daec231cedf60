import type { SameWords } from "../dictionary.ts";
import type { insightsFr } from "../fr/insights.ts";

export const insightsEn: SameWords<typeof insightsFr> = {
  title: "Trends",
  subtitle: "What is looked for, where and when. Never about fewer than fifty people.",
  category: "Category",
  departement: "Département",
  everywhere: "All of France",
  none: {
    title: "Nothing to show yet",
    text: "Trends appear after some weeks of visits.",
  },
  demand: {
    title: "Demand in your département",
    titleEverywhere: "Demand in France",
    chart: (category: string) => `Weekly demand and forecast: ${category}`,
    past: "Past",
    expected: "Forecast",
    band: "4 times out of 5",
    kept: (better: string) =>
      `Tried on past months, this forecast errs ${better} less than “as last year”.`,
  },
  trends: {
    title: "Season by season",
    text: "Searches and views a week, in the mean of the season.",
    chart: (category: string) => `Mean by season and year: ${category}`,
    seasons: { winter: "Winter", spring: "Spring", summer: "Summer", autumn: "Autumn" },
  },
  affinities: {
    title: "Also looked at",
    text: "Categories that the same people look at more than chance has it (1 = chance).",
    chart: (category: string) => `Affinities of ${category}`,
    lift: "Affinity",
  },
  retention: {
    title: "Who comes again",
    text: "Share of people who come again, by the month of their first visit; all categories.",
    cohort: "First visit",
    people: "People",
    months: (count: string) => `+${count} months`,
  },
};

import type { Chart, ChartSeries } from "./renderChart.ts";
import type { Row } from "./renderTable.ts";

export const questions = [
  "trends",
  "retention",
  "affinities",
  "demand",
  "reach",
  "forecast",
] as const;
export type Question = (typeof questions)[number];

interface Axes {
  readonly title: string;
  readonly label: (row: Row) => string;
  readonly line: (row: Row) => string;
  readonly value: string;
}

const place = ({ category, departement }: Row): string => `${category} ${departement}`;

const axes: Readonly<Record<Question, Axes>> = {
  trends: {
    title: "Events by season",
    label: ({ year, season }) => `${year} ${season}`,
    line: place,
    value: "events",
  },
  retention: {
    title: "Share of a cohort that comes again, by months",
    label: ({ months }) => String(months),
    line: ({ cohort }) => String(cohort),
    value: "share",
  },
  affinities: {
    title: "Lift: looked at together, over chance",
    label: ({ other }) => String(other),
    line: ({ category }) => String(category),
    value: "lift",
  },
  demand: {
    title: "Demand by week",
    label: ({ week }) => String(week),
    line: place,
    value: "events",
  },
  reach: {
    title: "People reached",
    label: ({ departement }) => String(departement),
    line: ({ category }) => String(category),
    value: "people",
  },
  forecast: {
    title: "Demand of the next weeks",
    label: ({ week }) => String(week),
    line: place,
    value: "expected",
  },
};

/** The chart of a question's rows: the largest series first. Pure. */
export function chartOf(question: Question, rows: readonly Row[]): Chart {
  const { title, label, line, value } = axes[question];
  const labels = [...new Set(rows.map(label))];
  const series = [...Map.groupBy(rows, line)].map(([name, own]): ChartSeries => {
    const told = new Map(own.map((row) => [label(row), Number(row[value])]));
    return { name, values: labels.map((one) => told.get(one) ?? null) };
  });
  const sizeOf = ({ values }: ChartSeries): number =>
    values.reduce((sum: number, one) => sum + (one ?? 0), 0);
  return { title, labels, series: series.sort((a, b) => sizeOf(b) - sizeOf(a)) };
}

import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import type { AnswerOf } from "../../../sdk/src/client.ts";
import { useCategoryNames } from "../ui/categoryNames.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { trendRows } from "./trendRows.ts";
import { insightsWords } from "./words.ts";

const still = { isAnimationActive: false } as const;
const shades = ["gray.4", "gray.6", "var(--mantine-primary-color-filled)", "orange.5"] as const;
const mostAffinities = 8;

/** A bar a year, season by season. */
export function TrendsChart({ trends }: { readonly trends: AnswerOf<"readTrends"> }) {
  const t = useWords(insightsWords).trends;
  const format = useFormat();
  const { nameOf } = useCategoryNames();
  const { years, rows } = trendRows(trends.seasons);
  const data = rows.map(({ season, ...values }) => ({ season: t.seasons[season], ...values }));
  return (
    <figure role="img" aria-label={t.chart(nameOf(trends.category))} style={{ margin: 0 }}>
      <BarChart
        h={240}
        data={data}
        dataKey="season"
        withLegend
        barProps={still}
        maxBarWidth={28}
        valueFormatter={(value) => format.number(value)}
        barChartProps={{ accessibilityLayer: false }}
        series={years.map((year, at) => ({
          name: String(year),
          color: shades[at + shades.length - years.length] ?? "gray.5",
        }))}
      />
    </figure>
  );
}

interface AffinitiesChartProps {
  readonly category: string;
  readonly rows: AnswerOf<"readAffinities">["rows"];
}

/** The categories with the highest lift. */
export function AffinitiesChart({ category, rows }: AffinitiesChartProps) {
  const t = useWords(insightsWords).affinities;
  const format = useFormat();
  const { nameOf } = useCategoryNames();
  const data = rows
    .slice(0, mostAffinities)
    .map(({ other, lift }) => ({ other: nameOf(other), lift }));
  return (
    <figure role="img" aria-label={t.chart(nameOf(category))} style={{ margin: 0 }}>
      <BarChart
        h={280}
        data={data}
        dataKey="other"
        orientation="vertical"
        yAxisProps={{ width: 160 }}
        barProps={still}
        maxBarWidth={18}
        valueFormatter={(value) => format.number(value, 1)}
        barChartProps={{ accessibilityLayer: false }}
        series={[{ name: "lift", label: t.lift, color: "var(--mantine-primary-color-filled)" }]}
      />
    </figure>
  );
}

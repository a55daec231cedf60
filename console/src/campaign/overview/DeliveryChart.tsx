import "@mantine/charts/styles.css";
import { CompositeChart } from "@mantine/charts";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import { campaignWords } from "../words.ts";
import type { DeliveryPoint } from "./delivery.ts";
import { usePointLabel } from "./usePointLabel.ts";

interface ChartProps {
  readonly unit: "hour" | "day";
  readonly points: readonly DeliveryPoint[];
}

/** Bars of spend and the line of the plan. Its figures are in the table beside it: readers of screens are told so. */
export function DeliveryChart({ unit, points }: ChartProps) {
  const t = useWords(campaignWords).chart;
  const format = useFormat();
  const labelOf = usePointLabel(unit);
  const data = points.map((point) => ({
    at: labelOf(point.at),
    spend: point.spendMicros === null ? null : point.spendMicros / 1e6,
    planned: point.plannedMicros === null ? null : point.plannedMicros / 1e6,
  }));
  const [first, last] = [data[0]?.at ?? "", data.at(-1)?.at ?? ""];
  const hasPlan = data.some(({ planned }) => planned !== null);
  const planLabel = unit === "hour" ? t.planned : t.budget;
  return (
    <figure role="img" aria-label={t.describes(first, last)} style={{ margin: 0 }}>
      <CompositeChart
        h={300}
        data={data}
        dataKey="at"
        withLegend
        legendProps={{ verticalAlign: "top", height: 40 }}
        valueFormatter={(euros) => format.money(euros * 1e6)}
        yAxisProps={{ width: 70 }}
        maxBarWidth={28}
        curveType="monotone"
        withDots={false}
        composedChartProps={{ accessibilityLayer: false }}
        series={[
          {
            name: "spend",
            label: t.spend,
            color: "var(--mantine-primary-color-filled)",
            type: "bar",
          },
          ...(hasPlan
            ? [{ name: "planned", label: planLabel, color: "orange.5", type: "line" as const }]
            : []),
        ]}
      />
    </figure>
  );
}

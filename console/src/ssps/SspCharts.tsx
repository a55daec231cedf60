import "@mantine/charts/styles.css";
import { CompositeChart, LineChart } from "@mantine/charts";
import type { SspHealth } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import type { byDay } from "./rates.ts";
import { sspsWords } from "./words.ts";

const still = { isAnimationActive: false } as const;
const accent = "var(--mantine-primary-color-filled)";

/** Requests and bids of the last hour. */
export function MinuteChart({ minutes }: { readonly minutes: SspHealth["minutes"] }) {
  const t = useWords(sspsWords).health;
  const format = useFormat();
  const data = minutes.map((one) => ({
    at: format.time(one.at),
    requests: one.requestsPerSecond,
    bids: one.bidsPerSecond,
  }));
  return (
    <figure role="img" aria-label={t.chart} style={{ margin: 0 }}>
      <LineChart
        h={200}
        data={data}
        dataKey="at"
        withLegend
        withDots={false}
        lineProps={still}
        curveType="monotone"
        valueFormatter={(value) => format.number(value, 1)}
        lineChartProps={{ accessibilityLayer: false }}
        series={[
          { name: "requests", label: t.requestsSeries, color: "gray.5" },
          { name: "bids", label: t.bidsSeries, color: accent },
        ]}
      />
    </figure>
  );
}

/** What was bought and what is left of it, by day. */
export function DayChart({ days }: { readonly days: ReturnType<typeof byDay> }) {
  const t = useWords(sspsWords).spending;
  const format = useFormat();
  const data = days.map(({ day, costMicros, marginMicros }) => ({
    day: format.shortDay(day),
    cost: costMicros / 1e6,
    margin: marginMicros / 1e6,
  }));
  return (
    <figure role="img" aria-label={t.heading} style={{ margin: 0 }}>
      <CompositeChart
        h={260}
        data={data}
        dataKey="day"
        withLegend
        withDots={false}
        maxBarWidth={24}
        barProps={still}
        lineProps={still}
        yAxisProps={{ width: 70 }}
        valueFormatter={(euros) => format.money(euros * 1e6)}
        composedChartProps={{ accessibilityLayer: false }}
        series={[
          { name: "cost", label: t.cost, color: "gray.5", type: "bar" },
          { name: "margin", label: t.margin, color: accent, type: "bar" },
        ]}
      />
    </figure>
  );
}

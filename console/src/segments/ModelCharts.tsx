import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";
import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { ModelCard } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { segmentsWords } from "./words.ts";

const still = { isAnimationActive: false } as const;
const accent = "var(--mantine-primary-color-filled)";

interface ModelChartsProps {
  readonly evaluation: NonNullable<ModelCard["evaluation"]>;
}

/** How much likelier the best scored are, and whether what is predicted comes. */
export function ModelCharts({ evaluation: { deciles } }: ModelChartsProps) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" mt="lg">
      <LiftChart deciles={deciles} />
      <CalibrationChart deciles={deciles} />
    </SimpleGrid>
  );
}

type Deciles = ModelChartsProps["evaluation"]["deciles"];

function LiftChart({ deciles }: { readonly deciles: Deciles }) {
  const t = useWords(segmentsWords).card;
  const format = useFormat();
  const data = deciles.map(({ lift }, index) => ({
    tenth: String(index + 1),
    lift: lift ?? 0,
  }));
  return (
    <ChartFigure title={t.lift} text={t.liftText}>
      <BarChart
        h={220}
        data={data}
        dataKey="tenth"
        xAxisLabel={t.tenth}
        valueFormatter={(value) => `× ${format.number(value, 1)}`}
        barProps={still}
        barChartProps={{ accessibilityLayer: false }}
        referenceLines={[{ y: 1, color: "gray.6" }]}
        series={[{ name: "lift", label: t.liftSeries, color: accent }]}
      />
    </ChartFigure>
  );
}

function CalibrationChart({ deciles }: { readonly deciles: Deciles }) {
  const t = useWords(segmentsWords).card;
  const format = useFormat();
  const data = deciles.map(({ predicted, observed }, index) => ({
    tenth: String(index + 1),
    predicted,
    observed,
  }));
  return (
    <ChartFigure title={t.calibration} text={t.calibrationText}>
      <LineChart
        h={220}
        data={data}
        dataKey="tenth"
        withLegend
        xAxisLabel={t.tenth}
        valueFormatter={(value) => format.percent(value, 2)}
        lineProps={still}
        yAxisProps={{ width: 70 }}
        lineChartProps={{ accessibilityLayer: false }}
        series={[
          { name: "predicted", label: t.predicted, color: "gray.5" },
          { name: "observed", label: t.observed, color: accent },
        ]}
      />
    </ChartFigure>
  );
}

interface ChartFigureProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

function ChartFigure({ title, text, children }: ChartFigureProps) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      <figure role="img" aria-label={title} style={{ margin: 0 }}>
        {children}
      </figure>
    </Stack>
  );
}

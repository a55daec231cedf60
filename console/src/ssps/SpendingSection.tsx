import { Stack, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { SspSpending } from "../../../sdk/src/generated.ts";
import { Section } from "../ui/Section.tsx";
import { QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { byDay } from "./rates.ts";
import classes from "./ssps.module.css";
import { useSspFigures } from "./useSsp.ts";
import { sspsWords } from "./words.ts";

const DayChart = lazy(() => import("./SspCharts.tsx").then((m) => ({ default: m.DayChart })));

/** What the SSP cost, and what is left of what shops paid. */
export function SpendingSection({ name }: { readonly name: string }) {
  const t = useWords(sspsWords).spending;
  const { spending } = useSspFigures(name);
  return (
    <Section title={t.heading} text={t.period}>
      <QueryState query={spending}>{(data) => <Spending spending={data} />}</QueryState>
    </Section>
  );
}

function Spending({ spending: { totals, days } }: { readonly spending: SspSpending }) {
  const t = useWords(sspsWords).spending;
  const format = useFormat();
  if (totals.billed === 0 && totals.chargedMicros === 0) return <Text c="dimmed">{t.none}</Text>;
  const lines = [
    [t.billed, format.number(totals.billed)],
    [t.charged, format.money(totals.chargedMicros)],
    [t.cost, format.money(totals.costMicros)],
    [t.margin, format.money(totals.marginMicros)],
    [t.house, format.money(totals.houseMicros)],
  ] as const;
  return (
    <Stack gap="lg">
      <dl className={classes.sums}>
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {totals.housePermille > 0 && (
        <Text size="sm" c={totals.housePermille > 5 ? "red" : "dimmed"}>
          {t.houseHint(format.number(totals.housePermille, 1))}
        </Text>
      )}
      <Suspense fallback={<div className={classes.chartRoom} />}>
        <DayChart days={byDay(days)} />
      </Suspense>
    </Stack>
  );
}

import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queryOf } from "../api/queries.ts";
import { useCategoryNames } from "../ui/categoryNames.ts";
import { Section } from "../ui/Section.tsx";
import { QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { betterBy, type DemandForecast, demandPoints } from "./demandPoints.ts";
import { insightsWords } from "./words.ts";

const DemandChart = lazy(() =>
  import("./DemandChart.tsx").then((m) => ({ default: m.DemandChart })),
);

export interface Place {
  readonly category: string;
  /** "*" = all of France. */
  readonly departement: string;
}

interface DemandSectionProps extends Place {
  readonly actions?: React.ReactNode;
}

/** The weeks to come, with a sentence that says it all: what a shop may plan by. */
export function DemandSection({ actions, ...place }: DemandSectionProps) {
  const t = useWords(insightsWords).demand;
  const query = useQuery(queryOf("forecastDemand", place));
  const title = place.departement === "*" ? t.titleEverywhere : t.title;
  return (
    <Section title={title} actions={actions}>
      <QueryState query={query}>{(forecast) => <Told forecast={forecast} />}</QueryState>
    </Section>
  );
}

function Told({ forecast }: { readonly forecast: DemandForecast }) {
  const t = useWords(insightsWords).demand;
  const language = useLanguage();
  const format = useFormat();
  const { nameOf } = useCategoryNames();
  const better = betterBy(forecast);
  const points = demandPoints(forecast);
  return (
    <>
      <Text>{forecast.sentence[language]}</Text>
      {points.some(({ past }) => past !== null) && (
        <Suspense fallback={<Skeleton height={240} />}>
          <DemandChart points={points} label={t.chart(nameOf(forecast.category))} />
        </Suspense>
      )}
      {better !== null && (
        <Text size="sm" c="dimmed">
          {t.kept(format.percent(better, 0))}
        </Text>
      )}
    </>
  );
}

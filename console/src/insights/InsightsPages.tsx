import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { AnswerOf } from "../../../sdk/src/client.ts";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Section } from "../ui/Section.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { DemandSection, type Place } from "./DemandSection.tsx";
import { PlacePickers } from "./PlacePickers.tsx";
import { RetentionTable } from "./RetentionTable.tsx";
import { insightsWords } from "./words.ts";

const charts = () => import("./InsightCharts.tsx");
const TrendsChart = lazy(() => charts().then((m) => ({ default: m.TrendsChart })));
const AffinitiesChart = lazy(() => charts().then((m) => ({ default: m.AffinitiesChart })));

/** `/insights`: what is looked for, where, when, by whom again. */
export function Component() {
  const t = useWords(insightsWords);
  const scope = useQuery(queryOf("readInsightScope", {}));
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <QueryState query={scope}>
        {(known) =>
          known.categories.length === 0 ? (
            <EmptyState title={t.none.title} text={t.none.text} />
          ) : (
            <Insights scope={known} />
          )
        }
      </QueryState>
    </>
  );
}

function Insights({ scope }: { readonly scope: AnswerOf<"readInsightScope"> }) {
  const [place, setPlace] = useState<Place>({
    category: scope.categories[0] ?? "",
    departement: "*",
  });
  return (
    <Stack gap={48}>
      <PlacePickers {...place} scope={scope} onChange={setPlace} />
      <DemandSection {...place} />
      <Trends {...place} />
      <Affinities {...place} />
      <Retention />
    </Stack>
  );
}

function Trends(place: Place) {
  const t = useWords(insightsWords).trends;
  const query = useQuery(queryOf("readTrends", place));
  return (
    <Section title={t.title} text={t.text}>
      <QueryState query={query}>
        {(trends) => (
          <Suspense fallback={<Skeleton height={240} />}>
            <TrendsChart trends={trends} />
          </Suspense>
        )}
      </QueryState>
    </Section>
  );
}

function Affinities({ category }: Place) {
  const t = useWords(insightsWords);
  const query = useQuery(queryOf("readAffinities", { category }));
  return (
    <Section title={t.affinities.title} text={t.affinities.text}>
      <QueryState query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState title={t.none.title} text={t.none.text} />
          ) : (
            <Suspense fallback={<Skeleton height={280} />}>
              <AffinitiesChart category={category} rows={rows} />
            </Suspense>
          )
        }
      </QueryState>
    </Section>
  );
}

function Retention() {
  const t = useWords(insightsWords).retention;
  const query = useQuery(queryOf("readRetention", {}));
  return (
    <Section title={t.title} text={t.text}>
      <QueryState query={query}>{({ rows }) => <RetentionTable rows={rows} />}</QueryState>
    </Section>
  );
}

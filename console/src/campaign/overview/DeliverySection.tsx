import { SegmentedControl, Skeleton, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { Section } from "../../ui/Section.tsx";
import { EmptyState, QueryState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import { useHistory, usePacing, useReport } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";
import { DeliveryTable } from "./DeliveryTable.tsx";
import { type DeliveryPoint, dailyPlan, dayPoints, hourPoints } from "./delivery.ts";
import type { PeriodProps } from "./KeyFigures.tsx";
import { daysOf } from "./period.ts";

const DeliveryChart = lazy(() =>
  import("./DeliveryChart.tsx").then((m) => ({ default: m.DeliveryChart })),
);

const measures = "impressions,clicks,spendMicros";
/** More bars are not told apart. */
const mostBars = 92;

/** Spend against plan: a day by its hours, more by days. */
export function DeliverySection(props: PeriodProps) {
  const { from, to } = props.period;
  return from === to ? <HourSection {...props} /> : <DaySection {...props} />;
}

function HourSection({ campaign: { campaignId }, period, today }: PeriodProps) {
  const isToday = period.to === today;
  const query = useReport({
    campaignId,
    ...period,
    dimensions: "hour",
    measures,
    sort: "hour",
    isLive: isToday,
  });
  const pacing = usePacing(campaignId).data ?? null;
  const known = isToday && pacing?.day === today ? pacing : null;
  return (
    <QueryState query={query}>
      {({ rows }) => <Delivery unit="hour" points={hourPoints(rows, known)} />}
    </QueryState>
  );
}

function DaySection({ campaign, period, today }: PeriodProps) {
  const { campaignId } = campaign;
  const isLive = period.to === today;
  const query = useReport({
    campaignId,
    ...period,
    dimensions: "day",
    measures,
    limit: "800",
    isLive,
  });
  const history = useHistory(campaignId).data?.items ?? [];
  return (
    <QueryState query={query}>
      {({ rows }) => (
        <Delivery
          unit="day"
          points={dayPoints(daysOf(period), rows, dailyPlan(campaign, history))}
        />
      )}
    </QueryState>
  );
}

interface DeliveryProps {
  readonly unit: "hour" | "day";
  readonly points: readonly DeliveryPoint[];
}

function Delivery({ unit, points }: DeliveryProps) {
  const t = useWords(campaignWords).chart;
  const [view, setView] = useState("chart");
  const isEmpty = points.every(({ spendMicros, impressions, plannedMicros }) =>
    [spendMicros, impressions, plannedMicros].every((figure) => (figure ?? 0) === 0),
  );
  if (isEmpty) {
    return (
      <Section title={t.title}>
        <EmptyState title={t.empty} text={t.emptyHow} />
      </Section>
    );
  }
  return (
    <Section
      title={t.title}
      text={unit === "hour" ? t.perHour : t.perDay}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t.view}
          value={view}
          onChange={setView}
          data={[
            { value: "chart", label: t.asChart },
            { value: "table", label: t.asTable },
          ]}
        />
      }
    >
      {view === "chart" ? <Chart {...{ unit, points }} /> : <DeliveryTable {...{ unit, points }} />}
    </Section>
  );
}

function Chart({ unit, points }: DeliveryProps) {
  const t = useWords(campaignWords).chart;
  const { number } = useFormat();
  const shown = points.slice(-mostBars);
  return (
    <Suspense fallback={<Skeleton height={300} />}>
      <DeliveryChart unit={unit} points={shown} />
      {shown.length < points.length && (
        <Text size="sm" c="dimmed">
          {t.last(number(mostBars))}
        </Text>
      )}
    </Suspense>
  );
}

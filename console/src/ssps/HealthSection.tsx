import { SimpleGrid, Stack, Text } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import type { SspHealth } from "../../../sdk/src/generated.ts";
import { Section } from "../ui/Section.tsx";
import { QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { Reasons } from "./Reasons.tsx";
import { ratesOf } from "./rates.ts";
import { Qps } from "./SspListPage.tsx";
import classes from "./ssps.module.css";
import { useSspFigures } from "./useSsp.ts";
import { sspsWords } from "./words.ts";

const MinuteChart = lazy(() => import("./SspCharts.tsx").then((m) => ({ default: m.MinuteChart })));

/** How requests fare: rates, shares, and the reasons that both sides give. */
export function HealthSection({ name }: { readonly name: string }) {
  const t = useWords(sspsWords).health;
  const { health } = useSspFigures(name);
  return (
    <Section title={t.heading} text={health.data && t.note(health.data.node)}>
      <QueryState query={health}>{(data) => <Health health={data} />}</QueryState>
    </Section>
  );
}

function Health({ health }: { readonly health: SspHealth }) {
  const t = useWords(sspsWords).health;
  const words = useWords(sspsWords).reasons;
  const { lastHour, minutes } = health;
  return (
    <Stack gap="xl">
      <Tiles health={health} />
      {lastHour.requests === 0 && <Text c="dimmed">{t.quiet}</Text>}
      {minutes.length > 1 && lastHour.requests > 0 && (
        <Suspense fallback={<div className={classes.chartRoom} />}>
          <MinuteChart minutes={minutes} />
        </Suspense>
      )}
      {lastHour.requests > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
          <Reasons heading={words.losses} reasons={lastHour.losses} />
          <Reasons heading={words.noBids} reasons={lastHour.noBids} />
          <Reasons heading={words.shed} reasons={lastHour.shed} />
          <Reasons heading={words.refused} reasons={lastHour.refused} />
        </SimpleGrid>
      )}
    </Stack>
  );
}

function Tiles({ health }: { readonly health: SspHealth }) {
  const t = useWords(sspsWords);
  const format = useFormat();
  const { lastHour } = health;
  const { bidShare, winRate } = ratesOf(lastHour);
  const share = (value: number | null) => (value === null ? t.nothing : format.percent(value));
  const ms = (value: number) => t.ms(format.number(value, value < 10 ? 1 : 0));
  const { latencyMs } = lastHour;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      <Tile name={t.health.qps} value={<Qps health={health} />} />
      <Tile
        name={t.health.bids}
        value={format.number(lastHour.bids)}
        hint={t.health.bidsHint(share(bidShare))}
      />
      <Tile
        name={t.health.won}
        value={format.number(lastHour.won)}
        hint={t.health.wonHint(share(winRate))}
      />
      <Tile
        name={t.health.latency}
        value={latencyMs === null ? t.nothing : ms(latencyMs.p95)}
        hint={latencyMs === null ? "" : t.health.latencyHint(ms(latencyMs.p50), ms(latencyMs.p99))}
      />
    </SimpleGrid>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly hint?: string;
}

function Tile({ name, value, hint }: TileProps) {
  return (
    <div className={classes.tile}>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <div className={classes.value}>{value}</div>
      {hint !== undefined && (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
    </div>
  );
}

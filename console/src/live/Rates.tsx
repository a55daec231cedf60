import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { SystemReport } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { LiveChart } from "./LiveChart.tsx";
import classes from "./live.module.css";
import { liveWords } from "./words.ts";

type Latency = SystemReport["ads"]["latencyMs"];

/** How much is asked and how fast it is answered. */
export function Rates({ report }: { readonly report: SystemReport }) {
  const t = useWords(liveWords).rates;
  return (
    <section aria-label={t.heading} className={classes.rates}>
      <AdRate report={report} />
      <Fill report={report} />
      <LatencyTile
        name={t.latency}
        now={report.ads.latencyMs}
        series={report.series.map(({ adLatencyMs }) => adLatencyMs)}
      />
      <BidRate report={report} />
      <LatencyTile
        name={t.bidLatency}
        now={report.bids.latencyMs}
        series={report.series.map(({ bidLatencyMs }) => bidLatencyMs)}
      />
    </section>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly hint: ReactNode;
  readonly children: ReactNode;
}

function Tile({ name, value, hint, children }: TileProps) {
  return (
    <div className={classes.tile}>
      <Title order={2} size="h5" fw={500}>
        {name}
      </Title>
      <p className={classes.value}>{value}</p>
      <Text size="sm" c="dimmed" component="div" className={classes.hint}>
        {hint}
      </Text>
      {children}
    </div>
  );
}

function AdRate({ report: { ads, series } }: { readonly report: SystemReport }) {
  const t = useWords(liveWords).rates;
  const tell = useRate();
  const values = series.map(({ adsPerSecond }) => adsPerSecond);
  return (
    <Tile
      name={t.ads}
      value={tell(ads.requestsPerSecond)}
      hint={t.invalid(useFormat().number(ads.invalidPerSecond, 1))}
    >
      <LiveChart
        lines={[
          { values, weight: "middle", isFilled: true },
          { values: series.map(({ filledPerSecond }) => filledPerSecond), weight: "strong" },
        ]}
        label={t.chart(t.ads, tell(values.at(-1) ?? 0), tell(Math.max(0, ...values)))}
        tell={tell}
      />
    </Tile>
  );
}

function Fill({ report: { ads, series } }: { readonly report: SystemReport }) {
  const t = useWords(liveWords).rates;
  const format = useFormat();
  const shares = series.map((one) =>
    one.adsPerSecond > 0 ? Math.min(1, one.filledPerSecond / one.adsPerSecond) : null,
  );
  const tell = (share: number) => format.percent(share, 0);
  const known = shares.filter((share) => share !== null);
  return (
    <Tile
      name={t.fill}
      value={ads.fillShare === null ? t.none : format.percent(ads.fillShare)}
      hint={t.fillHint}
    >
      <LiveChart
        lines={[{ values: shares, weight: "strong" }]}
        label={t.chart(t.fill, tell(known.at(-1) ?? 0), tell(Math.max(0, ...known)))}
        tell={tell}
      />
    </Tile>
  );
}

function BidRate({ report: { bids, series } }: { readonly report: SystemReport }) {
  const t = useWords(liveWords).rates;
  const format = useFormat();
  const tell = useRate();
  const values = series.map(({ bidRequestsPerSecond }) => bidRequestsPerSecond);
  const share = (value: number | null) => (value === null ? t.none : format.percent(value));
  return (
    <Tile
      name={t.bids}
      value={tell(bids.requestsPerSecond)}
      hint={t.bidHint(share(bids.bidShare), share(bids.lateShare))}
    >
      <LiveChart
        lines={[
          { values, weight: "middle", isFilled: true },
          { values: series.map(({ bidsPerSecond }) => bidsPerSecond), weight: "strong" },
        ]}
        label={t.chart(t.bids, tell(values.at(-1) ?? 0), tell(Math.max(0, ...values)))}
        tell={tell}
      />
    </Tile>
  );
}

interface LatencyTileProps {
  readonly name: string;
  readonly now: Latency;
  readonly series: readonly Latency[];
}

function LatencyTile({ name, now, series }: LatencyTileProps) {
  const t = useWords(liveWords).rates;
  const format = useFormat();
  const ms = (value: number | null | undefined) =>
    value === null || value === undefined ? t.none : t.ms(format.number(value, value < 10 ? 1 : 0));
  const of = (which: "p50" | "p95" | "p99") => series.map((one) => one?.[which] ?? null);
  const most = Math.max(0, ...of("p99").filter((value) => value !== null));
  return (
    <Tile
      name={name}
      value={ms(now?.p50)}
      hint={
        <>
          {t.p50} · {t.p95} {ms(now?.p95)} · {t.p99} {ms(now?.p99)}
        </>
      }
    >
      <LiveChart
        lines={[
          { values: of("p99"), weight: "faint" },
          { values: of("p95"), weight: "middle" },
          { values: of("p50"), weight: "strong" },
        ]}
        label={t.chart(name, ms(of("p50").at(-1)), ms(most))}
        tell={ms}
      />
    </Tile>
  );
}

function useRate(): (value: number) => string {
  const t = useWords(liveWords).rates;
  const format = useFormat();
  return (value) => t.perSecond(format.number(value, value < 100 ? 1 : 0));
}

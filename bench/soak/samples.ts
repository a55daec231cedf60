import type { LoopFigures } from "../latency/openLoop.ts";
import type { Churn } from "./churn.ts";
import { type Trend, trendOf } from "./trend.ts";

/** What is looked at every ten seconds. */
export interface Sample {
  readonly second: number;
  readonly pagesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly errors: number;
  readonly impressions: number;
  readonly writes: number;
  readonly failedWrites: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly managementRssMb: number;
  readonly loopLagP99Ms: number;
  readonly snapshotAgeSeconds: number;
  readonly outboxUnwritten: number;
}

const columns: readonly (keyof Sample)[] = [
  "second",
  "pagesPerSecond",
  "p50Ms",
  "p99Ms",
  "maxMs",
  "errors",
  "impressions",
  "writes",
  "failedWrites",
  "rssMb",
  "heapMb",
  "managementRssMb",
  "loopLagP99Ms",
  "snapshotAgeSeconds",
  "outboxUnwritten",
];

export const csvHead = columns.join(",");

export function csvLine(sample: Sample): string {
  return columns.map((column) => Number(sample[column].toFixed(3))).join(",");
}

export function sampleOf(
  second: number,
  { latency, answeredPerSecond, errors, seen }: LoopFigures,
  { written, failed }: ReturnType<Churn["takeCount"]>,
  metrics: ReadonlyMap<string, number>,
): Sample {
  const of = (name: string): number => metrics.get(name) ?? Number.NaN;
  const { p50Ms, p99Ms, maxMs } = latency;
  return {
    second,
    pagesPerSecond: answeredPerSecond,
    p50Ms,
    p99Ms,
    maxMs,
    errors,
    impressions: seen,
    writes: written,
    failedWrites: failed,
    rssMb: of("atelier_process_resident_memory_bytes") / 1e6,
    heapMb: of("atelier_nodejs_heap_size_used_bytes") / 1e6,
    managementRssMb: of("atelier_management_process_resident_memory_bytes") / 1e6,
    loopLagP99Ms: of("atelier_nodejs_eventloop_lag_p99_seconds") * 1_000,
    snapshotAgeSeconds: of("atelier_snapshot_age_seconds"),
    outboxUnwritten: of("atelier_outbox_unwritten"),
  };
}

/** An hour's growth that may be more than this share of what is there is none that a run has shown to be flat. */
const tellableShare = 0.2;

function verdictOf({ slope, plusMinus, mean }: Trend): string {
  if (Math.abs(slope) > plusMinus) return slope > 0 ? "**grows**" : "falls";
  return plusMinus <= tellableShare * mean ? "flat" : "too noisy, or too short, to tell";
}

/** Lines about a run; the first two minutes, in which the engine compiles and caches fill, are in no trend. */
export function summaryOf(samples: readonly Sample[], warmUpSeconds = 120): readonly string[] {
  const kept = samples.filter(({ second }) => second > warmUpSeconds);
  // A process that did not answer in time has no figure.
  const trend = (read: (sample: Sample) => number): Trend => {
    const told = kept.filter((sample) => Number.isFinite(read(sample)));
    return trendOf(
      told.map(({ second }) => second / 3_600),
      told.map(read),
    );
  };
  const line = (name: string, unit: string, { slope, plusMinus, mean }: Trend): string => {
    const isFlat = verdictOf({ slope, plusMinus, mean });
    return `| ${name} | ${mean.toFixed(1)} ${unit} | ${slope.toFixed(1)} ± ${plusMinus.toFixed(1)} ${unit}/hour | ${isFlat} |`;
  };
  const sum = (read: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + read(sample), 0);
  const seconds = samples.at(-1)?.second ?? 0;
  const ages = kept.map(({ snapshotAgeSeconds }) => snapshotAgeSeconds).filter(Number.isFinite);
  const oldest = Math.max(0, ...ages);
  return [
    `${(seconds / 60).toFixed(1)} minutes, ${samples.length} samples, ${kept.length} in the trends`,
    "",
    "| | mean | slope | |",
    "| --- | ---: | ---: | --- |",
    line(
      "memory of the serving process (RSS)",
      "MB",
      trend(({ rssMb }) => rssMb),
    ),
    line(
      "… its heap",
      "MB",
      trend(({ heapMb }) => heapMb),
    ),
    line(
      "memory of management (RSS)",
      "MB",
      trend(({ managementRssMb }) => managementRssMb),
    ),
    line(
      "p50 of pages",
      "ms",
      trend(({ p50Ms }) => p50Ms),
    ),
    line(
      "p99 of pages",
      "ms",
      trend(({ p99Ms }) => p99Ms),
    ),
    "",
    `${sum(({ errors }) => errors)} errors, ${sum(({ impressions }) => impressions)} impressions, ${sum(({ writes }) => writes)} campaign writes (${(sum(({ writes }) => writes) / Math.max(1, seconds)).toFixed(0)}/s), ${sum(({ failedWrites }) => failedWrites)} of them failed; snapshot at most ${oldest.toFixed(1)} s old`,
  ];
}

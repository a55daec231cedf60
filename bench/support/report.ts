import { cpus } from "node:os";

export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server for one request, µs. */
  readonly cpuMicros: number;
}

export interface Summary extends Figures {
  /** (largest − smallest) / median of the rates. */
  readonly spread: number;
}

export interface Row {
  readonly name: string;
  readonly figures: Summary;
  readonly against: Summary | null;
}

/** Medians over the rounds. */
export function summarise(rounds: readonly Figures[]): Summary {
  const median = (read: (figures: Figures) => number): number => {
    const sorted = rounds.map(read).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  };
  const rates = rounds.map(({ perSecond }) => perSecond);
  const perSecond = median((it) => it.perSecond);
  return {
    perSecond,
    p50Ms: median((it) => it.p50Ms),
    p99Ms: median((it) => it.p99Ms),
    cpuMicros: median((it) => it.cpuMicros),
    spread: (Math.max(...rates) - Math.min(...rates)) / perSecond,
  };
}

/** A Markdown table, for docs/benchmarks.md. */
export function printTable(rows: readonly Row[]): void {
  const lines = [
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores; ${new Date().toISOString().slice(0, 10)}`,
    "",
    "| server | req/s | share of rate | CPU µs/req | share by CPU | p50 ms | p99 ms | spread |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(toLine),
  ];
  console.log(lines.join("\n"));
  const noisy = rows.filter(({ figures }) => figures.spread > 0.25).length;
  if (noisy > 0)
    console.log(
      `\nThe machine is noisy: ${noisy} of ${rows.length} rows spread by more than 25 %.`,
    );
}

function toLine({ name, figures, against }: Row): string {
  const share = (value: number | undefined) => (value === undefined ? "1" : value.toFixed(2));
  const cells = [
    name,
    figures.perSecond.toFixed(0),
    share(against === null ? undefined : figures.perSecond / against.perSecond),
    figures.cpuMicros.toFixed(1),
    share(against === null ? undefined : against.cpuMicros / figures.cpuMicros),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    `${(figures.spread * 100).toFixed(0)} %`,
  ];
  return `| ${cells.join(" | ")} |`;
}

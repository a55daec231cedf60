import { cpus, loadavg } from "node:os";
import { isDisturbed, type Noise } from "./noise.ts";

export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server for one request, µs. */
  readonly cpuMicros: number;
  /** The same with the stores that it asks (Redis, Postgres); absent = the server's alone. */
  readonly allCpuMicros?: number;
  readonly noise?: Noise;
}

export interface Summary extends Figures {
  readonly allCpuMicros: number;
  /** (largest − smallest) / median of the rates. */
  readonly spread: number;
  /** Rounds in which others were at work on the core. */
  readonly disturbed: number;
  readonly rounds: number;
}

export interface Row {
  readonly name: string;
  readonly figures: Summary;
  readonly against: Summary | null;
  /** Share of the answers that had an ad, 0 to 1; null or absent = it is no matter of ads. */
  readonly filled?: number | null;
}

/** Beyond this a row's rates say little; its shares are those of alternated rounds and say more. */
export const noisySpread = 0.25;

/** Medians over the rounds; those of undisturbed ones alone, where they are more than half. */
export function summarise(rounds: readonly Figures[]): Summary {
  const quiet = rounds.filter(({ noise }) => noise === undefined || !isDisturbed(noise));
  const counted = quiet.length * 2 > rounds.length ? quiet : rounds;
  const median = (read: (figures: Figures) => number): number => medianOf(counted.map(read));
  const rates = rounds.map(({ perSecond }) => perSecond);
  const perSecond = median((it) => it.perSecond);
  return {
    perSecond,
    p50Ms: median((it) => it.p50Ms),
    p99Ms: median((it) => it.p99Ms),
    cpuMicros: median((it) => it.cpuMicros),
    allCpuMicros: median((it) => it.allCpuMicros ?? it.cpuMicros),
    spread: (Math.max(...rates) - Math.min(...rates)) / perSecond,
    disturbed: rounds.length - quiet.length,
    rounds: rounds.length,
  };
}

/** The upper of two middles. 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Where and when, for the head of any table. */
export function machineLine(): string {
  const [oneMinute = 0, , quarter = 0] = loadavg();
  return (
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores; ` +
    `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, load ${oneMinute.toFixed(1)} (15 minutes: ${quarter.toFixed(1)})`
  );
}

/** A Markdown table, for docs/benchmarks.md. */
export function printTable(rows: readonly Row[]): void {
  const lines = [
    machineLine(),
    "",
    "| server | req/s | share of rate | CPU µs/req | share by CPU | with stores µs | p50 ms | p99 ms | filled | spread | disturbed |",
    `| --- | ${Array.from({ length: 10 }, () => "---:").join(" | ")} |`,
    ...rows.map(toLine),
  ];
  console.log(lines.join("\n"));
  const noisy = rows.filter(({ figures }) => figures.spread > noisySpread).length;
  const disturbed = rows.filter(({ figures }) => figures.disturbed * 2 >= figures.rounds).length;
  if (noisy + disturbed > 0)
    console.log(
      `\nThe machine is noisy: of ${rows.length} rows ${noisy} spread by more than ${100 * noisySpread} % (marked *), ` +
        `${disturbed} had others on their core in half of their rounds or more. Read the shares, not the rates.`,
    );
}

function toLine({ name, figures, against, filled = null }: Row): string {
  const share = (value: number | undefined) => (value === undefined ? "1" : value.toFixed(2));
  const cells = [
    name,
    figures.perSecond.toFixed(figures.perSecond < 100 ? 1 : 0),
    share(against === null ? undefined : figures.perSecond / against.perSecond),
    figures.cpuMicros.toFixed(1),
    share(against === null ? undefined : against.cpuMicros / figures.cpuMicros),
    figures.allCpuMicros.toFixed(1),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    filled === null ? "" : `${(100 * filled).toFixed(0)} %`,
    `${(figures.spread * 100).toFixed(0)} %${figures.spread > noisySpread ? " *" : ""}`,
    `${figures.disturbed} of ${figures.rounds}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

import type { Summary } from "./report.ts";
import {
  atelierRow,
  comparedRow,
  idiomaticRow,
  millionRow,
  type PlannedRow,
  usualCount,
} from "./rows.ts";
import type { SnapshotFacts } from "./snapshotFacts.ts";

/** What is aimed at, and what came of it. */
export interface Aim {
  readonly name: string;
  /** Null = not measured in this run. */
  readonly measured: number | null;
  readonly limit: number;
  readonly is: "at least" | "at most";
  readonly unit: string;
}

/** Summaries by the names of rows. */
export type Summaries = ReadonlyMap<string, Summary>;

/** Every aim of docs/benchmarks.md, with what this run has of it. Pure. */
export function aimsOf(
  summaries: Summaries,
  skewed: readonly PlannedRow[],
  facts: SnapshotFacts | null,
): readonly Aim[] {
  return [
    ...sharesOfExpress(summaries),
    ...growth(summaries, skewed),
    ...comparisons(summaries),
    ...snapshotAims(facts),
  ];
}

type Read = (summary: Summary) => number;
const byRate: Read = ({ perSecond }) => perSecond;
/** Requests a second of processor: more is better, as with rates. */
const byCpu: Read = ({ cpuMicros }) => 1e6 / cpuMicros;
const byAllCpu: Read = ({ allCpuMicros }) => 1e6 / allCpuMicros;
const byP99: Read = ({ p99Ms }) => p99Ms;

function ratio(summaries: Summaries, above: string, below: string, read: Read): number | null {
  const [one, other] = [summaries.get(above), summaries.get(below)];
  return one === undefined || other === undefined ? null : read(one) / read(other);
}

const atLeast = (name: string, measured: number | null, limit: number): Aim => ({
  name,
  measured,
  limit,
  is: "at least",
  unit: "×",
});
const atMost = (name: string, measured: number | null, limit: number, unit = "×"): Aim => ({
  name,
  measured,
  limit,
  is: "at most",
  unit,
});

function sharesOfExpress(summaries: Summaries): readonly Aim[] {
  const share = (kind: "fill" | "no-fill", read: Read) =>
    ratio(summaries, atelierRow(kind), idiomaticRow(kind), read);
  const bids = (read: Read) => ratio(summaries, atelierRow("bids"), atelierRow("fill"), read);
  return [
    atLeast("an empty answer beside Express with one GET, by rate", share("no-fill", byRate), 1),
    atLeast("the same by CPU", share("no-fill", byCpu), 1),
    atLeast("a filled answer beside Express with one GET, by rate", share("fill", byRate), 0.75),
    atLeast("the same by CPU", share("fill", byCpu), 0.75),
    atLeast("bids beside filled pages, by rate", bids(byRate), 0.9),
    atLeast("the same by CPU", bids(byCpu), 0.9),
  ];
}

function growth(summaries: Summaries, skewed: readonly PlannedRow[]): readonly Aim[] {
  const [small, large] = [atelierRow("fill", 1_000), millionRow("fill")];
  const usual = atelierRow("fill");
  // Processor time of a skewed world's request over that of the usual one's.
  const skews = skewed.flatMap(({ name }) => ratio(summaries, usual, name, byCpu) ?? []);
  return [
    atMost(
      "CPU of a filled request among 1,000,000 campaigns, over 1,000",
      ratio(summaries, small, large, byCpu),
      1.3,
    ),
    atMost("the same, p99", ratio(summaries, large, small, byP99), 2),
    atMost(
      `worst skew of ${usualCount} campaigns, CPU over the usual world's`,
      skews.length === 0 ? null : Math.max(...skews),
      3,
    ),
  ];
}

function comparisons(summaries: Summaries): readonly Aim[] {
  const over = (way: "PostGIS" | "GEOSEARCH", read: Read) =>
    ratio(summaries, atelierRow("fill"), comparedRow(way, "fill"), read);
  return [
    atLeast("over a PostGIS query a request, by rate", over("PostGIS", byRate), 10),
    atLeast("the same by CPU of all processes", over("PostGIS", byAllCpu), 10),
    atLeast("over Redis GEOSEARCH with caps, by rate", over("GEOSEARCH", byRate), 5),
    atLeast("the same by CPU of all processes", over("GEOSEARCH", byAllCpu), 5),
  ];
}

function snapshotAims(facts: SnapshotFacts | null): readonly Aim[] {
  return [
    atMost("a snapshot of 1,000,000 built in a worker", facts?.builtSeconds ?? null, 5, "s"),
    atMost("longest pause of the serving loop meanwhile", facts?.longestPauseMs ?? null, 10, "ms"),
    atMost("the same, its own work", facts?.mostOwnWorkMs ?? null, 10, "ms"),
    atMost(
      "snapshot per 100,000 campaigns beyond creatives' text",
      facts?.megabytesPer100k ?? null,
      40,
      "MB",
    ),
    atMost("one change applied", facts?.changeMs ?? null, 5, "ms"),
  ];
}

export type Verdict = "met" | "MISSED" | "not measured";

export function verdictOf({ measured, limit, is }: Aim): Verdict {
  if (measured === null || Number.isNaN(measured)) return "not measured";
  return (is === "at least" ? measured >= limit : measured <= limit) ? "met" : "MISSED";
}

/** A Markdown table of those that were measured, and how many were not. */
export function aimsTable(aims: readonly Aim[]): string {
  const measured = aims.filter((aim) => verdictOf(aim) !== "not measured");
  const unmeasured = aims.length - measured.length;
  if (measured.length === 0) return "None of the aims was measured.";
  const lines = measured.map((aim) => {
    const measured = aim.measured === null ? "" : `${digits(aim.measured)} ${aim.unit}`;
    const limit = `${aim.is === "at least" ? "≥" : "≤"} ${aim.limit} ${aim.unit}`;
    return `| ${aim.name} | ${measured} | ${limit} | ${verdictOf(aim)} |`;
  });
  return [
    "| aim | measured | limit | |",
    "| --- | ---: | ---: | --- |",
    ...lines,
    ...(unmeasured > 0 ? ["", `${unmeasured} of ${aims.length} aims were not measured.`] : []),
  ].join("\n");
}

const digits = (value: number): string => (value >= 20 ? value.toFixed(0) : value.toFixed(2));

import { sumOf } from "../../infra/lib/prices/estimate.ts";
import { type Assumption, assumedAt, assumptions } from "./assumptions.ts";
import { capacityPrices, monthOf } from "./costs.ts";
import { limitsOf } from "./limits.ts";
import figures from "./measured.json" with { type: "json" };
import { type Plan, planOf } from "./model.ts";
import type { Rates } from "./traffic.ts";

/** Once as it is, and what becomes of it. */
export const scales = [1, 10, 100] as const;

export interface Region {
  readonly name: string;
  readonly population: number;
}

/** Regions with a smaller part of the people stand together. */
const leastRegion = 0.003;
const plans = scales.map((scale) => planOf(assumedAt(scale)));
const heads = scales.map((scale) => (scale === 1 ? "leboncoin" : `${scale} ×`));

/** The tables of docs/capacity.md by their names, as Markdown. */
export function capacityTables(regions: readonly Region[]): Readonly<Record<string, string>> {
  return {
    assumptions: assumptionsTable(),
    measured: measuredTable(),
    traffic: trafficTable(),
    regions: regionsTable(regions, plans[0]!),
    needs: needsTable(),
    costs: costsTable(),
    breaks: breaksTable(),
  };
}

/** At least three digits, thousands apart: 117, 45.2, 0.119. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  const digits = size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return Number(value.toFixed(digits)).toString();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const isNumber = (cell = ""): boolean => /^[*× ]*[\d-]/.test(cell);
  const rule = head.map((_, index) => (isNumber(rows[0]?.[index]) ? "---:" : "---"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function assumptionsTable(): string {
  const shown = ({ value, as }: Assumption): string => {
    if (as === "share") return `${short(value * 100)} %`;
    return as === "factor" ? `× ${short(value)}` : short(value);
  };
  const rows = Object.values<Assumption>(assumptions).map((one) => [
    one.what,
    shown(one),
    one.origin,
  ]);
  return table(["assumption", "", "from"], rows);
}

function measuredTable(): string {
  const linked = (from: string): string => {
    const path = from.replace("docs/", "");
    return path === from ? from : `[${path.replace(/#.*$/, "")}](${path})`;
  };
  const rows = Object.values(figures).map(({ what, value, unit, from, how }) => [
    what,
    `${short(value)} ${unit}`.trim(),
    how,
    linked(from),
  ]);
  return table(["figure", "", "", "from"], rows);
}

function trafficTable(): string {
  const rates: readonly (readonly [string, keyof Rates])[] = [
    ["pages", "pages"],
    ["ad requests", "requests"],
    ["… with an ad", "filled"],
    ["ads", "ads"],
    ["impressions, views, clicks", "events"],
    ["events of activity", "activity"],
    ["bid requests", "bidRequests"],
    ["bids", "bids"],
  ];
  const rows = rates.map(([what, rate]) => [
    what,
    ...plans.flatMap(({ traffic }) => [short(traffic.mean[rate]), short(traffic.peak[rate])]),
  ]);
  return table(["a second", ...heads.flatMap((head) => [`${head}, mean`, "peak"])], rows);
}

function regionsTable(regions: readonly Region[], { traffic, serving, assumed }: Plan): string {
  const people = regions.reduce((sum, { population }) => sum + population, 0);
  const small = regions.filter(({ population }) => population < people * leastRegion);
  const others = {
    name: `the ${small.length} others`,
    population: small.reduce((sum, { population }) => sum + population, 0),
  };
  const large = regions.filter((region) => !small.includes(region));
  const rows = [...large.toSorted((a, b) => b.population - a.population), others].map(
    ({ name, population }) => {
      const part = population / people;
      return [
        name,
        `${(part * 100).toFixed(1)} %`,
        short(traffic.peak.requests * part),
        short(traffic.peak.bidRequests * part),
        short(serving.busyCores * part),
        short(assumed.campaigns * part),
      ];
    },
  );
  const head = ["region", "people", "ad requests/s", "bid requests/s", "processors", "campaigns"];
  return table(head, rows);
}

function needsTable(): string {
  const rows: readonly (readonly [string, (plan: Plan) => number, string])[] = [
    ["processors busy with serving", ({ serving }) => serving.busyCores, ""],
    ["serving processes", ({ serving }) => serving.processes, ""],
    ["**tasks of `ads`** (2 vCPU, two processes)", ({ serving }) => serving.tasks, ""],
    ["… paid, mean of a day", ({ serving }) => serving.paidTasks, ""],
    ["memory of such a task", ({ serving }) => serving.memoryGbTask, " GB"],
    ["Redis: commands, before a turn's share one", ({ redis }) => redis.commands, "/s"],
    ["Redis: threads busy", ({ redis }) => redis.busyThreads, ""],
    ["Redis: memory", ({ redis }) => redis.memoryGb, " GB"],
    ["Redis: shards by time", ({ redis }) => redis.shardsByTime, ""],
    ["Redis: shards by memory", ({ redis }) => redis.shardsByMemory, ""],
    ["**Redis shards** (r7g.large, each with a replica)", ({ redis }) => redis.shards, ""],
    ["ledger: rows", ({ ledger }) => ledger.rows, "/s"],
    ["ledger: a month on the disk", ({ ledger }) => ledger.gbMonth, " GB"],
    ["… of it the index over event ids", ({ ledger }) => ledger.keyGbMonth, " GB"],
    ["**Postgres**, primaries with a standby (r6g)", ({ ledger }) => ledger.databases, ""],
    ["… processors of each", ({ ledger }) => 2 * ledger.units, ""],
    ["… were event ids in time's order", ({ ledger }) => 2 * ledger.unitsInOrder, ""],
    ["DynamoDB: reads", ({ scores }) => scores.reads, "/s"],
    ["DynamoDB: writes a night", ({ scores }) => scores.writesMonth / 30, ""],
    ["DynamoDB: kept", ({ scores }) => scores.gb, " GB"],
    ["stream: events", ({ stream }) => stream.events, "/s"],
    ["stream: packed", ({ stream }) => stream.packedMegabytes, " MB/s"],
    ["**Kinesis shards**", ({ stream }) => stream.shards, ""],
    ["lake: JSON written a month", ({ stream }) => stream.jsonGbMonth, " GB"],
    ["lake: Parquet kept", ({ stream }) => stream.lakeGb, " GB"],
    ["answers, out, a month", ({ outGbMonth }) => outGbMonth, " GB"],
  ];
  return table(
    ["at the peak", ...heads],
    rows.map(([what, of, unit]) => [what, ...plans.map((plan) => `${short(of(plan))}${unit}`)]),
  );
}

function costsTable(): string {
  const months = plans.map(monthOf);
  const [first = []] = months;
  const rows = first.map(({ what }) => [
    what,
    ...months.map((lines) => dollars(lines.find((line) => line.what === what)?.dollars ?? 0)),
  ]);
  const { asOf, region } = capacityPrices();
  const sums = months.map((lines) => `**${dollars(sumOf(lines))}**`);
  const each = months.map((lines, index) => {
    const visitors = plans[index]!.assumed.monthlyVisitors;
    return ((sumOf(lines) / visitors) * 1_000).toFixed(2);
  });
  return table(
    [`US dollars a month, ${asOf}, ${region}`, ...heads],
    [...rows, ["**a month**", ...sums], ["a thousand visitors", ...each]],
  );
}

function dollars(amount: number): string {
  return amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en-US");
}

function breaksTable(): string {
  const rows = limitsOf(plans[0]!).map(({ what, needed, limit, unit, remedy }) => [
    what,
    `${short(needed)} ${unit}`,
    `${short(limit)} ${unit}`,
    `**${short(limit / needed)} ×**`,
    remedy,
  ]);
  return table(["what", "leboncoin needs", "ends at", "enough for", "and then"], rows);
}

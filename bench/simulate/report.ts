import type { Result } from "./conclude.ts";
import type { FreeDelivery, GroupFigures } from "./figures.ts";

/** Prints a run as Markdown, for people and for docs/simulation.md. */
export function printReport(result: Result): void {
  const { options, tally } = result;
  const flags = [
    `seed ${options.seed}`,
    `${options.processes} ad servers`,
    `${options.days} day(s) from ${options.from}`,
    `steps of ${options.tickSeconds} s`,
    ...(options.forecastError === 0 ? [] : [`traffic ${1 + options.forecastError} × its history`]),
    ...(options.shiftHours === 0 ? [] : [`traffic ${options.shiftHours} h later than its history`]),
    ...result.kills,
  ];
  const lines = [
    flags.join(", "),
    `${tally.pages} pages, ${result.ads} ads, ${tally.requests} requests in ${result.seconds.toFixed(0)} s; ${tally.lostPages} pages lost, ${tally.retriedEvents} events told again, ${result.lateImpressions} impressions after their hold, ${tally.waits} waits for spooled events`,
    "",
    "| promise | holds | |",
    "| --- | --- | --- |",
    ...result.invariants.map(
      ({ name, holds, told }) => `| ${name} | ${holds ? "yes" : "**NO**"} | ${told} |`,
    ),
    "",
    "| class of campaigns | campaign-days | supply / budget | budget € | spent € | from plan: mean | worst | delivered: mean | worst |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...result.groups.map(groupLine),
    groupLine({ ...result.judged, name: "**judged: even, supply ≥ 2**" }),
    "",
    `free over-delivery: CPM ${freeShare(result.free.cpm)}, CPC ${freeShare(result.free.cpc)}`,
    ...result.fewClicksMisses.map((miss) => `few clicks: ${miss}`),
    ...result.invariants.flatMap(({ name, examples }) =>
      examples.map((example) => `broken (${name}): ${JSON.stringify(example)}`),
    ),
  ];
  console.log(lines.join("\n"));
}

function groupLine(group: GroupFigures): string {
  const share = (value: number) => (Number.isNaN(value) ? "–" : `${(value * 100).toFixed(1)} %`);
  const cells = [
    group.name,
    group.campaignDays,
    group.supplyRatio.toFixed(1),
    (group.budgetMicros / 1e6).toFixed(2),
    (group.spentMicros / 1e6).toFixed(2),
    share(group.meanError),
    share(group.worstError),
    share(group.meanDelivery),
    share(group.worstDelivery),
  ];
  return `| ${cells.join(" | ")} |`;
}

function freeShare({ chargedMicros, freeMicros, reasons, invalid }: FreeDelivery): string {
  const told = Object.entries(reasons).map(([reason, events]) => `${events} ${reason}`);
  for (const [reason, events] of Object.entries(invalid))
    told.push(`not counted: ${events} invalid, ${reason}`);
  const share = chargedMicros === 0 ? 0 : (100 * freeMicros) / chargedMicros;
  return `${share.toFixed(3)} %${told.length === 0 ? "" : ` (${told.join(", ")})`}`;
}

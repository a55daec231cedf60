import type { Trial } from "./trialWorlds.ts";

/** Trials as a CSV in the documented format. */
export function csvOf(trials: readonly Trial[]): string {
  const rows = trials.map((of) =>
    [of.visitor, of.item, of.category, of.kind, of.value, of.timestampMs, of.place].join(","),
  );
  return `visitor,item,category,kind,value,timestamp,place\n${rows.join("\n")}\n`;
}

/** Trials as one JSON object a line, without a place where there is none. */
export function ndjsonOf(trials: readonly Trial[]): string {
  const rows = trials.map(({ timestampMs, place, ...of }) =>
    JSON.stringify({
      ...of,
      timestamp: new Date(timestampMs).toISOString(),
      ...(place === "" ? {} : { place }),
    }),
  );
  return `${rows.join("\n")}\n`;
}

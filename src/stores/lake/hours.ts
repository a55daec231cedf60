import { randomBytes } from "node:crypto";

/** An hour of UTC as event files and manifests name it: "2026-06-01T10". */
export type LakeHour = string;

const hourMs = 3_600_000;
const fileName = /^(\d{4}-\d{2}-\d{2}T\d{2})\.ndjson(?:\.retired)?$/;

/** The hour in which a time lies. */
export function hourOf(atMs: number): LakeHour {
  return new Date(atMs).toISOString().slice(0, 13);
}

/** The first millisecond of an hour; NaN for what is none. */
export function hourStartMs(hour: LakeHour): number {
  return Date.parse(`${hour}:00:00.000Z`);
}

export function hourEndMs(hour: LakeHour): number {
  return hourStartMs(hour) + hourMs;
}

/** The hour of an event file ("2026-06-01T10.ndjson", or the same with ".retired"); null for any other name. */
export function hourOfEventFile(name: string): LakeHour | null {
  const hour = fileName.exec(name)?.[1] ?? null;
  const startMs = hour === null ? Number.NaN : hourStartMs(hour);
  // "24" is the next day's midnight to the language.
  return Number.isNaN(startMs) || hourOf(startMs) !== hour ? null : hour;
}

/**
 * What the new objects of a version are named by. Two machines may make the same version at once: the one that is refused
 * must not have written over what the other one has made count.
 */
export function newStateName(version: number): string {
  return `${String(version).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;
}

/** The key of a part of an hour's partition. A new state of the partition is a new part, with a later version in its name. */
export function partKey(schema: string, hour: LakeHour, state: string): string {
  const [date, hourOfDay] = hour.split("T");
  return `${schema}/date=${date}/hour=${hourOfDay}/part-${state}.parquet`;
}

/** The key of the aggregates of a month ("2026-05"). */
export function historyKey(schema: string, month: string, state: string): string {
  return `${schema}/history/month=${month}/part-${state}.parquet`;
}

/** Those of `stored` that lie within `withinHours` of one of `hours`. */
export function hoursNear(
  stored: readonly LakeHour[],
  hours: readonly LakeHour[],
  withinHours: number,
): readonly LakeHour[] {
  const near = new Set<number>();
  for (const hour of hours)
    for (let off = -withinHours; off <= withinHours; off++)
      near.add(hourStartMs(hour) + off * hourMs);
  return stored.filter((hour) => near.has(hourStartMs(hour)));
}

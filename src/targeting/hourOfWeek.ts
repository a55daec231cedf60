const msPerHour = 3_600_000;
const msPerDay = 86_400_000;
/** Offsets of time zones change on quarters of an hour of UTC, so one is good for the whole quarter. */
const offsetLifeMs = 900_000;

interface KnownOffset {
  readonly format: Intl.DateTimeFormat;
  quarter: number;
  offsetMs: number;
}
/** A memo, not a state: the same moment and zone always give the same offset. */
const knownOffsets = new Map<string, KnownOffset>();

/**
 * The hour of the week on the wall clocks of a time zone: 0 = Monday 00:00–00:59, 167 = Sunday 23:00–23:59.
 * Days of 23 and 25 hours come out right: a skipped hour never comes, a repeated one comes twice.
 * Throws RangeError for a name that is not an IANA time zone.
 */
export function hourOfWeek(nowMs: number, timeZone: string): number {
  const localMs = nowMs + offsetMs(nowMs, timeZone);
  const weekday = (Math.floor(localMs / msPerDay) + 3) % 7; // 1 January 1970 was a Thursday
  const hour = Math.floor(localMs / msPerHour) % 24;
  return weekday * 24 + hour;
}

function offsetMs(nowMs: number, timeZone: string): number {
  const quarter = Math.floor(nowMs / offsetLifeMs);
  let known = knownOffsets.get(timeZone);
  if (known === undefined) {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    known = { format, quarter: Number.NaN, offsetMs: 0 };
    knownOffsets.set(timeZone, known);
  }
  if (known.quarter !== quarter) {
    known.offsetMs = parseOffset(known.format, nowMs);
    known.quarter = quarter;
  }
  return known.offsetMs;
}

function parseOffset(format: Intl.DateTimeFormat, nowMs: number): number {
  const name = format.formatToParts(nowMs).find((part) => part.type === "timeZoneName")?.value;
  const match = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name ?? "");
  if (match === null) throw new RangeError(`Unexpected time zone offset "${name}"`);
  const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}

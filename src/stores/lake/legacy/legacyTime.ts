import type { LegacyMapping } from "./mapping.ts";

const patterns = {
  "dd/MM/yyyy HH:mm:ss":
    /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})[ T](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2}))?$/,
  "yyyy-MM-dd HH:mm:ss":
    /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[ T](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?:\.\d+)?$/,
} as const;

/** Reads times of a legacy file: ms since 1970, null for what is none. A time that happens twice is the first of the two. */
export function createReadTime({
  format,
  timeZone,
}: LegacyMapping["occurredAt"]): (text: string) => number | null {
  const offsetOf = createOffsets(timeZone);
  return (text) => {
    if (format === "iso")
      return /[zZ]$|[+-]\d{2}:?\d{2}$/.test(text) ? finite(Date.parse(text)) : null;
    if (format === "epoch_seconds") return /^\d{1,11}$/.test(text) ? Number(text) * 1_000 : null;
    if (format === "epoch_millis") return /^\d{1,14}$/.test(text) ? Number(text) : null;
    const found = patterns[format].exec(text)?.groups;
    if (found === undefined) return null;
    const { year, month, day, hour, minute, second = "00" } = found;
    const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
    const wallMs = finite(Date.parse(iso));
    // 30 February is none, whatever the language makes of it.
    if (wallMs === null || new Date(wallMs).toISOString() !== iso) return null;
    const early = wallMs - offsetOf(wallMs - dayMs / 2);
    return offsetOf(early) === offsetOf(wallMs - dayMs / 2) ? early : wallMs - offsetOf(early);
  };
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** How far a zone's clocks are before UTC at a time, ms; looked up once an hour. */
function createOffsets(timeZone: string): (atMs: number) => number {
  const clock = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const known = new Map<number, number>();
  return (atMs) => {
    const hour = Math.floor(atMs / hourMs);
    const found = known.get(hour);
    if (found !== undefined) return found;
    const wall = Date.parse(`${clock.format(hour * hourMs).replace(" ", "T")}Z`);
    if (known.size > 50_000) known.clear();
    known.set(hour, wall - hour * hourMs);
    return wall - hour * hourMs;
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

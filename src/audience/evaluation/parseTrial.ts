/** The columns of a file of trials. */
export const trialColumns = [
  "visitor",
  "item",
  "category",
  "kind",
  "value",
  "timestamp",
  "place",
] as const;

export type TrialColumn = (typeof trialColumns)[number];

/** Columns that a file may leave out: what may be empty. */
export const optionalColumns: readonly TrialColumn[] = ["category", "kind", "place"];

/** A trial as it is read; a name that was not given is "". */
export interface ReadTrial {
  readonly visitor: string;
  readonly item: string;
  readonly category: string;
  readonly kind: string;
  readonly place: string;
  readonly outcome: 0 | 1;
  readonly timestampMs: number;
}

export interface TrialProblem {
  readonly column: TrialColumn;
  readonly rule: string;
}

/** In UTF-16 units. */
export const longestName = 256;

const earliestMs = Date.UTC(1900, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

/** Reads the values of a row, in the order of `trialColumns`: texts of CSV, or what JSON and Parquet have. */
export function parseTrial(values: readonly unknown[]): ReadTrial | TrialProblem {
  const [visitor, item, category, kind, value, timestamp, place] = values;
  const names = [nameOf(visitor), nameOf(item), nameOf(category), nameOf(kind), nameOf(place)];
  for (const [index, column] of (
    ["visitor", "item", "category", "kind", "place"] as const
  ).entries()) {
    const name = names[index];
    if (name === undefined) return { column, rule: "must be a text or a number" };
    if (name.length > longestName)
      return { column, rule: `must be at most ${longestName} characters` };
    if (name === "" && index < 2) return { column, rule: "must not be empty" };
  }
  const outcome = outcomeOf(value);
  if (outcome === null) return { column: "value", rule: "must be 0 or 1" };
  const timestampMs = timeOf(timestamp);
  if (timestampMs === null)
    return {
      column: "timestamp",
      rule: "must be a date as ISO 8601, or seconds or milliseconds since 1970, from 1900 to 2199",
    };
  return {
    visitor: names[0] ?? "",
    item: names[1] ?? "",
    category: names[2] ?? "",
    kind: names[3] ?? "",
    place: names[4] ?? "",
    outcome,
    timestampMs,
  };
}

/** Undefined for what is no name. */
function nameOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return undefined;
}

function outcomeOf(value: unknown): 0 | 1 | null {
  if (value === "1" || value === 1 || value === true || value === 1n) return 1;
  if (value === "0" || value === 0 || value === false || value === 0n) return 0;
  if (typeof value !== "string" || value.trim() === "") return null;
  const text = value.trim().toLowerCase();
  if (text === "true" || text === "false") return text === "true" ? 1 : 0;
  const number = Number(text);
  return number === 1 ? 1 : number === 0 ? 0 : null;
}

/** Date, time and zone apart; UTC where no zone is named. */
const isoDate =
  /^(\d{4}(?:-\d{2}-\d{2}|\/\d{2}\/\d{2}))(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const plainNumber = /^-?\d{1,19}(?:\.\d{1,20})?(?:e\+?\d{1,2})?$/i;

/**
 * Milliseconds since 1970. Numbers from 10^17 on are nanoseconds, from 10^14 on microseconds, from 10^11 on milliseconds, others
 * seconds; a date without a zone is UTC.
 */
function timeOf(value: unknown): number | null {
  if (value instanceof Date) return within(value.getTime());
  if (typeof value === "number" || typeof value === "bigint")
    return within(sinceEpoch(Number(value)));
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (plainNumber.test(text)) return within(sinceEpoch(Number(text)));
  const [, day, time = "00:00", zone = "Z"] = isoDate.exec(text) ?? [];
  if (day === undefined) return null;
  return within(
    Date.parse(
      `${day.replaceAll("/", "-")}T${time.replace(",", ".")}${zoneOf(zone.toUpperCase())}`,
    ),
  );
}

/** As `Date.parse` takes it: "+02" and "+0200" are "+02:00". */
function zoneOf(zone: string): string {
  if (zone === "Z" || zone === "UTC") return "Z";
  const digits = zone.replace(":", "").slice(1).padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function sinceEpoch(number: number): number {
  const size = Math.abs(number);
  if (size >= 1e17) return number / 1_000_000;
  if (size >= 1e14) return number / 1_000;
  return size >= 1e11 ? number : number * 1_000;
}

function within(timeMs: number): number | null {
  return timeMs >= earliestMs && timeMs < latestMs ? timeMs : null;
}

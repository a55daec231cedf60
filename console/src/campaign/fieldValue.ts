import type { Zone } from "../../../src/geo/types.ts";
import type { Format } from "../ui/format.ts";
import type { Campaign } from "./types.ts";
import type { FieldWords } from "./words.ts";

type Teller = (value: unknown, words: FieldWords, format: Format) => string;

/** A field's value as people say it: "5,00 €", "10 km autour d'un point", "toute la journée". Pure. */
export function fieldValue(
  field: string,
  value: unknown,
  words: FieldWords,
  format: Format,
): string {
  if (field in tellers) return tellers[field]?.(value, words, format) ?? "";
  if (value === null || value === undefined || value === "") return words.none;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") return format.number(value, 2);
  if (typeof value === "string") return quoted(value, words);
  return words.details;
}

const longestTold = 120;

const quoted = (text: string, words: FieldWords): string =>
  words.quoted(text.length > longestTold ? `${text.slice(0, longestTold)}…` : text);

const money: Teller = (value, words, format) =>
  typeof value === "number" ? format.money(value) : words.none;
const day: Teller = (value, words, format) =>
  typeof value === "string" ? format.day(value) : words.noEnd;

const oneOf =
  (group: "status" | "pacing" | "pricing" | "placeIntention" | "creativeRotation"): Teller =>
  (value, words) => {
    const known: Readonly<Record<string, string>> = words[group];
    return known[String(value)] ?? String(value);
  };

const tellers: Readonly<Record<string, Teller>> = {
  bidMicros: money,
  dailyBudgetMicros: money,
  totalBudgetMicros: money,
  startsOn: day,
  endsOn: day,
  status: oneOf("status"),
  pacing: oneOf("pacing"),
  pricing: oneOf("pricing"),
  placeIntention: oneOf("placeIntention"),
  creativeRotation: oneOf("creativeRotation"),
  zone: (value, words, format) => (isZone(value) ? zoneValue(value, words, format) : words.none),
  dayparts: (value, words, format) =>
    listed(value, words.always, (part) => daypartValue(part as Daypart, words), format),
  devices: (value, words, format) =>
    listed(value, words.allDevices, (one) => deviceValue(String(one), words), format),
  frequencyCaps: (value, words, format) =>
    listed(value, words.noCap, (cap) => capValue(cap as Cap, words, format), format),
  audience: (value, words, format) =>
    listed(value, words.everybody, (rule) => audienceValue(rule as Rule, words, format), format),
  categories: wantedAndNot,
  keywords: wantedAndNot,
  review: (value, words) => {
    const known: Readonly<Record<string, string>> = words.review;
    return known[String((value as { readonly status?: string } | null)?.status)] ?? words.details;
  },
};

function listed(
  value: unknown,
  empty: string,
  tell: (item: unknown) => string,
  format: Format,
): string {
  if (!Array.isArray(value) || value.length === 0) return empty;
  return format.list(value.map(tell));
}

type Daypart = Campaign["dayparts"][number];
type Cap = Campaign["frequencyCaps"][number];
interface Rule {
  readonly segment?: string;
  readonly segmentId?: number;
  readonly minScore: number | null;
  readonly multiplier: number | null;
}

/** A device as people call it. Pure. */
export function deviceValue(device: string, words: FieldWords): string {
  const known: Readonly<Record<string, string>> = words.devices;
  return known[device] ?? device;
}

const daypartValue = ({ weekdays, fromHour, toHour }: Daypart, words: FieldWords): string => {
  const days = weekdays.map((weekday) => words.weekdays.split(",")[weekday - 1] ?? "");
  return words.daypart(days.join(", "), `${fromHour}`, `${toHour}`);
};

function capValue(
  { maxImpressions, windowSeconds, window }: Cap,
  words: FieldWords,
  format: Format,
): string {
  const times = format.number(maxImpressions);
  if (window === "page_view" || windowSeconds === undefined) return words.capPerPage(times);
  const hours = windowSeconds / 3_600;
  return hours % 24 === 0
    ? words.capPerDays(times, format.number(hours / 24))
    : words.capPerHours(times, format.number(hours, 1));
}

function audienceValue(
  { segment, segmentId, minScore, multiplier }: Rule,
  words: FieldWords,
  format: Format,
): string {
  const name = segment ?? `n° ${segmentId}`;
  const least = minScore === null ? "" : words.atLeast(format.percent(minScore, 0));
  return `${name}${least}${multiplier === null ? "" : ` × ${format.number(multiplier, 2)}`}`;
}

function wantedAndNot(value: unknown, words: FieldWords, format: Format): string {
  const { include = [], exclude = [] } = (value ?? {}) as {
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
  };
  const wanted = include.length === 0 ? words.anyPage : format.list(include);
  return exclude.length === 0 ? wanted : words.except(wanted, format.list(exclude));
}

const isZone = (value: unknown): value is Zone =>
  typeof value === "object" && value !== null && "include" in value;

function zoneValue({ include, exclude = [] }: Zone, words: FieldWords, format: Format): string {
  const tell = (area: Zone["include"][number]): string => {
    if (area.type === "circle") return words.circle(format.distance(area.radiusMeters));
    if (area.type === "polygon") return words.polygon;
    if (area.type === "france") return words.france;
    if (area.type === "commune") return words.commune(area.inseeCode);
    if (area.type === "postalCode") return words.postalCode(area.postalCode);
    return area.type === "departement" ? words.departement(area.code) : words.region(area.code);
  };
  const inside = format.list(include.map(tell));
  return exclude.length === 0 ? inside : words.except(inside, format.list(exclude.map(tell)));
}

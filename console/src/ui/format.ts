import type { Language } from "../words/dictionary.ts";

const locales = { fr: "fr-FR", en: "en-GB" } as const;

export interface Format {
  /** Micros of a euro as euros and cents: "1 234,50 €". */
  readonly money: (micros: number) => string;
  /** Micros as whole euros, for figures that are read at a glance: "1 235 €". */
  readonly euros: (micros: number) => string;
  /** A price of one view or click, with up to four decimals: "0,125 €". */
  readonly price: (micros: number) => string;
  readonly number: (value: number, fractionDigits?: number) => string;
  /** "12,4 k", "1,2 M": for axes and tight places. */
  readonly compact: (value: number) => string;
  /** A share from 0 to 1: "0,42 %". */
  readonly percent: (share: number, fractionDigits?: number) => string;
  /** Metres as people say them: "800 m", "12 km", "2,5 km". */
  readonly distance: (meters: number) => string;
  /** A calendar day, "2026-11-23": "23 nov. 2026". */
  readonly day: (day: string) => string;
  /** A calendar day without its year: "lun. 23 nov.". */
  readonly shortDay: (day: string) => string;
  /** A calendar month, "2026-11": "novembre 2026". */
  readonly month: (month: string) => string;
  /** An instant (ISO 8601) in the reader's time zone: "23 nov. 2026, 14:05". */
  readonly dateTime: (instant: string) => string;
  /** The time of an instant: "14:05". */
  readonly time: (instant: string) => string;
  /** How long ago or in how long, in the largest unit that fits: "il y a 3 heures". */
  readonly relative: (instant: string, nowMs: number) => string;
  /** "a, b et c". */
  readonly list: (items: readonly string[]) => string;
}

const micros = 1_000_000;
const euro = { style: "currency", currency: "EUR" } as const;

/** How figures are written in a language. Pure but for the time zone of instants, which is the machine's. */
export function createFormat(language: Language): Format {
  const locale = locales[language];
  return { ...numbers(locale), ...dates(locale) };
}

function numbers(locale: string) {
  const money = new Intl.NumberFormat(locale, euro);
  const euros = new Intl.NumberFormat(locale, { ...euro, maximumFractionDigits: 0 });
  const price = new Intl.NumberFormat(locale, { ...euro, maximumFractionDigits: 4 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const decimals = (digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  const percents = (digits: number) =>
    new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits });
  const unit = (name: string, digits: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, maximumFractionDigits: digits });
  const [whole, meters, kilometers, nearKilometers] = [
    decimals(0),
    unit("meter", 0),
    unit("kilometer", 0),
    unit("kilometer", 1),
  ];
  return {
    money: (value: number) => money.format(value / micros),
    euros: (value: number) => euros.format(value / micros),
    price: (value: number) => price.format(value / micros),
    number: (value: number, digits = 0) => (digits === 0 ? whole : decimals(digits)).format(value),
    compact: (value: number) => compact.format(value),
    percent: (share: number, digits = 1) => percents(digits).format(share),
    distance: (value: number) => {
      if (value < 1_000) return meters.format(value);
      return (value < 10_000 ? nearKilometers : kilometers).format(value / 1_000);
    },
    list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
  };
}

function dates(locale: string) {
  const parts = { day: "numeric", month: "short" } as const;
  // A calendar day has no time zone: it is read and written in the same one.
  const day = new Intl.DateTimeFormat(locale, { ...parts, year: "numeric", timeZone: "UTC" });
  const shortDay = new Intl.DateTimeFormat(locale, { ...parts, weekday: "short", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(locale, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  const dateTime = new Intl.DateTimeFormat(locale, { ...parts, year: "numeric", ...clock });
  const time = new Intl.DateTimeFormat(locale, clock);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return {
    day: (value: string) => day.format(new Date(`${value}T00:00:00Z`)),
    shortDay: (value: string) => shortDay.format(new Date(`${value}T00:00:00Z`)),
    month: (value: string) => month.format(new Date(`${value}-01T00:00:00Z`)),
    dateTime: (value: string) => dateTime.format(new Date(value)),
    time: (value: string) => time.format(new Date(value)),
    relative: (value: string, nowMs: number) => {
      const [count, unit] = largestUnit((Date.parse(value) - nowMs) / 1_000);
      return relative.format(count, unit);
    },
  };
}

const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function largestUnit(seconds: number): readonly [number, Intl.RelativeTimeFormatUnit] {
  const fitting = units.find(([, size]) => Math.abs(seconds) >= size);
  return fitting === undefined
    ? [Math.trunc(seconds), "second"]
    : [Math.trunc(seconds / fitting[1]), fitting[0]];
}

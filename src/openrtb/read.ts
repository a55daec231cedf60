/** An object of a body, of which nothing is known but that it is one. */
export type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = {};

/** An object, or a list that starts with one (some exchanges, and a sample of the DSA extension, wrap it so); else null. */
export function objectOf(value: unknown): Fields | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value)) return value as Fields;
  const first: unknown = value[0];
  return typeof first === "object" && first !== null && !Array.isArray(first)
    ? (first as Fields)
    : null;
}

/** The object under `key`; an empty one where there is none. */
export function childOf(source: Fields, key: string): Fields {
  const value = source[key];
  return value === undefined ? noFields : (objectOf(value) ?? noFields);
}

/** The list under a key, of which at most `most` items are read; a single value counts as a list of one. */
export function listOf(value: unknown, most: number): readonly unknown[] {
  if (value === undefined || value === null) return noItems;
  if (!Array.isArray(value)) return [value];
  return value.length > most ? value.slice(0, most) : value;
}
const noItems: readonly unknown[] = [];

/** A text without outer blanks, cut to `most` characters; numbers are written out. Null for nothing else, and for "". */
export function textOf(value: unknown, most: number): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : null;
  if (typeof value !== "string" || value === "") return null;
  const cut = (value.length > most ? value.slice(0, most) : value).trim();
  if (cut === "") return null;
  return isCleanText(cut) ? cut : cleaned(cut);
}

function cleaned(text: string): string | null {
  const clean = text.toWellFormed().replace(/\p{Cc}/gu, "");
  return clean === "" ? null : clean;
}

/** Neither control characters (which databases refuse) nor halves of surrogate pairs (which URLs refuse). */
export function isCleanText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
    if (code >= 0xd800 && code < 0xe000) return text.isWellFormed() && !/\p{Cc}/u.test(text);
  }
  return true;
}

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i;

/** A finite number, or a text that writes one with a decimal point; else null. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.length > 40) return null;
  const text = value.trim();
  if (!decimal.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** A number without its fraction, when it is safe to count with; else null. */
export function integerOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null || Math.abs(number) > Number.MAX_SAFE_INTEGER) return null;
  return Math.trunc(number) + 0;
}

/** As `integerOf`, and 1 or more. */
export function positiveOf(value: unknown): number | null {
  const number = integerOf(value);
  return number !== null && number > 0 ? number : null;
}

/** 0 and 1, as numbers, texts or booleans; null = not said, or nothing that we understand. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== "string" || value.length > 10) return null;
  const text = value.trim().toLowerCase();
  if (text === "1" || text === "true") return true;
  return text === "0" || text === "false" ? false : null;
}

/** Texts of a list, or of one text that separates them by commas; what is no text is left out. */
export function textsOf(value: unknown, most: number, mostCharacters: number): readonly string[] {
  const texts: string[] = [];
  for (const item of listOf(splitByComma(value, most), most)) {
    const text = textOf(item, mostCharacters);
    if (text !== null) texts.push(text);
  }
  return texts;
}

/** Integers of a list, or of one text that separates them by commas; what is none is left out. */
export function integersOf(value: unknown, most: number): readonly number[] {
  if (value === undefined) return noIntegers;
  const integers: number[] = [];
  for (const item of listOf(splitByComma(value, most), most)) {
    const integer = integerOf(item);
    if (integer !== null) integers.push(integer);
  }
  return integers;
}
const noIntegers: readonly number[] = [];

/** Whether a list has more items than are read of it. */
export function isLongerThan(value: unknown, most: number): boolean {
  const list = splitByComma(value, most + 1);
  return Array.isArray(list) && list.length > most;
}

/** A text with commas as a list of at most `most`; anything else as it is. */
export function splitByComma(value: unknown, most: number): unknown {
  return typeof value === "string" && value.includes(",") ? value.split(",", most) : value;
}

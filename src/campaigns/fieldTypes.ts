import { z } from "zod";
import { limits } from "./limits.ts";

/** Makes every level of a parsed body readonly (arrays and tuples too: a mapped type keeps them what they are). */
export type DeepReadonly<T> = T extends object
  ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

/** Controls, line separators and the marks that reorder text: they hide what a reader sees or break a log line. */
const unwantedCharacters =
  /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a text of 1 to `maxCharacters` code points, or null. */
export function textProblem(text: string, maxCharacters: number): string | null {
  if (text === "") return "must not be empty";
  if (unwantedCharacters.test(text)) return "must not contain control characters";
  const characters = [...text].length;
  if (characters <= maxCharacters) return null;
  return `must have at most ${maxCharacters} characters (it has ${characters})`;
}

const tidy = (text: string): string => text.normalize("NFC").trim();

/** A line of text: normalised to NFC, trimmed, 1 to `maxCharacters` code points. */
export function lineOfText(maxCharacters: number) {
  return checkedText(tidy, (text) => textProblem(text, maxCharacters)).meta({
    minLength: 1,
    maxLength: maxCharacters,
  });
}

/** The same in lower case, for words that are compared. */
export function lowerCaseText(maxCharacters: number) {
  const normalise = (text: string): string => tidy(text.toLowerCase());
  return checkedText(normalise, (text) => textProblem(text, maxCharacters)).meta({
    minLength: 1,
    maxLength: maxCharacters,
  });
}

/** A text that `normalise` cleans (a refused one stays as it is) and `problemOf` judges. */
export function checkedText(
  normalise: (text: string) => string,
  problemOf: (text: string) => string | null,
) {
  return z
    .string()
    .overwrite(normalise)
    .superRefine((text, context) => {
      const problem = problemOf(text);
      if (problem !== null) context.addIssue({ code: "custom", message: problem });
    });
}

/** An absolute https address without credentials, in its normal ASCII form. */
export function httpsUrl() {
  return urlOf(/^https:\/\//i, "must be an https:// address");
}

/** An https address, or plain http of this very machine, for the pictures that the embedded demo draws itself. */
export function httpsOrLoopbackUrl() {
  return urlOf(
    /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/)/i,
    "must be an https:// address (http only for localhost)",
  );
}

function urlOf(allowed: RegExp, rule: string) {
  const normalise = (text: string): string => {
    const trimmed = tidy(text);
    return urlProblem(trimmed, allowed, rule) === null ? new URL(trimmed).href : trimmed;
  };
  return checkedText(normalise, (text) => urlProblem(text, allowed, rule)).meta({
    format: "uri",
    maxLength: limits.urlCharacters,
  });
}

function urlProblem(text: string, allowed: RegExp, rule: string): string | null {
  if (text.length > limits.urlCharacters) {
    return `must have at most ${limits.urlCharacters} characters`;
  }
  if (/\s/.test(text) || unwantedCharacters.test(text) || !allowed.test(text)) return rule;
  if (!URL.canParse(text)) return rule;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return "must not contain a user name or a password";
  }
  if (url.href.length > limits.urlCharacters) {
    return `must have at most ${limits.urlCharacters} characters once encoded`;
  }
  const isPublic = url.protocol === "http:" || url.hostname.includes(".");
  return isPublic ? null : "must have a public host name";
}

const categoryShape = /^[a-z0-9]+(?:[-_][a-z0-9]+)*(?:\/[a-z0-9]+(?:[-_][a-z0-9]+)*){0,4}$/;

/** A category path of up to five steps, "vehicules/voitures". */
export function categoryPath() {
  return checkedText(tidy, (text) =>
    text.length <= 100 && categoryShape.test(text)
      ? null
      : 'must be a category path such as "vehicules/voitures" of at most 100 characters',
  ).meta({ pattern: categoryShape.source, maxLength: 100 });
}

/** A list without repetitions (after normalisation) of at most `maxItems`. */
export function distinctList<Item extends z.ZodType>(item: Item, maxItems: number) {
  return z
    .array(item)
    .max(maxItems)
    .superRefine((items, context) => {
      const seen = new Set<string>();
      for (const [index, value] of items.entries()) {
        const key = JSON.stringify(value);
        if (seen.has(key)) {
          context.addIssue({ code: "custom", path: [index], message: "must not be repeated" });
        }
        seen.add(key);
      }
    })
    .meta({ uniqueItems: true });
}

/** A positive integer id of any entity. */
export function entityId() {
  return z.int().min(1).max(limits.maxId);
}

/** A calendar day "YYYY-MM-DD" that exists, between 2020 and 2100. */
export function calendarDay() {
  return checkedText(tidy, dayProblem).meta({ format: "date" });
}

function dayProblem(text: string): string | null {
  const isShaped = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = isShaped ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const exists = !Number.isNaN(instant) && new Date(instant).toISOString().slice(0, 10) === text;
  if (!exists) return 'must be a day of the calendar written "YYYY-MM-DD"';
  if (text >= limits.firstDay && text <= limits.lastDay) return null;
  return `must be between ${limits.firstDay} and ${limits.lastDay}`;
}

const instantRule = 'must be an instant such as "2026-03-01T00:00:00Z" between 2020 and 2100';

/**
 * An instant of RFC 3339, also with an offset, between 2020 and 2100 in UTC: of years and offsets that the format can write,
 * the database refuses some.
 */
export function instant() {
  return z.iso
    .datetime({ offset: true, error: instantRule, abort: true })
    .refine(isWithinDays, { error: instantRule })
    .overwrite(toUtc);
}

function toUtc(text: string): string {
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? text : new Date(timeMs).toISOString();
}

function isWithinDays(text: string): boolean {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) return false;
  const day = new Date(timeMs).toISOString().slice(0, 10);
  return day >= limits.firstDay && day <= limits.lastDay;
}

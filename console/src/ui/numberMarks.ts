import { useLanguage } from "../words/language.ts";

const marks = {
  fr: { decimalSeparator: ",", thousandSeparator: "\u202f", allowedDecimalSeparators: [",", "."] },
  en: { decimalSeparator: ".", thousandSeparator: ",", allowedDecimalSeparators: ["."] },
} as const;

/** How figures are typed in the language that is chosen: `<NumberInput {...useNumberMarks()} …/>`. */
export function useNumberMarks() {
  const { allowedDecimalSeparators, ...rest } = marks[useLanguage()];
  return { ...rest, allowedDecimalSeparators: [...allowedDecimalSeparators] };
}

/** What a number field gives as a number: while it is typed it may be a text. "" = nothing that is a number. Pure. */
export function numberOf(typed: number | string): number | "" {
  if (typeof typed === "number") return typed;
  const value = Number.parseFloat(typed.replace(/[\s\u202f\u00a0]/g, "").replace(",", "."));
  return Number.isNaN(value) ? "" : value;
}

const euros = { fr: { suffix: "\u00a0€" }, en: { prefix: "€" } } as const;

/** The same for amounts in euros, with the sign where the language has it. */
export function useEuroMarks() {
  return { ...useNumberMarks(), ...euros[useLanguage()] };
}

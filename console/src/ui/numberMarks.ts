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

const euros = { fr: { suffix: "\u00a0€" }, en: { prefix: "€" } } as const;

/** The same for amounts in euros, with the sign where the language has it. */
export function useEuroMarks() {
  return { ...useNumberMarks(), ...euros[useLanguage()] };
}

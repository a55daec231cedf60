import { useLanguage } from "../words/language.ts";
import { createFormat } from "./format.ts";

const formats = { fr: createFormat("fr"), en: createFormat("en") } as const;

/** How figures, money and dates are written in the language that is chosen: `const format = useFormat()`. */
export function useFormat() {
  return formats[useLanguage()];
}

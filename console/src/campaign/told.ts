import { type Language, setFrench } from "../words/dictionary.ts";

/** A sentence of the API in the language that is chosen, set as the console's own words are. Pure. */
export function told(
  words: { readonly fr: string; readonly en: string },
  language: Language,
): string {
  return language === "fr" ? setFrench(words.fr) : words.en;
}

import { dictionary } from "../words/dictionary.ts";
import { categoriesEn } from "../words/en/categories.ts";
import { categoriesFr } from "../words/fr/categories.ts";
import { useLanguage } from "../words/language.ts";

const names = dictionary(categoriesFr, categoriesEn);

export interface CategoryNames {
  /** What people call a category; one that is not known here keeps its code. */
  readonly nameOf: (code: string) => string;
  /** The code of what was written: a name, or a code itself. */
  readonly codeOf: (written: string) => string;
  /** All names known here, in the order of the alphabet. */
  readonly all: readonly string[];
}

/** The names of categories in the language that is chosen. */
export function useCategoryNames(): CategoryNames {
  const language = useLanguage();
  const known: Readonly<Record<string, string>> = names[language];
  return {
    nameOf: (code) => known[code] ?? code,
    codeOf: (written) =>
      Object.keys(known).find((code) => known[code] === written.trim()) ?? written,
    all: Object.values(known).toSorted((a, b) => a.localeCompare(b, language)),
  };
}

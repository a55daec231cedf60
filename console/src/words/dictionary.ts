/** The languages of the console; the first is the one of somebody who has not chosen. */
export const languages = ["fr", "en"] as const;
export type Language = (typeof languages)[number];

/** What another language must say: the same names, texts for texts, functions of the same arguments for functions. */
export type SameWords<Words> = {
  readonly [Name in keyof Words]: Words[Name] extends string
    ? string
    : Words[Name] extends (...args: infer Args) => string
      ? (...args: Args) => string
      : SameWords<Words[Name]>;
};

export type Dictionary<Words> = Readonly<Record<Language, SameWords<Words>>>;

/**
 * A feature's words in both languages. French is written with ordinary spaces and apostrophes; what typography wants
 * (narrow spaces that do not break before ; ! ? and %, hard ones before : and within « », curly apostrophes) is set here.
 */
export function dictionary<const Words extends object>(
  fr: Words,
  en: SameWords<Words>,
): Dictionary<Words> {
  return { fr: setAll(fr, setFrench) as SameWords<Words>, en: setAll(en, setEnglish) };
}

type Setter = (text: string) => string;

function setAll<Words>(words: Words, set: Setter): Words {
  const entries = Object.entries(words as object).map(([name, value]) => [
    name,
    setOne(value, set),
  ]);
  // The same names with texts for texts and functions for functions.
  return Object.fromEntries(entries) as Words;
}

function setOne(value: unknown, set: Setter): unknown {
  if (typeof value === "string") return set(value);
  if (typeof value === "function") return (...args: readonly unknown[]) => set(value(...args));
  return setAll(value, set);
}

const narrow = "\u202f";
const hard = "\u00a0";

/** French typography for a text that was written with ordinary spaces. Pure. */
export function setFrench(text: string): string {
  return text
    .replace(/ ([;!?%])/g, `${narrow}$1`)
    .replace(/ ([:»€])/g, `${hard}$1`)
    .replace(/« /g, `«${hard}`)
    .replace(/(\d) (?=\d{3}(?!\d))/g, `$1${narrow}`)
    .replace(/(\p{L})'/gu, "$1’");
}

/** Curly apostrophes for an English text. Pure. */
export function setEnglish(text: string): string {
  return text.replace(/(\p{L})'/gu, "$1’");
}

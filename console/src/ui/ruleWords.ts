import type { Language } from "../words/dictionary.ts";
import { createFormat, type Format } from "./format.ts";
import { uiWords } from "./words.ts";

type RuleWords = (typeof uiWords)["fr"]["rules"];
type Found = readonly (string | undefined)[];
type Sentence = (words: RuleWords, figure: (index: number) => string, found: Found) => string;

/** The API's rules are English; these are the ones that people meet. */
const sentences: readonly (readonly [RegExp, Sentence])[] = [
  [/^is required/, (t) => t.required],
  [/^must have at most (\d+) characters/, (t, figure) => t.longest(figure(1))],
  [/^must have at least 1 characters$/, (t) => t.required],
  [/^must have at least (\d+) characters/, (t, figure) => t.shortest(figure(1))],
  [/^must have at most (\d+) items/, (t, figure) => t.mostItems(figure(1))],
  [/^must have at least (\d+) items/, (t, figure) => t.leastItems(figure(1))],
  [/^must be at most (-?[\d.]+)$/, (t, figure) => t.atMost(figure(1))],
  [/^must be at least (-?[\d.]+)$/, (t, figure) => t.atLeast(figure(1))],
  [/from (-?[\d.]+) to (-?[\d.]+)$/, (t, figure) => t.between(figure(1), figure(2))],
  [/^must be one of (.+)$/, (t, _figure, found) => t.oneOf(found[1] ?? "")],
  [/^must be a multiple of (\d+)$/, (t, figure) => t.multipleOf(figure(1))],
  [
    /^must be (a string|a finite number|an integer|true or false|an array|an object|null)$/,
    (t) => t.kind,
  ],
  [/^is not a known/, (t) => t.unknown],
  [/^must exist$/, (t) => t.mustExist],
  [/^must (not be repeated|be unique)/, (t) => t.repeated],
  [/^must be in the future$/, (t) => t.inFuture],
  [/^must not be in the future$/, (t) => t.notInFuture],
  [/e-?mail/i, (t) => t.email],
  [/^must not have an account$/, (t) => t.account],
  [/^must be the present password$/, (t) => t.presentPassword],
  [/^must be that of an open invitation$/, (t) => t.openInvitation],
  [/there is no other administrator$/, (t) => t.lastAdmin],
  [/^must be a French postal code/, (t) => t.postalCode],
  [/^must have (\d+) digits$/, (t, figure) => t.digits(figure(1))],
  [/^must be a French VAT number/, (t) => t.vatNumber],
  [/^must be before 2\d{3}-\d\d$/, (t) => t.beforeMonth],
  [/https/, (t) => t.https],
];

const formats: Readonly<Record<Language, Format>> = {
  fr: createFormat("fr"),
  en: createFormat("en"),
};

/**
 * What the API says of one field ("must have at most 45 characters") as a sentence for people. A rule that is not known
 * here is quoted. Figures of money are micros: say them before, with `micros` true.
 */
export function ruleSentence(rule: string, language: Language, micros = false): string {
  const words = uiWords[language].rules;
  const { number, money } = formats[language];
  for (const [pattern, sentence] of sentences) {
    const found = pattern.exec(rule);
    const figure = (index: number) => {
      const value = Number(found?.[index]);
      return micros ? money(value) : number(value, 2);
    };
    if (found !== null) return sentence(words, figure, found);
  }
  return words.other(rule);
}

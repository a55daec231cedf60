import { AtelierProblem } from "../../../sdk/src/problem.ts";
import type { Language } from "../words/dictionary.ts";
import { ruleSentence } from "./ruleWords.ts";
import { uiWords } from "./words.ts";

/** Any error of a call as one sentence that says what happened and what to do. */
export function problemSentence(error: unknown, language: Language): string {
  const words = uiWords[language].problems;
  if (!(error instanceof AtelierProblem)) {
    return error instanceof Error && error.name === "TimeoutError" ? words.slow : words.offline;
  }
  switch (error.code) {
    case "invalid_body":
    case "invalid_parameter":
    case "invalid_json":
      return error.errors.length === 1
        ? `${words.invalid} ${ruleSentence(error.errors[0]?.rule ?? "", language)}`
        : words.invalid;
    case "unauthenticated":
    case "forbidden":
    case "not_found":
    case "conflict":
    case "precondition_failed":
    case "body_too_large":
    case "unsupported_media_type":
    case "too_many_requests":
      return words[error.code];
    default:
      return error.status >= 500 && error.code !== "internal" ? words.unavailable : words.internal;
  }
}

/**
 * The problems of a refused body by the form's fields. `fields` names, for each JSON pointer that a field stands for, the
 * field; a pointer below it ("/zone/include/0") counts for it too. What no field stands for is told as `rest`.
 */
export function fieldErrorsOf(
  error: unknown,
  fields: Readonly<Record<string, string>>,
  language: Language,
): { readonly fields: Readonly<Record<string, string>>; readonly rest: readonly string[] } {
  const found: Record<string, string> = {};
  const rest: string[] = [];
  for (const { pointer, rule } of error instanceof AtelierProblem ? error.errors : []) {
    const known = Object.keys(fields)
      .filter((one) => pointer === one || pointer.startsWith(`${one}/`))
      .sort((a, b) => b.length - a.length)[0];
    const sentence = ruleSentence(rule, language, /Micros$/.test(pointer));
    const field = known === undefined ? undefined : fields[known];
    if (field === undefined) rest.push(pointer === "" ? sentence : `${pointer} : ${sentence}`);
    else found[field] ??= sentence;
  }
  return { fields: found, rest };
}

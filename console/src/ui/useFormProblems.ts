import type { UseFormReturnType } from "@mantine/form";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { useLanguage } from "../words/language.ts";
import { fieldErrorsOf } from "./problemWords.ts";

/** What the API said of a form's values: beside the fields, and what is for none of them. */
export interface FormProblems {
  /** For `onError` of the write: puts what is wrong beside its field. */
  readonly onError: (error: unknown) => void;
  /** What failed besides; null = nothing did, or it stands beside a field. */
  readonly error: unknown;
  /** What is wrong with no field in particular, in sentences. */
  readonly rest: readonly string[];
}

/** Tells a form's writer what was refused. `pointers` names the form's field of each JSON pointer of the body. */
export function useFormProblems<Values>(
  form: Pick<UseFormReturnType<Values>, "setErrors">,
  problem: unknown,
  pointers: Readonly<Record<string, string>>,
): FormProblems {
  const language = useLanguage();
  const isInvalid = problem instanceof AtelierProblem && problem.errors.length > 0;
  return {
    onError: (error) => form.setErrors(fieldErrorsOf(error, pointers, language).fields),
    error: isInvalid ? null : (problem ?? null),
    rest: isInvalid ? fieldErrorsOf(problem, pointers, language).rest : [],
  };
}

import { type UseFormReturnType, useForm } from "@mantine/form";
import type { Ssp } from "../../../sdk/src/generated.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { useWrite } from "../api/queries.ts";
import { fieldErrorsOf } from "../ui/problemWords.ts";
import { toastDone } from "../ui/toasts.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { bodyOf, type SspValues, sspPointers, valuesOf } from "./sspForm.ts";
import { sspsWords } from "./words.ts";

export type SspFormState = UseFormReturnType<SspValues>;

/** The form of an SSP and its way to the API: created with its name, changed on the version that was read. */
export function useSspForm(ssp: Ssp | null, onCreated: (name: string, key: string | null) => void) {
  const t = useWords(sspsWords).form;
  const language = useLanguage();
  const form = useForm<SspValues>({ initialValues: valuesOf(ssp) });
  const create = useWrite("createSsp", ["listSsps"]);
  const change = useWrite("changeSsp", ["readSsp", "listSsps"]);
  const problem = create.error ?? change.error;
  const isInvalid = problem instanceof AtelierProblem && problem.errors.length > 0;
  const told = fieldErrorsOf(problem, sspPointers, language);
  const onError = (error: unknown) =>
    form.setErrors(fieldErrorsOf(error, sspPointers, language).fields);
  return {
    form,
    isPending: create.isPending || change.isPending,
    /** What is wrong with no field in particular. */
    error: isInvalid ? null : problem,
    rest: isInvalid ? told.rest : [],
    save(values: SspValues) {
      const body = bodyOf(values, ssp);
      if (ssp === null) {
        const input = { body: { ...body, name: values.name.trim() } };
        create.mutate(
          { input: input as Parameters<typeof create.mutate>[0]["input"] },
          { onError, onSuccess: (saved) => onCreated(saved.name, saved.key ?? null) },
        );
        return;
      }
      change.mutate(
        { input: { name: ssp.name, body }, ifVersion: ssp.version },
        { onError, onSuccess: () => toastDone(t.saved) },
      );
    },
  };
}

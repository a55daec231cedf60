import { type UseFormReturnType, useForm } from "@mantine/form";
import type { Ssp } from "../../../sdk/src/generated.ts";
import { useWrite } from "../api/queries.ts";
import { toastDone } from "../ui/toasts.ts";
import { useFormProblems } from "../ui/useFormProblems.ts";
import { useWords } from "../words/language.ts";
import { bodyOf, type SspValues, sspPointers, valuesOf } from "./sspForm.ts";
import { sspsWords } from "./words.ts";

export type SspFormState = UseFormReturnType<SspValues>;

/** The form of an SSP and its way to the API: created with its name, changed on the version that was read. */
export function useSspForm(ssp: Ssp | null, onCreated: (name: string, key: string | null) => void) {
  const t = useWords(sspsWords).form;
  const form = useForm<SspValues>({ initialValues: valuesOf(ssp) });
  const create = useWrite("createSsp", ["listSsps"]);
  const change = useWrite("changeSsp", ["readSsp", "listSsps"]);
  const { onError, error, rest } = useFormProblems(form, create.error ?? change.error, sspPointers);
  return {
    form,
    isPending: create.isPending || change.isPending,
    /** What is wrong with no field in particular. */
    error,
    rest,
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

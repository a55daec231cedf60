import type { UseFormReturnType } from "@mantine/form";
import { toastDone } from "./toasts.ts";
import { useFormProblems } from "./useFormProblems.ts";

interface FormWrite {
  readonly error: unknown;
  readonly isPending: boolean;
}

interface FormWrites<Values> {
  readonly form: Pick<UseFormReturnType<Values>, "setErrors">;
  /** What the form may end in: something new, or a change. */
  readonly writes: readonly FormWrite[];
  /** The form's field of each JSON pointer of the body. */
  readonly pointers: Readonly<Record<string, string>>;
  readonly onDone: () => void;
}

/** What becomes of a form's writes: what was refused stands beside its field, what was done is said and the form left. */
export function useFormWrites<Values>({ form, writes, pointers, onDone }: FormWrites<Values>) {
  const problem = writes.find(({ error }) => error !== null)?.error ?? null;
  const { onError, error, rest } = useFormProblems(form, problem, pointers);
  return {
    state: { isPending: writes.some(({ isPending }) => isPending), error, rest },
    onError,
    done(sentence: string) {
      toastDone(sentence);
      onDone();
    },
  };
}

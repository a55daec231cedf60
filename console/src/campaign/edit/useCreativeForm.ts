import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AtelierProblem } from "../../../../sdk/src/problem.ts";
import { api } from "../../api/client.ts";
import { fieldErrorsOf } from "../../ui/problemWords.ts";
import { toastDone } from "../../ui/toasts.ts";
import { typedSince } from "../../ui/typedSince.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import type { Creative } from "../types.ts";
import { editWords } from "../words.ts";
import {
  type CreativeForm,
  creativeBodyOf,
  creativeFields,
  creativeFormOf,
} from "./creativeForm.ts";

/** The form of one creative; a newer version of it is taken while nothing is typed. */
export function useCreativeForm(creative: Creative) {
  const t = useWords(editWords);
  const language = useLanguage();
  const readAgain = useReadAgain();
  const [base, setBase] = useState(creative);
  const [form, setForm] = useState(() => creativeFormOf(creative));
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const start = (
    from: Creative,
    formNow: (now: CreativeForm) => CreativeForm = () => creativeFormOf(from),
  ) => {
    setBase(from);
    setForm(formNow);
    setProblem(null);
  };
  const body = creativeBodyOf(base, form);
  const isDirty = Object.keys(body).length > 0;
  if (!isDirty && !isBusy && creative.version > base.version) start(creative);
  const save = () => {
    const { creativeId, version } = base;
    setBusy(true);
    api
      .changeCreative({ creativeId, body }, { ifVersion: version })
      .then((saved) => {
        start(saved, (now) => typedSince(now, form, creativeFormOf(saved)));
        toastDone(t.saved);
      })
      .catch(setProblem)
      .finally(() => {
        setBusy(false);
        readAgain();
      });
  };
  const isInvalid = problem instanceof AtelierProblem && problem.status === 422;
  return {
    form,
    set: (fields: Partial<CreativeForm>) => setForm((now) => ({ ...now, ...fields })),
    reset: () => start(creative),
    save,
    body,
    isDirty,
    isBusy,
    errors: isInvalid ? fieldErrorsOf(problem, creativeFields, language) : { fields: {}, rest: [] },
    problem: isInvalid ? null : problem,
  };
}

function useReadAgain(): () => void {
  const queryClient = useQueryClient();
  return () => {
    for (const read of ["listCreatives", "readCampaignHistory"])
      void queryClient.invalidateQueries({ queryKey: [read] });
  };
}

export type CreativeFormState = ReturnType<typeof useCreativeForm>;

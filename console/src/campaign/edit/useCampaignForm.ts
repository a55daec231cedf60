import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AtelierProblem } from "../../../../sdk/src/problem.ts";
import { api } from "../../api/client.ts";
import { fieldErrorsOf } from "../../ui/problemWords.ts";
import { typedSince } from "../../ui/typedSince.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import { differences, type FieldDifference } from "../history/changes.ts";
import type { Campaign } from "../types.ts";
import { useTellChange } from "../UndoBar.tsx";
import { useCampaignChange } from "../useCampaignChange.ts";
import { campaignWords } from "../words.ts";
import {
  bodyOf,
  type CampaignForm,
  dirtyFields,
  formFields,
  formOf,
  rebase,
} from "./campaignForm.ts";

export interface CampaignFormState {
  readonly form: CampaignForm;
  readonly set: (fields: Partial<CampaignForm>) => void;
  readonly reset: () => void;
  readonly save: () => void;
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  /** Sentences by field; what no field stands for as `rest`. */
  readonly errors: ReturnType<typeof fieldErrorsOf>;
  /** What went wrong besides; null = nothing. */
  readonly problem: unknown;
  /** What somebody else changed while this was typed; null = nothing was. */
  readonly conflict: readonly FieldDifference[] | null;
}

const noErrors = { fields: {}, rest: [] } as const;

/** The settings' form: what is typed is based on the campaign as it was read, until it is saved or put back. */
export function useCampaignForm(campaign: Campaign): CampaignFormState {
  const [base, setBase] = useState(campaign);
  const [form, setForm] = useState(() => formOf(campaign));
  const [problem, setProblem] = useState<unknown>(null);
  const [conflict, setConflict] = useState<readonly FieldDifference[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const language = useLanguage();
  const start = (
    from: Campaign,
    formNow: (now: CampaignForm) => CampaignForm = () => formOf(from),
  ) => {
    setBase(from);
    setForm(formNow);
    setProblem(null);
    setConflict(null);
  };
  const isDirty = dirtyFields(formOf(base), form).length > 0;
  // Nothing is typed: what others write is shown as it comes; never what was true before the last saving.
  if (!isDirty && !isBusy && campaign.version > base.version) start(campaign);
  const isInvalid = problem instanceof AtelierProblem && problem.status === 422;
  const takeTheirs = (theirs: Campaign) => {
    setConflict(differences(recordOf(base), recordOf(theirs)));
    // What the form holds by now, not what it held when it was sent.
    setForm((now) => rebase(now, base, theirs));
    setBase(theirs);
    setProblem(null);
  };
  const takeSaved = (saved: Campaign) => {
    start(saved, (now) => typedSince(now, form, formOf(saved)));
  };
  const write = useSave(takeSaved, takeTheirs, setProblem);
  const save = () => {
    setBusy(true);
    void write(base, form).finally(() => setBusy(false));
  };
  return {
    form,
    set: (fields) => setForm((now) => ({ ...now, ...fields })),
    reset: () => start(campaign),
    save,
    isDirty,
    isBusy,
    errors: isInvalid ? fieldErrorsOf(problem, formFields, language) : noErrors,
    problem: isInvalid ? null : problem,
    conflict,
  };
}

const recordOf = (campaign: Campaign): Readonly<Record<string, unknown>> => ({ ...campaign });

function useSave(
  takeSaved: (saved: Campaign) => void,
  takeTheirs: (theirs: Campaign) => void,
  setProblem: (problem: unknown) => void,
) {
  const t = useWords(campaignWords).undo;
  const change = useCampaignChange();
  const tell = useTellChange();
  const queryClient = useQueryClient();
  return async (base: Campaign, form: CampaignForm): Promise<void> => {
    const { campaignId } = base;
    try {
      const made = await change(base, bodyOf(base, form));
      const saved = queryClient.getQueryData<Campaign>(["readCampaign", { campaignId }]);
      if (saved !== undefined) takeSaved(saved);
      tell({ ...made, message: t.saved });
    } catch (problem) {
      const isConflict =
        problem instanceof AtelierProblem && problem.code === "precondition_failed";
      if (!isConflict) return setProblem(problem);
      const theirs = await api.readCampaign({ campaignId });
      queryClient.setQueryData(["readCampaign", { campaignId }], theirs);
      takeTheirs(theirs);
    }
  };
}

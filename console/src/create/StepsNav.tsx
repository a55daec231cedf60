import { CheckIcon, ExclamationTriangleIcon } from "@heroicons/react/16/solid";
import { VisuallyHidden } from "@mantine/core";
import { memo } from "react";
import { Link } from "react-router";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { type StepName, steps } from "./draft.ts";
import { type FieldName, stepOfField } from "./problemsOfDraft.ts";
import { createWords } from "./words.ts";

/** The five steps, each a link: whole, to be mended, or where one is. Under a hand that drags only its marks are drawn again. */
export const StepsNav = memo(function StepsNav({ current }: { readonly current: StepName }) {
  const t = useWords(createWords);
  const format = useFormat();
  return (
    <nav aria-label={t.steps.label} className={classes.steps}>
      <ol>
        {steps.map((step, index) => (
          <li key={step}>
            <Link to={`/create/${step}`} aria-current={step === current ? "step" : undefined}>
              <StepMark step={step} number={format.number(index + 1)} />
              <span className={classes.stepName}>{t.steps[step]}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
});

function StepMark({ step, number }: { readonly step: StepName; readonly number: string }) {
  const t = useWords(createWords);
  const state = useStepState(step);
  return (
    <span className={classes.stepMark} data-state={state}>
      {state === "open" && number}
      {state === "whole" && <CheckIcon width={14} />}
      {state === "wrong" && <ExclamationTriangleIcon width={14} />}
      {state !== "open" && <VisuallyHidden>{state === "whole" ? t.done : t.toMend}</VisuallyHidden>}
    </span>
  );
}

/** Wrong is what is said to be wrong; what was not reached yet is open. */
function useStepState(step: StepName): "open" | "whole" | "wrong" {
  const { problems, errorAt } = useCreating();
  const fields = (Object.keys(stepOfField) as FieldName[]).filter((it) => stepOfField[it] === step);
  if (fields.some((field) => errorAt(field) !== undefined)) return "wrong";
  const isFree = step === "summary" || step === "audience";
  return isFree || fields.some((field) => problems[field] !== undefined) ? "open" : "whole";
}

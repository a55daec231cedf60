import { useCallback, useState } from "react";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { fieldErrorsOf } from "../ui/problemWords.ts";
import { useLanguage, useWords } from "../words/language.ts";
import type { ServerErrors } from "./creating.ts";
import { type Draft, steps } from "./draft.ts";
import {
  type DraftProblems,
  type FieldName,
  fieldOfPointer,
  stepOfField,
} from "./problemsOfDraft.ts";
import { createWords } from "./words.ts";

const none: ServerErrors = { fields: {}, rest: [] };

/** What is said at which field, and when. */
export function useErrors(problems: DraftProblems) {
  const t = useWords(createWords);
  const language = useLanguage();
  const [touched, setTouched] = useState<ReadonlySet<FieldName>>(new Set());
  const [serverErrors, setServerErrors] = useState(none);
  const touch = useCallback(
    (...fields: readonly FieldName[]) => setTouched((before) => new Set([...before, ...fields])),
    [],
  );
  const tell = useCallback(
    (error: unknown, below = "") => {
      const { fields, rest } = fieldErrorsOf(placed(error, below), fieldOfPointer, language);
      setServerErrors({ fields, rest });
    },
    [language],
  );
  const forget = useCallback((patch: Partial<Draft>) => {
    const changed = fieldsIn(patch);
    setServerErrors(({ fields, rest }) => ({
      fields: Object.fromEntries(
        Object.entries(fields).filter(([field]) => !changed.includes(field as FieldName)),
      ),
      rest: changed.length > 0 ? [] : rest,
    }));
  }, []);
  const errorAt = (field: FieldName): string | undefined => {
    const code = problems[field];
    if (code !== undefined && touched.has(field)) return t.problems[code];
    return serverErrors.fields[field];
  };
  return { errorAt, touch, tell, forget, serverErrors };
}

/** The same refusal, of a body that is a part of the draft's. */
function placed(error: unknown, below: string): unknown {
  if (below === "" || !(error instanceof AtelierProblem) || error.problem === null) return error;
  const errors = error.errors.map(({ pointer, rule }) => ({ pointer: `${below}${pointer}`, rule }));
  return new AtelierProblem(error.status, { ...error.problem, errors });
}

const fieldsOfPart: Readonly<Partial<Record<keyof Draft, readonly FieldName[]>>> = {
  place: ["place", "zone", "radius"],
  pin: ["place", "zone"],
  base: ["zone", "radius", "excluded"],
  radiusMeters: ["radius", "zone"],
  corners: ["zone"],
  added: ["zone"],
  excluded: ["excluded", "zone"],
  budgetMicros: ["budget"],
  startsOn: ["startsOn", "endsOn"],
  endsOn: ["endsOn"],
  shop: ["shop", "shopName", "trade", "phone", "landingUrl", "excluded", "audience"],
  ad: ["title", "text", "callToAction", "photo", "landingUrl"],
  segments: ["audience"],
};

const fieldsIn = (patch: Partial<Draft>): readonly FieldName[] =>
  Object.keys(patch).flatMap((part) => fieldsOfPart[part as keyof Draft] ?? []);

/** The first field, in the order of the steps, that is wrong. */
export function firstOf(fields: readonly FieldName[]): FieldName | undefined {
  const place = (field: FieldName) => steps.indexOf(stepOfField[field]);
  return [...fields].sort((a, b) => place(a) - place(b))[0];
}

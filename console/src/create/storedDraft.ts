import { type Draft, newDraft, type StepName, steps } from "./draft.ts";

/**
 * A draft as it was kept, or null where there is none that can be used. Fields of another kind than expected (an older
 * console's, or somebody's play) take their first value again; dates that have passed begin today. Pure.
 */
export function parseDraft(text: string | null, today: string): Draft | null {
  const kept = readJson(text);
  if (typeof kept !== "object" || kept === null || !("version" in kept) || kept.version !== 1)
    return null;
  const draft = { ...newDraft(today), ...sameKinds(newDraft(today), kept) };
  const { startsOn, endsOn } = draft;
  const isStepKnown = (steps as readonly string[]).includes(draft.step);
  return {
    ...draft,
    step: isStepKnown ? draft.step : ("place" satisfies StepName),
    startsOn: startsOn < today ? today : startsOn,
    endsOn: endsOn < today ? newDraft(today).endsOn : endsOn,
  };
}

function readJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Of `kept` what is of the same kind as in `model`; objects field by field. */
function sameKinds(model: object, kept: object): Partial<Draft> {
  const pairs = Object.entries(kept).filter(([name, value]) => {
    if (!Object.hasOwn(model, name)) return false;
    const expected: unknown = Reflect.get(model, name);
    return expected === null || kindOf(expected) === kindOf(value);
  });
  const whole = pairs.map(([name, value]) => {
    const expected: unknown = Reflect.get(model, name);
    const isGroup = kindOf(expected) === "object" && kindOf(value) === "object";
    return [name, isGroup ? { ...Object(expected), ...sameKinds(Object(expected), value) } : value];
  });
  return Object.fromEntries(whole) as Partial<Draft>;
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "array" : value === null ? "null" : typeof value;

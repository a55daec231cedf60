import { z } from "zod";
import type { Deprecation } from "../deprecation.ts";
import type { Answer, Operation } from "./operation.ts";

/** What the description says of routes, parameters and fields that are going away. */

export const isRouteGoing = ({ deprecations = [] }: Operation): boolean =>
  deprecations.some(({ of }) => of === "route");

export const isParameterGoing = ({ deprecations = [] }: Operation, name: string): boolean =>
  deprecations.some(({ of }) => of !== "route" && "parameter" in of && of.parameter === name);

/**
 * The operation with a sentence and the headers of what of it is going away. Throws Error for a parameter or a field that it
 * does not have, and for a field that its schema does not mark. Pure.
 */
export function withDeprecations(operation: Operation): Operation {
  const { deprecations = [], description, answers } = operation;
  if (deprecations.length === 0) return operation;
  for (const { of } of deprecations) if (of !== "route") requireKnown(operation, of);
  const sentences = deprecations.map(inWords);
  return {
    ...operation,
    description: [description ?? [], sentences].flat().join(" "),
    answers: Object.fromEntries(
      Object.entries(answers).map(([status, answer]): [string, Answer] => [
        status,
        { ...answer, headers: [...(answer.headers ?? []), "Deprecation", "Sunset"] },
      ]),
    ),
  };
}

function requireKnown(operation: Operation, of: Exclude<Deprecation["of"], "route">): void {
  const { id, query, body, answers } = operation;
  if ("parameter" in of) {
    if (of.parameter in (query?.shape ?? {})) return;
    throw new Error(`${id} has no parameter ${of.parameter}`);
  }
  const schemas = [body?.schema, ...Object.values(answers).map(({ schema }) => schema)];
  const fields = schemas.flatMap((schema) =>
    schema instanceof z.ZodObject ? [schema.shape[of.field] as z.ZodType | undefined] : [],
  );
  if (fields.some((field) => field?.meta()?.deprecated === true)) return;
  throw new Error(`${id} has no field ${of.field} that its schema says to be deprecated`);
}

function inWords({ of, sunset, moreAt }: Deprecation): string {
  const what = of === "route" ? "This" : `\`${"field" in of ? of.field : of.parameter}\``;
  return `${what} may be gone from ${sunset.slice(0, 10)} on: ${moreAt}`;
}

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";
import { type FieldProblem, PublicError } from "../errors.ts";
import { type AdsBody, adsBodySchema } from "./adsBody.ts";
import { sspOfPlacement, sspPlacementPrefix } from "./sspPlacement.ts";

/** Once in a process: compiling takes a tenth of a second. What they find is read before anybody else asks. */
const compiled: {
  isValid?: ValidateFunction<AdsBody>;
  listProblems?: ValidateFunction<AdsBody>;
} = {};

/**
 * Builds the validator of `POST /v1/ads` bodies, compiled from `adsBodySchema` (zod checks the same in five times
 * the time). It returns the body unchanged, or throws PublicError `invalid_body` with every problem at once.
 */
export function createAdsBodyValidator(): (value: unknown) => AdsBody {
  compiled.isValid ??= compileSchema(false);
  const { isValid } = compiled;
  return (value) => {
    if (!isValid(value)) {
      compiled.listProblems ??= compileSchema(true);
      const { listProblems } = compiled;
      listProblems(value);
      throw invalidBody(describeErrors(listProblems.errors ?? []));
    }
    const problems = crossFieldProblems(value);
    if (problems.length > 0) throw invalidBody(problems);
    return value;
  };
}

function invalidBody(problems: readonly FieldProblem[]): PublicError {
  const [first] = problems;
  const detail =
    problems.length === 1 && first !== undefined
      ? `${first.pointer === "" ? "The body" : first.pointer} ${first.rule}.`
      : `The body breaks ${problems.length} rules.`;
  return new PublicError("invalid_body", detail, problems);
}

function compileSchema(allErrors: boolean): ValidateFunction<AdsBody> {
  // `unicode: false` counts lengths in UTF-16 units, as zod and JavaScript do, at no cost; Ajv calls it deprecated.
  const ajv = new Ajv2020({ allErrors, verbose: allErrors, unicode: false, logger: false });
  return ajv.compile<AdsBody>(z.toJSONSchema(adsBodySchema, { io: "input" }));
}

/** The rules that no JSON schema says: unique placement ids of pages, and coordinates that come in pairs. */
function crossFieldProblems(body: AdsBody): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const seen = new Set<string>();
  for (const [index, placement] of body.placements.entries()) {
    if (seen.has(placement.id)) {
      problems.push({ pointer: `/placements/${index}/id`, rule: "must be unique in the request" });
    }
    if (sspOfPlacement(placement.id) !== null) {
      const rule = `must not begin with ${sspPlacementPrefix}: these are of SSPs`;
      problems.push({ pointer: `/placements/${index}/id`, rule });
    }
    seen.add(placement.id);
  }
  return [...problems, ...pointProblems(body.place?.search)];
}

/** A point that is searched around is told whole, or not at all. */
export function pointProblems(
  search: NonNullable<AdsBody["place"]>["search"],
): readonly FieldProblem[] {
  if (search === undefined) return [];
  const { lat, lon, radiusMeters } = search;
  if (lat === undefined && lon === undefined && radiusMeters === undefined) return [];
  return Object.entries({ lat, lon, radiusMeters }).flatMap(([field, value]) =>
    value === undefined
      ? [
          {
            pointer: `/place/search/${field}`,
            rule: "is required: a point is lat, lon and radiusMeters",
          },
        ]
      : [],
  );
}

/** Ajv's errors in the words of our documentation, without the branches of a union that failed as a whole. */
function describeErrors(errors: readonly ErrorObject[]): readonly FieldProblem[] {
  const unions = errors.filter((error) => error.keyword === "anyOf");
  const own = errors.filter(
    (error) => !unions.some((union) => isInside(error, union) && error !== union),
  );
  const byKey = new Map<string, FieldProblem>();
  for (const error of own) {
    const problem = describeError(error);
    byKey.set(`${problem.pointer} ${problem.rule}`, problem);
  }
  return [...byKey.values()];
}

function isInside(error: ErrorObject, union: ErrorObject): boolean {
  return error.schemaPath.startsWith(`${union.schemaPath}/`);
}

function describeError(error: ErrorObject): FieldProblem {
  if (error.keyword === "required") {
    const missing = String(error.params.missingProperty);
    return { pointer: `${error.instancePath}/${missing}`, rule: "is required" };
  }
  return { pointer: error.instancePath, rule: ruleOf(error) };
}

function ruleOf(error: ErrorObject): string {
  const limit = String(error.params.limit);
  switch (error.keyword) {
    case "type":
      return `must be ${articleOf(String(error.params.type))}`;
    case "minimum":
      return `must be at least ${limit}`;
    case "maximum":
      return `must be at most ${limit}`;
    case "minLength":
      return `must have at least ${limit} character${limit === "1" ? "" : "s"}`;
    case "maxLength":
      return `must have at most ${limit} characters`;
    case "minItems":
    case "maxItems":
      return describedOr(
        error,
        `must have ${sideOf(error.keyword)} ${limit} item${limit === "1" ? "" : "s"}`,
      );
    case "enum":
      return `must be one of ${(error.schema as readonly string[]).join(", ")}`;
    default:
      return describedOr(error, error.message ?? error.keyword);
  }
}

function sideOf(keyword: "minItems" | "maxItems"): string {
  return keyword === "minItems" ? "at least" : "at most";
}

function articleOf(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A pattern or a union explains itself by its description in the schema. */
function describedOr(error: ErrorObject, otherwise: string): string {
  const description: unknown = error.parentSchema?.description;
  return typeof description === "string" ? `must be ${description}` : otherwise;
}

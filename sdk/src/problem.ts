import type { Problem } from "./generated.ts";

/** The stable codes of refusals; docs/errors.md explains each. */
export type ProblemCode = Problem["type"] extends `urn:atelier:problem:${infer Code}`
  ? Code
  : never;

/** A refusal: what the server said, with every problem that it found. */
export class AtelierProblem extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** What to decide by: "invalid_body", "precondition_failed" …; null where something between answered. */
  readonly code: ProblemCode | null;
  readonly problem: Problem | null;
  /** Each with a JSON pointer into the body, or the name of a parameter or header. */
  readonly errors: Problem["errors"];

  constructor(status: number, problem: Problem | null) {
    super(problem === null ? `The answer was ${status}.` : textOf(problem));
    this.name = "AtelierProblem";
    this.status = status;
    this.problem = problem;
    this.errors = problem?.errors ?? [];
    this.code = problem === null ? null : codeOf(problem);
  }
}

const prefix = "urn:atelier:problem:";

function codeOf({ type }: Problem): ProblemCode {
  // Every type begins so; a code that a newer server has made is told as it is.
  return type.slice(prefix.length) as ProblemCode;
}

function textOf({ title, detail, errors }: Problem): string {
  const told = errors.map(({ pointer, rule }) => `${pointer || "the body"} ${rule}`);
  return told.length === 0 ? `${title}: ${detail}` : `${title}: ${told.join("; ")}`;
}

/** Reads the problem of an answer that is none of success. */
export async function readProblem(response: Response): Promise<AtelierProblem> {
  const isProblem = response.headers.get("content-type")?.includes("problem+json") ?? false;
  const body: unknown = isProblem ? await response.json().catch(() => null) : null;
  if (!isProblem) await response.body?.cancel();
  return new AtelierProblem(response.status, isShaped(body) ? body : null);
}

function isShaped(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "type" in body && "errors" in body;
}

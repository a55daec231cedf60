/** One problem with one field of a request. `pointer` is a JSON pointer into the body, or the name of a query parameter or header. */
export interface FieldProblem {
  readonly pointer: string;
  readonly rule: string;
}

/** The one table of public errors: code → HTTP status and title. `docs/errors.md` is checked against it. */
export const errorTable = {
  invalid_json: { status: 400, title: "The body is not valid JSON" },
  invalid_encoding: {
    status: 400,
    title: "The body is not valid UTF-8 or its content encoding is broken",
  },
  invalid_parameter: { status: 400, title: "A query or path parameter is not valid" },
  unauthenticated: { status: 401, title: "A valid API key is needed" },
  invalid_site: { status: 401, title: "The site key is unknown or its signature is wrong" },
  forbidden: { status: 403, title: "This key may not do that" },
  origin_not_allowed: { status: 403, title: "This origin may not ask for ads of this site" },
  not_found: { status: 404, title: "Nothing is here" },
  method_not_allowed: { status: 405, title: "This method is not supported here" },
  conflict: { status: 409, title: "The request conflicts with the present state" },
  idempotency_in_progress: { status: 409, title: "The same request is being answered" },
  precondition_failed: { status: 412, title: "Somebody else changed this meanwhile" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "This content type or encoding is not supported" },
  invalid_body: { status: 422, title: "The body breaks a rule" },
  idempotency_key_reused: { status: 422, title: "This key belongs to another request" },
  too_many_requests: { status: 429, title: "This key asks too often" },
  internal: { status: 500, title: "Something failed on our side" },
  unavailable: { status: 503, title: "A store that this needs is away; try again" },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** A fault with a public face. Throw it anywhere; the one error handler in `app.ts` turns it into problem+json (RFC 9457). */
export class PublicError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly FieldProblem[];

  constructor(code: ErrorCode, detail: string, problems: readonly FieldProblem[] = []) {
    super(detail);
    this.name = "PublicError";
    this.code = code;
    this.problems = problems;
  }
}

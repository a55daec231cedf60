import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import {
  hashWrite,
  type IdempotencyStore,
  type KeptAnswer,
  openAnswer,
  readIdempotencyKey,
  sealAnswer,
} from "../campaigns/idempotency.ts";
import type { StoredApiKey } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import { apiKeyOf } from "./authenticate.ts";
import { AnswerCutError, type CapturedAnswer, captureAnswer, sendKept } from "./capturedAnswer.ts";
import { isDryRun, requireDryRunnable, toDryRunAnswer } from "./dryRun.ts";

export interface WriteScopeDeps {
  readonly answers: IdempotencyStore;
  /** Bytes that nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** Undoes the transaction of an answer that is sent all the same. */
class UndoWriteError extends Error {}

/**
 * Behind authentication and the body: a write with `Idempotency-Key` is one transaction with its answer, and a write with
 * `?dryRun=1` a transaction that is undone. Others pass. Only answers of success are kept: a refused write has changed
 * nothing, and may be tried again under its key.
 */
export function createWriteScope(deps: WriteScopeDeps): RequestHandler {
  return async (request, response, next) => {
    if (request.method === "GET" || request.method === "HEAD") return next();
    const isDry = isDryRun(request);
    requireDryRunnable(request, isDry);
    const key = isDry ? null : keyOf(request);
    if (isDry || key !== null) await answerInScope(deps, request, response, next, key);
    else next();
  };
}

/**
 * Answers a write whose answer is kept already, before anything is worked out for it; others pass, and no transaction is
 * open. For routes that work for seconds before they write; `createWriteScope` follows.
 */
export function createReplayKept(deps: WriteScopeDeps): RequestHandler {
  return async (request, response, next) => {
    const key = isDryRun(request) ? null : keyOf(request);
    if (key === null) return next();
    const write = writeOf(request, key);
    const kept = await deps.answers.inTransaction(() => replay(deps, response, write));
    if (kept === null) next();
    else sendKept(response, kept);
  };
}

async function answerInScope(
  deps: WriteScopeDeps,
  request: Request,
  response: Response,
  next: NextFunction,
  key: string | null,
): Promise<void> {
  const held: { answer: CapturedAnswer | KeptAnswer | null } = { answer: null };
  try {
    await deps.answers.inTransaction(async () => {
      const write = key === null ? null : writeOf(request, key);
      held.answer = write === null ? null : await replay(deps, response, write);
      if (held.answer !== null) return;
      const answer = await captureAnswer(response, next);
      held.answer = answer;
      if (write === null || answer.status >= 300) throw new UndoWriteError();
      await save(deps, write, answer);
    });
  } catch (error) {
    if (error instanceof AnswerCutError) return;
    if (!(error instanceof UndoWriteError)) throw afterFailure(response, error);
  }
  if (held.answer === null) throw new Error("a write ended without an answer");
  if (key === null) await sendDryRun(request, response, held.answer);
  else sendAnswer(response, held.answer);
}

/** Outside of the transaction, which held up others. */
async function sendDryRun(
  request: Request,
  response: Response,
  answer: CapturedAnswer | KeptAnswer,
): Promise<void> {
  if (!("send" in answer)) throw new Error("a dry run has no kept answer");
  const told = await toDryRunAnswer(request, answer).catch((error: unknown) => {
    throw afterFailure(response, error);
  });
  sendAnswer(response, told);
}

function sendAnswer(response: Response, answer: CapturedAnswer | KeptAnswer): void {
  if ("send" in answer) answer.send();
  else sendKept(response, answer);
}

/** What was prepared for success must not stand in the answer of a failure to commit. */
function afterFailure(response: Response, error: unknown): unknown {
  for (const name of ["location", "etag", "content-length"]) {
    if (!response.headersSent) response.removeHeader(name);
  }
  return error;
}

interface Write {
  readonly claim: { readonly owner: string; readonly key: string; readonly part: 0 };
  readonly requestHash: Buffer;
  readonly secret: string;
}

function writeOf(request: Request, key: string): Write {
  const { headers } = request;
  const requestHash = hashWrite(
    request.method,
    request.originalUrl,
    headers["if-match"] ?? "",
    // Of a body that its route reads by itself, what is known before.
    JSON.stringify(request.body ?? [headers["content-type"], headers["content-length"]]),
  );
  const owner = ownerOf(apiKeyOf(request));
  return { claim: { owner, key, part: 0 }, requestHash, secret: secretOf(request, key) };
}

/** Whose keys they are: two callers may choose the same one. */
export function ownerOf({ apiKeyId, userId }: StoredApiKey): string {
  return apiKeyId === null ? `user:${userId}` : `key:${apiKeyId}`;
}

/** What only the caller knows, of this write. */
export function secretOf({ headers }: IncomingMessage, key: string): string {
  const credential = headers.authorization ?? headers["x-api-key"] ?? headers.cookie ?? "";
  return `${String(credential)}\n${key}`;
}

/** The key of a write, null without one. Throws PublicError `invalid_parameter`. */
export function keyOf({ headers }: IncomingMessage): string | null {
  const header = headers["idempotency-key"];
  if (header === undefined) return null;
  const key = typeof header === "string" ? readIdempotencyKey(header) : null;
  if (key !== null) return key;
  throw new PublicError("invalid_parameter", "A header is not valid.", [
    { pointer: "idempotency-key", rule: "must have 1 to 255 visible ASCII characters" },
  ]);
}

async function replay(
  { answers }: WriteScopeDeps,
  response: Response,
  { claim, requestHash, secret }: Write,
): Promise<KeptAnswer | null> {
  const outcome = await answers.claim(claim, false);
  if (outcome.kind === "free") return null;
  if (outcome.kind === "in_progress") {
    response.setHeader("retry-after", "1");
    throw new PublicError("idempotency_in_progress", "The first request is still being answered.");
  }
  const kept = openKept(outcome.write, requestHash, secret);
  response.setHeader("idempotency-replayed", "true");
  return kept;
}

/** Throws PublicError `idempotency_key_reused` for the answer to another request. */
export function openKept(
  write: { readonly requestHash: Buffer; readonly sealedAnswer: Buffer },
  requestHash: Buffer,
  secret: string,
): KeptAnswer {
  const kept = write.requestHash.equals(requestHash)
    ? openAnswer(write.sealedAnswer, secret)
    : null;
  if (kept !== null) return kept;
  throw new PublicError("idempotency_key_reused", "This key was used for another request.", [
    { pointer: "idempotency-key", rule: "must be a new one for another path or body" },
  ]);
}

async function save(
  { answers, randomBytes }: WriteScopeDeps,
  { claim, requestHash, secret }: Write,
  { status, headers, body }: CapturedAnswer,
): Promise<void> {
  const sealedAnswer = sealAnswer({ status, headers, body }, secret, randomBytes(12));
  await answers.save(claim, { requestHash, sealedAnswer });
}

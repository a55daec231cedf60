import type { Request, Response } from "express";
import type { BulkResult } from "../campaigns/bulkLines.ts";
import {
  hashWrite,
  type IdempotencyStore,
  type KeptAnswer,
  sealAnswer,
} from "../campaigns/idempotency.ts";
import { apiKeyOf } from "./authenticate.ts";
import { isAllDone, toNdjson } from "./bulkCall.ts";
import { keyOf, openKept, ownerOf, secretOf } from "./writeScope.ts";

/** How the answers of this call are kept. */
export interface Keeping {
  readonly owner: string;
  readonly key: string;
  readonly requestHash: Buffer;
  readonly secret: string;
}

/** A bulk call, as far as keeping its answers goes. */
export interface KeptCall {
  readonly deps: {
    readonly answers: IdempotencyStore;
    readonly randomBytes: (count: number) => Uint8Array;
  };
  readonly keeping: Keeping | null;
}

/** Null without an Idempotency-Key. Throws PublicError `invalid_parameter`. */
export async function keepingOf(request: Request, text: string): Promise<Keeping | null> {
  const key = keyOf(request);
  if (key === null) return null;
  // Of megabytes, in another thread.
  const digest = await crypto.subtle.digest("SHA-256", Buffer.from(text));
  const body = Buffer.from(digest).toString("hex");
  return {
    owner: ownerOf(apiKeyOf(request)),
    key,
    requestHash: hashWrite(request.method, request.originalUrl, body),
    secret: secretOf(request, key),
  };
}

class UndoBulkError extends Error {}

/**
 * Writes in a transaction, together with the answer where the call has a key; where that is there already, nothing is
 * written. `isUndone` undoes what was written, and nothing is kept.
 */
export async function keepOnce(
  { deps: { answers, randomBytes }, keeping }: KeptCall,
  response: Response,
  part: number,
  write: () => Promise<{ readonly results: readonly BulkResult[]; readonly isUndone: boolean }>,
): Promise<KeptAnswer> {
  const held: { answer: KeptAnswer | null } = { answer: null };
  try {
    await answers.inTransaction(async () => {
      const claim = keeping && { owner: keeping.owner, key: keeping.key, part };
      const known = claim && (await answers.claim(claim, true));
      if (keeping && known?.kind === "done") {
        if (part === 0) response.setHeader("idempotency-replayed", "true");
        held.answer = openKept(known.write, keeping.requestHash, keeping.secret);
        return;
      }
      const { results, isUndone } = await write();
      const status = isUndone && !isAllDone(results) ? 422 : 200;
      held.answer = { status, headers: {}, body: toNdjson(results) };
      if (isUndone) throw new UndoBulkError();
      if (keeping === null || claim === null) return;
      const sealedAnswer = sealAnswer(held.answer, keeping.secret, randomBytes(12));
      await answers.save(claim, { requestHash: keeping.requestHash, sealedAnswer });
    });
  } catch (error) {
    if (!(error instanceof UndoBulkError)) throw error;
  }
  if (held.answer === null) throw new Error("a batch ended without results");
  return held.answer;
}

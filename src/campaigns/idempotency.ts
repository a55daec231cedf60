import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/** What was answered to a write, as it is repeated to whoever sends the same write again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One write of one caller; bulk calls have a part for each of their batches. */
export interface WriteClaim {
  readonly owner: string;
  readonly key: string;
  readonly part: number;
}

export interface KeptWrite {
  readonly requestHash: Buffer;
  readonly sealedAnswer: Buffer;
}

export type ClaimOutcome =
  /** Nobody has done it: whoever asked may do it now, until the transaction ends. */
  | { readonly kind: "free" }
  /** Somebody is doing it. */
  | { readonly kind: "in_progress" }
  | { readonly kind: "done"; readonly write: KeptWrite };

/** Where answers are kept, in one transaction with the writes that they answer. */
export interface IdempotencyStore {
  /** Everything that `work` writes is one transaction; a rejection undoes it. */
  inTransaction<Result>(work: () => Promise<Result>): Promise<Result>;
  /** In a transaction; holds the write until it ends. `waits`: for whoever is doing it, instead of `in_progress`. */
  claim(claim: WriteClaim, waits: boolean): Promise<ClaimOutcome>;
  /** In the transaction of the claim. */
  save(claim: WriteClaim, write: KeptWrite): Promise<void>;
}

/** Answers are kept for so long. */
export const keptAnswersMs = 24 * 3_600_000;

/**
 * The key of an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header: a string in quotes; bare ones are
 * taken too): 1 to 255 visible ASCII characters. Null for what is none. Pure.
 */
export function readIdempotencyKey(header: string): string | null {
  const text = header.trim();
  const bare =
    text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return /^[!-~]{1,255}$/.test(bare) && !bare.includes('"') ? bare : null;
}

/** A hash of all that makes a write the same write. Pure. */
export function hashWrite(...parts: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * An answer sealed with what only the caller and the request know: answers may hold secrets that are shown once, and the
 * database never holds a secret of which a hash is enough. AES-256-GCM; `iv`: twelve random bytes.
 */
export function sealAnswer(answer: KeptAnswer, secret: string, iv: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret), iv, { authTagLength: tagBytes });
  const content = Buffer.concat([cipher.update(JSON.stringify(answer), "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), content]);
}

/** The answer, or null where another secret sealed it. */
export function openAnswer(sealed: Buffer, secret: string): KeptAnswer | null {
  const iv = sealed.subarray(0, ivBytes);
  const decipher = createDecipheriv("aes-256-gcm", keyOf(secret), iv, {
    authTagLength: tagBytes,
  });
  try {
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    const content = [decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()];
    return JSON.parse(Buffer.concat(content).toString("utf8"));
  } catch {
    return null;
  }
}

function keyOf(secret: string): Buffer {
  return createHash("sha256").update(`atelier idempotent answer\n${secret}`).digest();
}

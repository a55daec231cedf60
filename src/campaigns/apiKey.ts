import { createHash } from "node:crypto";
import type { Role } from "./access.ts";

export type ApiKeyRole = Role;

export interface NewApiKey {
  readonly key: string;
  /** All that is stored of it. */
  readonly keyHash: string;
}

const keyShape = /^atl_[A-Za-z0-9_-]{43}$/;

/** A new key from 32 random bytes: "atl_" and 43 characters. Shown once; only its hash is kept. */
export function newApiKey(randomBytes: Uint8Array): NewApiKey {
  if (randomBytes.length !== 32) throw new RangeError("a key is made of 32 random bytes");
  const key = `atl_${Buffer.from(randomBytes).toString("base64url")}`;
  return { key, keyHash: sha256(key) };
}

/**
 * The SHA-256 of a key in hexadecimal, or null for what cannot be a key. A fast hash is enough: 256 random bits
 * cannot be guessed.
 */
export function hashApiKey(key: string): string | null {
  return keyShape.test(key) ? sha256(key) : null;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

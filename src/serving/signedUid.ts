import { createHmac, timingSafeEqual } from "node:crypto";
import type { Ssp } from "./bidPorts.ts";

/** An SSP's own id of a visitor, as a user sync brings it. */
export interface GivenUid {
  readonly uid: string;
  /** Until when the signature holds, seconds since 1970. */
  readonly expires: string | null;
  /** Base64url without padding. */
  readonly signature: string | null;
}

/** Signatures of a day far away would be as good as none. */
const longestUidLifeMs = 3_600_000;

/**
 * Whether an SSP says itself that this id of its own belongs to the browser that brings it: else anybody could tie anybody's
 * id to a browser of his choice, or untie it. HMAC-SHA-256 of "NAME.UID.EXPIRES", keyed by the SHA-256 of the SSP's key,
 * which is all that we keep of it. An SSP without a key can sign nothing.
 */
export function isSignedUid(
  { uid, expires, signature }: GivenUid,
  { name, keyHash }: Pick<Ssp, "name" | "keyHash">,
  nowMs: number,
): boolean {
  if (keyHash === null || signature === null || expires === null) return false;
  const leftMs = /^\d{10}$/.test(expires) ? Number(expires) * 1_000 - nowMs : -1;
  if (leftMs <= 0 || leftMs > longestUidLifeMs) return false;
  const own = createHmac("sha256", keyHash).update(`${name}.${uid}.${expires}`).digest();
  const given = Buffer.from(signature, "base64url");
  return given.length === own.length && timingSafeEqual(given, own);
}

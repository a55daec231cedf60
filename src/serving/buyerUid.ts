import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { visitorIdPattern } from "../audience/visitorKey.ts";
import { type Hmac, prepareHmac } from "../preparedHmac.ts";

/** What seals visitor ids for SSPs. */
export interface BuyerUidKey {
  readonly mac: Hmac;
  readonly stream: Hmac;
}

/** No buyer id of ours is longer: 16 bytes and a visitor id, in base64url. */
export const maxBuyerUidLength = 192;
/** The French authority's usual life of an identifier, 13 months. */
export const visitorIdLifeMs = 395 * 24 * 3_600_000;

const vectorBytes = 16;
const streamBytes = 32;
const dayMs = 24 * 3_600_000;
const ownIdShape = /^([0-9a-z]{4})\.[A-Za-z0-9_-]{22}$/;

/** Makes the key of a secret of at least 16 characters. Throws a RangeError for a weak one. */
export function buyerUidKeyFrom(secret: string): BuyerUidKey {
  if (secret.length < 16) throw new RangeError("The buyer id secret needs at least 16 characters");
  const derive = (use: string) => createHmac("sha256", secret).update(use).digest();
  return {
    mac: prepareHmac(derive("buyer id mac")),
    stream: prepareHmac(derive("buyer id stream")),
  };
}

/**
 * What an SSP may keep as our id of a visitor (`user.buyeruid`): the visitor's id, encrypted. The same for the same visitor,
 * so that the SSP's table does not grow; another for each SSP, so that two of them cannot compare theirs. Nothing is stored.
 * Authenticated encryption with a synthetic vector (as RFC 5297, with HMAC-SHA-256 for both of its parts: setting up a
 * cipher takes longer than all the rest of a bid's identity).
 */
export function sealVisitorId(visitorId: string, sspId: number, key: BuyerUidKey): string {
  const vector = vectorOf(visitorId, sspId, key);
  const sealed = xorStream(Buffer.from(visitorId, "latin1"), vector, key);
  return Buffer.concat([vector, sealed]).toString("base64url");
}

/** The visitor id of a buyer id that we gave this very SSP; null for anything else. Never throws. */
export function openBuyerUid(buyerUid: string, sspId: number, key: BuyerUidKey): string | null {
  if (buyerUid.length > maxBuyerUidLength || !/^[A-Za-z0-9_-]{23,}$/.test(buyerUid)) return null;
  const bytes = Buffer.from(buyerUid, "base64url");
  const vector = bytes.subarray(0, vectorBytes);
  const visitorId = xorStream(bytes.subarray(vectorBytes), vector, key).toString("latin1");
  if (!timingSafeEqual(vector, vectorOf(visitorId, sspId, key))) return null;
  return visitorIdPattern.test(visitorId) ? visitorId : null;
}

/** XOR with HMAC(vector | 0), HMAC(vector | 1) …: 32 bytes each, of a key of their own. */
function xorStream(text: Uint8Array, vector: Uint8Array, { stream }: BuyerUidKey): Buffer {
  const mixed = Buffer.from(text);
  const counted = Buffer.alloc(vectorBytes + 1);
  counted.set(vector);
  for (let from = 0; from < mixed.length; from += streamBytes) {
    counted[vectorBytes] = from / streamBytes;
    const pad = stream(counted);
    for (let at = from; at < Math.min(mixed.length, from + streamBytes); at++)
      mixed[at] = mixed[at]! ^ pad[at - from]!;
  }
  return mixed;
}

function vectorOf(visitorId: string, sspId: number, key: BuyerUidKey): Buffer {
  return key.mac(Buffer.from(`${sspId}\n${visitorId}`, "latin1")).subarray(0, vectorBytes);
}

/** A new visitor id of our own domain: the day on which it was made, and 16 random bytes. */
export function newVisitorId(nowMs: number, random: Uint8Array = randomBytes(16)): string {
  const day = Math.floor(nowMs / dayMs).toString(36);
  return `${day.padStart(4, "0")}.${Buffer.from(random).toString("base64url")}`;
}

/** How long a visitor id of {@link newVisitorId} may still be used, ms; 0 = it is over, or is not one of them. */
export function visitorIdLeftMs(visitorId: string, nowMs: number): number {
  const day = ownIdShape.exec(visitorId)?.[1];
  if (day === undefined) return 0;
  const madeMs = Number.parseInt(day, 36) * dayMs;
  // A day of the future is nobody's: clocks differ by less.
  return madeMs > nowMs + dayMs ? 0 : Math.max(0, madeMs + visitorIdLifeMs - nowMs);
}

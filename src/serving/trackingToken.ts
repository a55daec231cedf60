import { createHash, timingSafeEqual } from "node:crypto";
import { budgetDayFromNumber, budgetDayNumber } from "../budgets/budgetDay.ts";
import { holdIdOf } from "../budgets/holdId.ts";
import { type Hmac, prepareHmac } from "../preparedHmac.ts";
import { packedFacetsBytes, packFacets, unpackFacets } from "./packedFacets.ts";
import type { TrackingClaims } from "./ports.ts";

/** A secret that signs tokens. Keep the previous one in the list for a day after a new one is put before it. */
export interface TrackingKey {
  /** 0 to 255; written into each token. */
  readonly keyId: number;
  readonly hmac: Hmac;
}

export type VerifiedToken =
  | { readonly ok: true; readonly claims: TrackingClaims }
  /** Signed by us, but too old to count; a click may still be redirected. */
  | { readonly ok: false; readonly error: "expired"; readonly claims: TrackingClaims }
  | { readonly ok: false; readonly error: "malformed" | "forged" };

/** How long a click counts after the decision: a page may stay open in a tab. Impressions have {@link impressionLifetimeMs}. */
export const trackingLifetimeMs = 24 * 3_600_000;
/** How long an impression or a view counts after the decision: later ones are re-rendered history, not new views. */
export const impressionLifetimeMs = 3_600_000;
/** No token of ours is longer: two ids of 128 bytes, a hold id of 400 and 50 bytes of numbers, in base64url. */
export const maxTokenLength = 1_000;

const signatureBytes = 16;
const numberBytes = 37;
const shortestToken = numberBytes + 3 + signatureBytes;
/** The second one ends in what reports ask about the ad. */
const formats = { plain: 1, withFacets: 2 } as const;
const flags = { test: 1, cpc: 2, hold: 4, ownHold: 8, uuid: 16, vcpm: 32 } as const;
/** The last two bits of the same byte. */
const consentFlags = { mayMeasure: 64, pageView: 128 } as const;
const uuidBytes = 16;
const dash = 45;
/** What a character stands for; -1 for those that are no digit of a UUID. */
const hexDigits = Int8Array.from({ length: 128 }, (_, code) =>
  "0123456789abcdef".indexOf(String.fromCharCode(code)),
);
/** One token is made at a time, without a wait: numbers, four texts of at most 255 bytes, signature. */
const scratch = Buffer.alloc(numberBytes + 4 * 256 + packedFacetsBytes + signatureBytes);

/**
 * Makes a key of a secret of at least 16 bytes; its id (the first byte of the secret's SHA-256) tells a new secret's tokens
 * from an old one's. Throws a RangeError for a weak secret.
 */
export function trackingKeyFrom(secret: Uint8Array): TrackingKey {
  if (secret.length < 16) throw new RangeError("A tracking secret needs at least 16 bytes");
  const keyId = createHash("sha256").update(secret).digest()[0] ?? 0;
  return { keyId, hmac: prepareHmac(secret) };
}

/**
 * Packs and signs claims (HMAC-SHA-256, 16 bytes kept): about 120 characters, safe in a URL path. One token serves all
 * three tracking URLs of an ad. Ids of up to 255 bytes of UTF-8; throws a RangeError beyond that or for a bad budget day.
 */
export function signTrackingToken(claims: TrackingClaims, key: TrackingKey): string {
  const bodyBytes = packClaims(claims, key.keyId);
  scratch.set(signatureOf(scratch.subarray(0, bodyBytes), key), bodyBytes);
  return scratch.toString("base64url", 0, bodyBytes + signatureBytes);
}

/** Checks a token against the keys, the one it names first in the list; never throws, whatever the text. */
export function verifyTrackingToken(
  token: string,
  keys: readonly TrackingKey[],
  nowMs: number,
): VerifiedToken {
  if (token.length > maxTokenLength || !/^[A-Za-z0-9_-]+$/.test(token)) return malformed;
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < shortestToken || !isKnownFormat(bytes[0])) return malformed;
  const body = bytes.subarray(0, -signatureBytes);
  const given = bytes.subarray(-signatureBytes);
  // Two secrets may share an id by chance: each of them is tried.
  const isOurs = keys.some(
    (key) => key.keyId === body[1] && timingSafeEqual(given, signatureOf(body, key)),
  );
  if (!isOurs) return forged;
  // Unused trailing bits of base64 would let one token be written in several ways.
  if (bytes.toString("base64url") !== token) return malformed;
  const claims = unpackClaims(body);
  if (claims === null) return malformed;
  return claims.expiresAtMs <= nowMs
    ? { ok: false, error: "expired", claims }
    : { ok: true, claims };
}

const malformed: VerifiedToken = { ok: false, error: "malformed" };
const forged: VerifiedToken = { ok: false, error: "forged" };

function isKnownFormat(format: number | undefined): boolean {
  return format === formats.plain || format === formats.withFacets;
}

function signatureOf(body: Uint8Array, key: TrackingKey): Buffer {
  return key.hmac(body).subarray(0, signatureBytes);
}

/**
 * version, key, flags u8; slot u16; campaign, creative, advertiser u32; price, issued, expires u48; day u16; then three or
 * four texts, each after its length. Written into `scratch`; answers how many bytes.
 */
function packClaims(claims: TrackingClaims, keyId: number): number {
  const { decisionId, holdId, pageViewKey, facets = null } = claims;
  const ownHold = holdId !== null && holdId === holdIdOf(claims);
  const isUuid = packUuid(decisionId, numberBytes);
  scratch[0] = facets === null ? formats.plain : formats.withFacets;
  scratch[1] = keyId;
  scratch[2] =
    (claims.test ? flags.test : 0) |
    (claims.pricing === "cpc" ? flags.cpc : 0) |
    (claims.pricing === "vcpm" ? flags.vcpm : 0) |
    (holdId === null ? 0 : flags.hold) |
    (ownHold ? flags.ownHold : 0) |
    (isUuid ? flags.uuid : 0) |
    (claims.mayMeasure ? consentFlags.mayMeasure : 0) |
    (pageViewKey === null ? 0 : consentFlags.pageView);
  scratch.writeUInt16LE(claims.slot, 3);
  scratch.writeUInt32LE(claims.campaignId, 5);
  scratch.writeUInt32LE(claims.creativeId, 9);
  scratch.writeUInt32LE(claims.advertiserId, 13);
  scratch.writeUIntLE(claims.priceMicros, 17, 6);
  scratch.writeUIntLE(claims.issuedAtMs, 23, 6);
  scratch.writeUIntLE(claims.expiresAtMs, 29, 6);
  scratch.writeUInt16LE(budgetDayNumber(claims.budgetDay), 35);
  let at = isUuid ? numberBytes + 1 + uuidBytes : packText(decisionId, numberBytes);
  at = packText(claims.placementId, at);
  at = packText(ownHold ? "" : (holdId ?? ""), at);
  if (pageViewKey !== null) at = packText(pageViewKey, at);
  if (facets === null) return at;
  packFacets(facets, scratch, at);
  return at + packedFacetsBytes;
}

/** A text after its length, one byte; answers where the next begins. Throws a RangeError beyond 255 bytes. */
function packText(text: string, at: number): number {
  // No character takes more than three bytes.
  if (text.length > 85) scratch.writeUInt8(Buffer.byteLength(text), at);
  const length = text === "" ? 0 : scratch.write(text, at + 1);
  scratch[at] = length;
  return at + 1 + length;
}

/** A UUID's 16 bytes after their number; false (and something written) for anything but a UUID in lower case. */
function packUuid(text: string, at: number): boolean {
  if (text.length !== 36) return false;
  let to = at + 1;
  for (let from = 0; from < 36; from += 2) {
    if (from === 8 || from === 13 || from === 18 || from === 23) {
      if (text.charCodeAt(from) !== dash) return false;
      from++;
    }
    const high = hexDigits[text.charCodeAt(from)] ?? -1;
    const low = hexDigits[text.charCodeAt(from + 1)] ?? -1;
    if (high < 0 || low < 0) return false;
    scratch[to++] = high * 16 + low;
  }
  scratch[at] = uuidBytes;
  return true;
}

/** The claims of a body that we signed; null when it is not one of ours after all. */
function unpackClaims(whole: Buffer): TrackingClaims | null {
  const facetsBytes = whole[0] === formats.withFacets ? packedFacetsBytes : 0;
  const body = whole.subarray(0, whole.length - facetsBytes);
  const texts = readTexts(body);
  if (texts === null) return null;
  const [decision, placement, hold, pageView] = texts;
  const bits = body[2] ?? 0;
  const namesPageView = (bits & consentFlags.pageView) !== 0;
  if (namesPageView !== (pageView !== undefined)) return null;
  const identity = {
    decisionId: (bits & flags.uuid) !== 0 ? toUuid(decision) : decision.toString("utf8"),
    slot: body.readUInt16LE(3),
    campaignId: body.readUInt32LE(5),
    advertiserId: body.readUInt32LE(13),
  };
  const givenHold = (bits & flags.hold) !== 0 ? hold.toString("utf8") : null;
  return {
    ...identity,
    creativeId: body.readUInt32LE(9),
    placementId: placement.toString("utf8"),
    pricing: pricingOf(bits),
    priceMicros: body.readUIntLE(17, 6),
    holdId: (bits & flags.ownHold) !== 0 ? holdIdOf(identity) : givenHold,
    budgetDay: budgetDayFromNumber(body.readUInt16LE(35)),
    issuedAtMs: body.readUIntLE(23, 6),
    expiresAtMs: body.readUIntLE(29, 6),
    test: (bits & flags.test) !== 0,
    mayMeasure: (bits & consentFlags.mayMeasure) !== 0,
    pageViewKey: pageView?.toString("utf8") ?? null,
    ...(facetsBytes === 0 ? {} : { facets: unpackFacets(whole, body.length) }),
  };
}

function pricingOf(bits: number): TrackingClaims["pricing"] {
  if ((bits & flags.cpc) !== 0) return "cpc";
  return (bits & flags.vcpm) !== 0 ? "vcpm" : "cpm";
}

function readTexts(body: Buffer): readonly [Buffer, Buffer, Buffer, Buffer?] | null {
  const texts: Buffer[] = [];
  let at = numberBytes;
  for (let index = 0; index < 4 && (index < 3 || at < body.length); index++) {
    const length = body[at];
    if (length === undefined || at + 1 + length > body.length) return null;
    texts.push(body.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  const [decision, placement, hold, pageView] = texts;
  if (at !== body.length || !decision || !placement || !hold) return null;
  return pageView === undefined
    ? [decision, placement, hold]
    : [decision, placement, hold, pageView];
}

function toUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

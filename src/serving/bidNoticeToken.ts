import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { budgetDayFromNumber, budgetDayNumber } from "../budgets/budgetDay.ts";
import { holdIdOf } from "../budgets/holdId.ts";
import type { NoticeKind } from "../openrtb/noticeMacros.ts";
import { type Hmac, prepareHmac } from "../preparedHmac.ts";
import type { BidNoticeClaims, SignBidNotice } from "./bidPorts.ts";

/** Signs the notice addresses of bids. Another key than that of tracking tokens: neither can be passed for the other. */
export interface NoticeKey {
  /** 0 to 255; written into each token. */
  readonly keyId: number;
  readonly hmac: Hmac;
}

export type ReadBidNotice =
  | { readonly ok: true; readonly claims: BidNoticeClaims }
  | { readonly ok: false; readonly error: "malformed" | "forged" };

/** No token of ours is longer: two ids of 255 bytes and 80 bytes of numbers, in base64url. */
export const maxNoticeTokenLength = 800;
/** The letter of each kind in its address: `/openrtb2/n/b/…` tells of money. */
export const noticeLetters = { win: "w", billing: "b", loss: "l" } as const satisfies Readonly<
  Record<NoticeKind, string>
>;

const formatVersion = 0x6e;
const signatureBytes = 16;
const numberBytes = 47;
const currencyBytes = 3;
const headBytes = numberBytes + currencyBytes;
const flags = { test: 1, hold: 2, ownHold: 4, uuid: 8 } as const;
/** One token is made at a time, without a wait: numbers, two texts of at most 255 bytes, signature. */
const scratch = Buffer.alloc(headBytes + 2 * 256 + signatureBytes);
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Makes a key of the secret that signs tracking tokens (at least 16 bytes), for this use only. Throws a RangeError for a
 * weak secret.
 */
export function noticeKeyFrom(secret: Uint8Array): NoticeKey {
  if (secret.length < 16) throw new RangeError("A notice secret needs at least 16 bytes");
  const own = createHmac("sha256", secret).update("bid notice").digest();
  return { keyId: createHash("sha256").update(own).digest()[0] ?? 0, hmac: prepareHmac(own) };
}

/**
 * Gives the function that makes the three notice addresses of a bid under `publicUrl` (an origin). They share one token of
 * about 115 characters (HMAC-SHA-256, 16 bytes kept): a bid is made a thousand times as often as one is told of. Throws a
 * RangeError for claims that no token can hold: ids over 255 bytes, numbers out of range, a currency that is no code.
 */
export function createSignBidNotice(publicUrl: string, key: NoticeKey): SignBidNotice {
  return (claims) => {
    const token = signBidNotice(claims, key);
    const address = (kind: NoticeKind) => `${publicUrl}/openrtb2/n/${noticeLetters[kind]}/${token}`;
    return { token, win: address("win"), billing: address("billing"), loss: address("loss") };
  };
}

/** The token of a bid's notices. */
export function signBidNotice(claims: BidNoticeClaims, key: NoticeKey): string {
  const bodyBytes = packClaims(claims, key.keyId);
  scratch.set(signatureOf(scratch.subarray(0, bodyBytes), key), bodyBytes);
  return scratch.toString("base64url", 0, bodyBytes + signatureBytes);
}

/** Checks a token against the keys and says what it says of its bid, however old. Never throws, whatever the text. */
export function readBidNotice(token: string, keys: readonly NoticeKey[]): ReadBidNotice {
  if (token.length > maxNoticeTokenLength || !/^[A-Za-z0-9_-]+$/.test(token)) return malformed;
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < headBytes + 2 + signatureBytes || bytes[0] !== formatVersion) return malformed;
  const body = bytes.subarray(0, -signatureBytes);
  const given = bytes.subarray(-signatureBytes);
  // Two secrets may share an id by chance: each of them is tried.
  const isOurs = keys.some(
    (key) => key.keyId === body[1] && timingSafeEqual(given, signatureOf(body, key)),
  );
  if (!isOurs) return { ok: false, error: "forged" };
  // Unused trailing bits of base64 would let one token be written in several ways.
  const claims = bytes.toString("base64url") === token ? unpackClaims(body) : null;
  return claims === null ? malformed : { ok: true, claims };
}

const malformed: ReadBidNotice = { ok: false, error: "malformed" };

function signatureOf(body: Uint8Array, key: NoticeKey): Buffer {
  return key.hmac(body).subarray(0, signatureBytes);
}

/**
 * version, key, flags u8; slot u16; ssp, campaign, creative, advertiser u32; price, cost u48; issued, expires u48; day u16;
 * 3 letters of the currency; decision and hold, each after its length. Written into `scratch`; answers how many bytes.
 */
function packClaims(claims: BidNoticeClaims, keyId: number): number {
  const { decisionId, holdId, currency } = claims;
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`"${currency}" is no currency code`);
  const isUuid = uuidShape.test(decisionId);
  const ownHold = holdId !== null && holdId === holdIdOf(claims);
  scratch[0] = formatVersion;
  scratch[1] = keyId;
  scratch[2] =
    (claims.test ? flags.test : 0) |
    (holdId === null ? 0 : flags.hold) |
    (ownHold ? flags.ownHold : 0) |
    (isUuid ? flags.uuid : 0);
  scratch.writeUInt16LE(claims.slot, 3);
  scratch.writeUInt32LE(claims.sspId, 5);
  scratch.writeUInt32LE(claims.campaignId, 9);
  scratch.writeUInt32LE(claims.creativeId, 13);
  scratch.writeUInt32LE(claims.advertiserId, 17);
  scratch.writeUIntLE(claims.priceMicros, 21, 6);
  scratch.writeUIntLE(claims.costMicros, 27, 6);
  scratch.writeUIntLE(claims.issuedAtMs, 33, 6);
  scratch.writeUIntLE(claims.expiresAtMs, 39, 6);
  scratch.writeUInt16LE(budgetDayNumber(claims.budgetDay), 45);
  scratch.write(currency, numberBytes, "latin1");
  const at = isUuid
    ? packText(decisionId.replaceAll("-", ""), headBytes, "hex")
    : packText(decisionId, headBytes);
  return packText(ownHold ? "" : (holdId ?? ""), at);
}

/** A text after its length, one byte; answers where the next begins. Throws a RangeError beyond 255 bytes. */
function packText(text: string, at: number, encoding: "utf8" | "hex" = "utf8"): number {
  // No character takes more than three bytes.
  if (text.length > 85 && Buffer.byteLength(text, encoding) > 255)
    throw new RangeError("An id in a notice has at most 255 bytes");
  const length = text === "" ? 0 : scratch.write(text, at + 1, encoding);
  scratch[at] = length;
  return at + 1 + length;
}

/** The claims of a body that we signed; null when it is not one of ours after all. */
function unpackClaims(body: Buffer): BidNoticeClaims | null {
  const decision = textAt(body, headBytes);
  const hold = decision === null ? null : textAt(body, headBytes + 1 + decision.length);
  if (decision === null || hold === null) return null;
  if (headBytes + 2 + decision.length + hold.length !== body.length) return null;
  const bits = body[2] ?? 0;
  const identity = {
    decisionId: (bits & flags.uuid) === 0 ? decision.toString("utf8") : uuidOf(decision),
    slot: body.readUInt16LE(3),
    campaignId: body.readUInt32LE(9),
    advertiserId: body.readUInt32LE(17),
  };
  const givenHold = (bits & flags.hold) === 0 ? null : hold.toString("utf8");
  return {
    ...identity,
    sspId: body.readUInt32LE(5),
    creativeId: body.readUInt32LE(13),
    holdId: (bits & flags.ownHold) === 0 ? givenHold : holdIdOf(identity),
    budgetDay: budgetDayFromNumber(body.readUInt16LE(45)),
    priceMicros: body.readUIntLE(21, 6),
    currency: body.toString("latin1", numberBytes, headBytes),
    costMicros: body.readUIntLE(27, 6),
    issuedAtMs: body.readUIntLE(33, 6),
    expiresAtMs: body.readUIntLE(39, 6),
    test: (bits & flags.test) !== 0,
  };
}

function textAt(body: Buffer, at: number): Buffer | null {
  const length = body[at];
  const isWhole = length !== undefined && at + 1 + length <= body.length;
  return isWhole ? body.subarray(at + 1, at + 1 + length) : null;
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join("-");
}

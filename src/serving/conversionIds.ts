import {
  createCipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import type { AdTouch } from "../budgets/attribution.ts";

/** What signs pixels and signs and seals click ids: shops keep them for years and for months. */
export interface ConversionKeys {
  readonly pixel: KeyObject;
  readonly seal: KeyObject;
  readonly cipher: KeyObject;
}

/** What a click id says: the click. It names no visitor. */
export type ClickClaims = Omit<AdTouch, "kind">;

/** No click id of ours is longer: two ids of 255 bytes and 40 bytes of numbers, in base64url. */
export const maxClickIdLength = 780;

const formatVersion = 1;
const pixelShape = /^[A-Za-z0-9_-]{22}$/;
const clickShape = /^[A-Za-z0-9_-]{54,780}$/;
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const sealBytes = 16;
const numberBytes = 22;

/**
 * Makes the keys of a secret of at least 16 characters that hardly ever changes (the secret of visitors' names): changing
 * it breaks every pixel and every click id. Throws a RangeError for a weak secret.
 */
export function conversionKeysFrom(secret: string): ConversionKeys {
  if (secret.length < 16) throw new RangeError("A conversion secret needs at least 16 characters");
  const derive = (purpose: string): KeyObject =>
    createSecretKey(createHmac("sha256", secret).update(`atelier ${purpose} v1`).digest());
  return { pixel: derive("pixel"), seal: derive("click seal"), cipher: derive("click cipher") };
}

/** The public id of an advertiser's pixel: its number and 88 bits of signature, 22 characters. The same for ever. */
export function pixelIdOf(advertiserId: number, keys: ConversionKeys): string {
  const body = Buffer.alloc(5);
  body[0] = formatVersion;
  body.writeUInt32LE(advertiserId, 1);
  return Buffer.concat([body, pixelSignature(body, keys)]).toString("base64url");
}

/** The advertiser of a pixel; null for one that we did not make. Never throws. */
export function readPixelId(pixelId: string, keys: ConversionKeys): number | null {
  if (!pixelShape.test(pixelId)) return null;
  const bytes = Buffer.from(pixelId, "base64url");
  const body = bytes.subarray(0, 5);
  if (bytes.toString("base64url") !== pixelId || body[0] !== formatVersion) return null;
  if (!timingSafeEqual(bytes.subarray(5), pixelSignature(body, keys))) return null;
  return body.readUInt32LE(1);
}

/**
 * Seals a click: nobody can read it, change it or make one (AES-256-CTR under an HMAC that is its initial vector too, as in
 * SIV, RFC 5297). About 90 characters, safe in a URL; the same click gives the same id. Ids of up to 255 bytes of UTF-8.
 */
export function sealClickId(click: ClickClaims, keys: ConversionKeys): string {
  const body = packClick(click);
  const seal = sealOf(body, keys);
  const cipher = createCipheriv("aes-256-ctr", keys.cipher, seal);
  return Buffer.concat([seal, cipher.update(body), cipher.final()]).toString("base64url");
}

/** The click of a click id; null for one that we did not make. Never throws, whatever the text. */
export function openClickId(clickId: string, keys: ConversionKeys): ClickClaims | null {
  if (!clickShape.test(clickId)) return null;
  const bytes = Buffer.from(clickId, "base64url");
  if (bytes.toString("base64url") !== clickId) return null;
  const seal = bytes.subarray(0, sealBytes);
  const cipher = createCipheriv("aes-256-ctr", keys.cipher, seal);
  const body = Buffer.concat([cipher.update(bytes.subarray(sealBytes)), cipher.final()]);
  return timingSafeEqual(seal, sealOf(body, keys)) ? unpackClick(body) : null;
}

/**
 * The id of a conversion in the ledger and in the event stream: "x.<advertiser>.<hash of the order>". One order of one
 * advertiser is one conversion, however often and by whichever way it is told.
 */
export function conversionEventId(advertiserId: number, orderId: string): string {
  const hash = createHash("sha256").update(`${advertiserId}.${orderId}`).digest();
  return `x.${advertiserId}.${hash.toString("base64url", 0, 16)}`;
}

function pixelSignature(body: Uint8Array, keys: ConversionKeys): Buffer {
  return createHmac("sha256", keys.pixel).update(body).digest().subarray(0, 11);
}

function sealOf(body: Uint8Array, keys: ConversionKeys): Buffer {
  return createHmac("sha256", keys.seal).update(body).digest().subarray(0, sealBytes);
}

/** version u8; slot u16; campaign, creative, advertiser u32; time u48; 1 when the decision is a UUID u8; then two texts, each after its length. */
function packClick(click: ClickClaims): Buffer {
  const isUuid = uuidShape.test(click.decisionId);
  const decision = isUuid
    ? Buffer.from(click.decisionId.replaceAll("-", ""), "hex")
    : Buffer.from(click.decisionId, "utf8");
  const placement = Buffer.from(click.placementId, "utf8");
  const body = Buffer.alloc(numberBytes + 2 + decision.length + placement.length);
  body[0] = formatVersion;
  body.writeUInt16LE(click.slot, 1);
  body.writeUInt32LE(click.campaignId, 3);
  body.writeUInt32LE(click.creativeId, 7);
  body.writeUInt32LE(click.advertiserId, 11);
  body.writeUIntLE(click.atMs, 15, 6);
  body[21] = isUuid ? 1 : 0;
  let at = numberBytes;
  for (const text of [decision, placement]) {
    at = body.writeUInt8(text.length, at);
    at += text.copy(body, at);
  }
  return body;
}

/** The click of a body that we sealed; null when it is of another format. */
function unpackClick(body: Buffer): ClickClaims | null {
  if (body[0] !== formatVersion) return null;
  const decisionEnd = numberBytes + 1 + (body[numberBytes] ?? 0);
  const decision = body.subarray(numberBytes + 1, decisionEnd);
  const placement = body.subarray(decisionEnd + 1);
  if (placement.length !== body[decisionEnd]) return null;
  return {
    decisionId: body[21] === 1 ? toUuid(decision) : decision.toString("utf8"),
    slot: body.readUInt16LE(1),
    campaignId: body.readUInt32LE(3),
    creativeId: body.readUInt32LE(7),
    advertiserId: body.readUInt32LE(11),
    placementId: placement.toString("utf8"),
    atMs: body.readUIntLE(15, 6),
  };
}

function toUuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

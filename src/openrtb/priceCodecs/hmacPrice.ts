import { createHmac, timingSafeEqual } from "node:crypto";
import { maxPriceMicros, type PriceCodec } from "./priceCodec.ts";

/** The two keys that an exchange gives, 32 bytes each. */
export interface HmacPriceKeys {
  readonly encryption: Uint8Array;
  readonly integrity: Uint8Array;
}

const vectorBytes = 16;
const priceBytes = 8;
const signatureBytes = 4;
const messageBytes = vectorBytes + priceBytes + signatureBytes;
/** 28 bytes in base64 without padding. */
const messageShape = /^[A-Za-z0-9+/_-]{38}(={0,2}|\.{0,2})$/;

/**
 * The encryption that Google documents for price confirmations (Authorized Buyers, "Decrypt price confirmations") and that
 * many exchanges took over: initialization vector (16 bytes) | price XOR HMAC-SHA-1(encryption key, vector) (8) |
 * HMAC-SHA-1(integrity key, price + vector) (4), in web-safe base64. The price is a big-endian count of micros per thousand.
 * `nextVector` gives 16 bytes for each price that is written; reading needs none. Throws a RangeError for keys that are not
 * 32 bytes long.
 */
export function hmacPrice(keys: HmacPriceKeys, nextVector: () => Uint8Array): PriceCodec {
  if (keys.encryption.length !== 32 || keys.integrity.length !== 32)
    throw new RangeError("The keys of encrypted prices have 32 bytes each");
  return {
    decode: (text) => (messageShape.test(text) ? decrypt(text.replaceAll(".", ""), keys) : null),
    encode: (micros) => encrypt(micros, nextVector(), keys),
  };
}

function decrypt(text: string, keys: HmacPriceKeys): number | null {
  const message = Buffer.from(text, "base64");
  if (message.length !== messageBytes) return null;
  const vector = message.subarray(0, vectorBytes);
  const price = xor(message.subarray(vectorBytes, vectorBytes + priceBytes), padOf(vector, keys));
  const signature = message.subarray(vectorBytes + priceBytes);
  if (!timingSafeEqual(signature, signatureOf(price, vector, keys))) return null;
  const micros = price.readBigUInt64BE();
  return micros <= BigInt(maxPriceMicros) ? Number(micros) : null;
}

function encrypt(micros: number, vector: Uint8Array, keys: HmacPriceKeys): string {
  if (vector.length !== vectorBytes) throw new RangeError("An initialization vector has 16 bytes");
  const price = Buffer.alloc(priceBytes);
  price.writeBigUInt64BE(BigInt(micros));
  const parts = [vector, xor(price, padOf(vector, keys)), signatureOf(price, vector, keys)];
  return Buffer.concat(parts).toString("base64url");
}

function padOf(vector: Uint8Array, keys: HmacPriceKeys): Buffer {
  return createHmac("sha1", keys.encryption).update(vector).digest().subarray(0, priceBytes);
}

function signatureOf(price: Uint8Array, vector: Uint8Array, keys: HmacPriceKeys): Buffer {
  const hmac = createHmac("sha1", keys.integrity).update(price).update(vector);
  return hmac.digest().subarray(0, signatureBytes);
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

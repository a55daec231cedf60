import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { PlaceSource } from "../geo/types.ts";
import { type Hmac, prepareHmac } from "../preparedHmac.ts";

/** Which kinds of reasons an ad was shown for: of the visitor no more than that. */
export interface AdReasons {
  readonly campaignId: number;
  /** Null = no place was used: the ad shows everywhere. */
  readonly place: PlaceSource | null;
  /** What the page is about. */
  readonly category: boolean;
  /** A profile of the visitor. */
  readonly audience: boolean;
}

/** Where somebody reads why an ad was shown. */
export type AboutUrlOf = (reasons: AdReasons, nowMs: number) => string;

/** Signs these addresses, and nothing else. */
export interface AboutKey {
  readonly keyId: number;
  readonly hmac: Hmac;
}

export type ReadAbout =
  | { readonly ok: true; readonly reasons: AdReasons; readonly lastDayMs: number }
  | { readonly ok: false; readonly error: "not_ours" | "expired" };

export const aboutPath = "/pourquoi/";
/** Campaigns stay known for as long after their end. */
export const aboutLifeDays = 30;

const dayMs = 86_400_000;
const formatVersion = 0x61;
const bodyBytes = 9;
const signatureBytes = 16;
const tokenLength = Math.ceil(((bodyBytes + signatureBytes) * 4) / 3);
const places = [null, "search", "device", "home", "ip"] as const;
const flags = { category: 8, audience: 16 } as const;
const rememberedUrls = 20_000;

/** Makes a key of the secret that signs tracking tokens (at least 16 bytes), for this use only. */
export function aboutKeyFrom(secret: Uint8Array): AboutKey {
  const own = createHmac("sha256", secret).update("about an ad").digest();
  return { keyId: createHash("sha256").update(own).digest()[0] ?? 0, hmac: prepareHmac(own) };
}

/**
 * Gives the function that makes the address of an ad's page: campaign, kinds of reasons and last day, signed. It is the same
 * for everybody who saw the ad for such reasons on that day, hence names nobody, and is made once.
 */
export function createAboutUrlOf(publicUrl: string, key: AboutKey): AboutUrlOf {
  const known = new Map<number, string>();
  let knownDay = 0;
  return (reasons, nowMs) => {
    const day = Math.floor(nowMs / dayMs);
    if (day !== knownDay || known.size >= rememberedUrls) known.clear();
    knownDay = day;
    // Numbers, for this is made for each ad: five bits of flags.
    const name = reasons.campaignId * 32 + flagsOf(reasons);
    const before = known.get(name);
    if (before !== undefined) return before;
    const url = `${publicUrl}${aboutPath}${signAbout(reasons, day + aboutLifeDays, key)}`;
    known.set(name, url);
    return url;
  };
}

/** Checks a token and reads it. Never throws, whatever the text. */
export function readAbout(token: string, keys: readonly AboutKey[], nowMs: number): ReadAbout {
  const bytes = token.length === tokenLength ? Buffer.from(token, "base64url") : Buffer.alloc(0);
  const body = bytes.subarray(0, bodyBytes);
  const place = places[(body[2] ?? 0) % 8];
  const isOurs =
    bytes.length === bodyBytes + signatureBytes &&
    bytes.toString("base64url") === token &&
    body[0] === formatVersion &&
    keys.some((key) => key.keyId === body[1] && isSigned(bytes, key));
  if (!isOurs || place === undefined) return { ok: false, error: "not_ours" };
  const lastDayMs = body.readUInt16LE(3) * dayMs;
  if (nowMs >= lastDayMs + dayMs) return { ok: false, error: "expired" };
  const bits = body[2] ?? 0;
  const category = (bits & flags.category) !== 0;
  const audience = (bits & flags.audience) !== 0;
  return {
    ok: true,
    reasons: { campaignId: body.readUInt32LE(5), place, category, audience },
    lastDayMs,
  };
}

/** version, key, flags u8; last day u16 (since 1970); campaign u32; 16 bytes of HMAC-SHA-256. */
function signAbout(reasons: AdReasons, lastDay: number, { keyId, hmac }: AboutKey): string {
  const body = Buffer.alloc(bodyBytes);
  body[0] = formatVersion;
  body[1] = keyId;
  body[2] = flagsOf(reasons);
  body.writeUInt16LE(lastDay, 3);
  body.writeUInt32LE(reasons.campaignId, 5);
  return Buffer.concat([body, hmac(body).subarray(0, signatureBytes)]).toString("base64url");
}

function isSigned(bytes: Buffer, { hmac }: AboutKey): boolean {
  const own = hmac(bytes.subarray(0, bodyBytes)).subarray(0, signatureBytes);
  return timingSafeEqual(bytes.subarray(bodyBytes), own);
}

function flagsOf({ place, category, audience }: AdReasons): number {
  return places.indexOf(place) + (category ? flags.category : 0) + (audience ? flags.audience : 0);
}

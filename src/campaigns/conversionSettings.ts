import { createHash } from "node:crypto";
import { z } from "zod";
import { type DeepReadonly, lineOfText } from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { type Parsed, parseFields } from "./problems.ts";
import type { Actor } from "./repository.ts";

/** How long after a click or a view of its ads a shop's conversions are ascribed to them. */
export const conversionSettingsSchema = z.strictObject({
  clickWindowDays: z.int().min(1).max(90),
  viewWindowHours: z.int().min(0).max(168),
});
export type ConversionSettings = DeepReadonly<z.output<typeof conversionSettingsSchema>>;

export const postbackKeySchema = z.strictObject({ label: lineOfText(limits.nameCharacters) });

export function parseConversionSettings(body: unknown): Parsed<ConversionSettings> {
  return parseFields(conversionSettingsSchema, body);
}

/** What names a new postback key. */
export function parsePostbackKey(body: unknown): Parsed<{ readonly label: string }> {
  return parseFields(postbackKeySchema, body);
}

/** A postback key as it is kept: never the key itself. */
export interface PostbackKey {
  readonly postbackKeyId: number;
  readonly label: string;
  readonly createdAt: string;
}

/** What a shop has settled about its conversions. Every write leaves an audit entry; faults as of any repository. */
export interface ConversionSettingsRepository {
  /** Null = the usual ones. */
  readonly read: (advertiserId: number) => Promise<ConversionSettings | null>;
  /** False = there is no such advertiser. */
  readonly write: (
    advertiserId: number,
    settings: ConversionSettings,
    actor: Actor,
  ) => Promise<boolean>;
  readonly listKeys: (advertiserId: number) => Promise<readonly PostbackKey[]>;
  /** Null = there is no such advertiser. PublicError `conflict` when it has five keys already. */
  readonly insertKey: (
    advertiserId: number,
    key: { readonly keyHash: string; readonly label: string },
    actor: Actor,
  ) => Promise<PostbackKey | null>;
  /** False = the advertiser has no such key. */
  readonly revokeKey: (
    advertiserId: number,
    postbackKeyId: number,
    actor: Actor,
  ) => Promise<boolean>;
  /** The advertiser of a key; null = unknown or revoked. */
  readonly findAdvertiserOfKey: (keyHash: string) => Promise<number | null>;
}

const postbackKeyShape = /^atp_[A-Za-z0-9_-]{43}$/;

/** A new postback key from 32 random bytes: "atp_" and 43 characters. It can report conversions and nothing else. */
export function newPostbackKey(randomBytes: Uint8Array): {
  readonly key: string;
  readonly keyHash: string;
} {
  if (randomBytes.length !== 32) throw new RangeError("a key is made of 32 random bytes");
  const key = `atp_${Buffer.from(randomBytes).toString("base64url")}`;
  return { key, keyHash: sha256(key) };
}

/** The SHA-256 of a postback key in hexadecimal, or null for what cannot be one. */
export function hashPostbackKey(key: string): string | null {
  return postbackKeyShape.test(key) ? sha256(key) : null;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

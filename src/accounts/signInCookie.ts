import { timingSafeEqual } from "node:crypto";
import { sessionLimits } from "./sessionLimits.ts";

/** A sign-in that is under way at the provider: what the browser that began it brings back. */
export interface SignInUnderWay {
  readonly state: string;
  readonly beganAtMs: number;
  /** A path of the console. */
  readonly returnTo: string;
}

/** Keyed, 43 characters of base64url: what only this server's nodes can make. */
export type Sign = (text: string) => string;

/** Where people land when they ask for no place of their own. */
export const consolePath = "/console";

const returnShape = /^\/console(?:\/[\w.~-]+)*\/?(?:\?[\w.~=&%-]*)?$/;

/**
 * Whether people may be sent there after they have signed in: a path of the console and nothing else, so that no link to
 * the sign-in ends on somebody else's page. At most 200 characters, no `//`, no `..`, no `\`. Pure.
 */
export function isConsolePath(path: string): boolean {
  return path.length <= 200 && returnShape.test(path) && !path.includes("..");
}

/** The cookie's name: tied to this very host where there is TLS, like the session's. */
const nameOf = (secure: boolean) => (secure ? "__Host-atelier-oidc" : "atelier-oidc-local");

/**
 * `Set-Cookie` for a sign-in under way; null ends it. Lax, as the provider's page sends the browser back; it holds no secret,
 * and is signed so that its age counts.
 */
export function setSignInCookie(
  underWay: SignInUnderWay | null,
  secure: boolean,
  sign: Sign,
): string {
  const text = underWay === null ? "" : textOf(underWay);
  const value = underWay === null ? "" : `${text}.${sign(`cookie ${text}`)}`;
  const seconds = underWay === null ? 0 : sessionLimits.signInSeconds;
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? "; Secure" : ""}`;
  return `${nameOf(secure)}=${value}; ${attributes}`;
}

const textOf = ({ state, beganAtMs, returnTo }: SignInUnderWay): string =>
  `${state}.${beganAtMs}.${Buffer.from(returnTo).toString("base64url")}`;

const valueShape = /^([\w-]{43})\.(\d{1,15})\.([\w-]{1,300})\.([\w-]{43})$/;

/** The sign-in under way among a request's cookies; null = none, one that we did not make, or one that is too old. Pure. */
export function signInUnderWay(
  header: string | undefined,
  secure: boolean,
  sign: Sign,
  nowMs: number,
): SignInUnderWay | null {
  const prefix = `${nameOf(secure)}=`;
  const parts = (header ?? "").split(";", 100).map((part) => part.trim());
  const value = parts.find((part) => part.startsWith(prefix))?.slice(prefix.length) ?? "";
  const [, state = "", beganAt = "", encoded = "", signature = ""] = valueShape.exec(value) ?? [];
  if (!isSame(signature, sign(`cookie ${state}.${beganAt}.${encoded}`))) return null;
  const beganAtMs = Number(beganAt);
  const ageMs = nowMs - beganAtMs;
  if (ageMs < -60_000 || ageMs > sessionLimits.signInSeconds * 1_000) return null;
  return { state, beganAtMs, returnTo: Buffer.from(encoded, "base64url").toString() };
}

/** Compares without telling by its time how much is right. Pure. */
export function isSame(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

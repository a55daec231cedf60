import * as openid from "openid-client";
import { PublicError } from "../../errors.ts";

/** Codes with which a provider says that it cannot, not that it will not (RFC 6749, section 4.1.2.1). */
const cannot: readonly string[] = ["server_error", "temporarily_unavailable"];

/** What answers that prove nothing are called by the client: a wrong nonce, audience, time or signature. */
const invalidAnswers: readonly string[] = [
  "OAUTH_INVALID_RESPONSE",
  "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
  "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
  "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
];

/**
 * Whether a sign-in failed because the provider is away, broken, or refuses this server (a wrong secret), and not because of
 * what somebody brought. Pure.
 */
export function isProvidersFault(error: unknown): boolean {
  if (error instanceof PublicError) return error.code === "unavailable";
  if (error instanceof openid.AuthorizationResponseError) return cannot.includes(error.error);
  if (error instanceof openid.ResponseBodyError) return error.error !== "invalid_grant";
  return !invalidAnswers.includes(codeOf(error) ?? "");
}

/** What the log may say of a fault: names and codes, nothing that somebody sent. Pure. */
export function describeProviderFault(error: unknown): Readonly<Record<string, string | null>> {
  const name = error instanceof Error ? error.name : "unknown";
  const cause = error instanceof Error ? error.cause : null;
  const answer = error instanceof openid.ResponseBodyError ? error.error : null;
  return { name, code: codeOf(error), cause: codeOf(cause), answer };
}

function codeOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("code" in value)) return null;
  return typeof value.code === "string" ? value.code.slice(0, 100) : null;
}

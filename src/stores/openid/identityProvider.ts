import { createHash } from "node:crypto";
import * as openid from "openid-client";
import type { Identity, IdentityProvider, SignInSecrets } from "../../accounts/identityProvider.ts";
import { PublicError } from "../../errors.ts";
import { isProvidersFault } from "./providerFault.ts";

export interface IdentityProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends browsers back to: our callback, whole. */
  readonly redirectUrl: string;
  readonly nowMs: () => number;
  /** What the operator should read: why the provider is away, or refuses us. */
  readonly reportFault: (error: unknown) => void;
}

/** A request to the provider takes no longer. */
const deadlineSeconds = 4;
/** What the provider tells about itself counts for so long; later it is asked again beside requests. */
const freshMs = 3_600_000;
/** A provider that has just been away is not asked again sooner. */
const retryMs = 2_000;

/**
 * An OpenID provider, found by its issuer (OpenID Connect Discovery 1.0). It is asked for its addresses at once, but nothing
 * waits for that: whoever signs in while they are not known asks again.
 */
export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { redirectUrl, reportFault } = options;
  const discovered = rememberDiscovery(options);
  discovered().catch(() => undefined);
  return {
    async authorizationUrl({ state, nonce, codeVerifier }) {
      const parameters = {
        redirect_uri: redirectUrl,
        scope: "openid email",
        state,
        nonce,
        code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
        code_challenge_method: "S256",
      };
      return openid.buildAuthorizationUrl(await discovered(), parameters).href;
    },
    async identify(query, secrets) {
      const configuration = await discovered();
      try {
        return await exchange(configuration, new URL(`${redirectUrl}?${query}`), secrets);
      } catch (error) {
        if (!isProvidersFault(error)) throw refused();
        reportFault(error);
        throw away();
      }
    },
  };
}

async function exchange(
  configuration: openid.Configuration,
  url: URL,
  { state, nonce, codeVerifier }: SignInSecrets,
): Promise<Identity> {
  const tokens = await openid.authorizationCodeGrant(configuration, url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined || claims.sub.length > 255) throw refused();
  const { iss: issuer, sub: subject } = claims;
  // Address and its verification from one answer: never the one from here and the other from there.
  const told =
    claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      ? await openid.fetchUserInfo(configuration, tokens.access_token, subject)
      : claims;
  const email = typeof told.email === "string" ? told.email : null;
  return { issuer, subject, email, emailVerified: told.email_verified === true };
}

/** Asked once at a time; the last good answer stays when a later one fails. */
function rememberDiscovery(options: IdentityProviderOptions): () => Promise<openid.Configuration> {
  let known: { readonly configuration: openid.Configuration; readonly atMs: number } | null = null;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<openid.Configuration> | null = null;
  const { nowMs, reportFault } = options;
  const ask = () => {
    underWay ??= discover(options)
      .then(
        (configuration) => {
          known = { configuration, atMs: nowMs() };
          return configuration;
        },
        (error: unknown) => {
          failedAtMs = nowMs();
          reportFault(error);
          throw away();
        },
      )
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };
  return async () => {
    const mayAsk = underWay !== null || nowMs() - failedAtMs >= retryMs;
    if (known === null && !mayAsk) throw away();
    if (known === null) return ask();
    if (nowMs() - known.atMs > freshMs && mayAsk) ask().catch(() => undefined);
    return known.configuration;
  };
}

async function discover(options: IdentityProviderOptions): Promise<openid.Configuration> {
  const server = new URL(options.issuer);
  const { clientId, clientSecret } = options;
  // Plain http passes the setting for this very machine only.
  const insecure = server.protocol === "http:" ? [openid.allowInsecureRequests] : [];
  return openid.discovery(server, clientId, clientSecret, undefined, {
    timeout: deadlineSeconds,
    // The signature is checked too, although the answer comes over TLS from the provider itself.
    execute: [openid.enableNonRepudiationChecks, ...insecure],
  });
}

const refused = () =>
  new PublicError(
    "unauthenticated",
    "The provider did not let you in, or its answer is not valid.",
    [{ pointer: "code", rule: "must be one that the provider has just given for this sign-in" }],
  );

const away = () =>
  new PublicError(
    "unavailable",
    "The OpenID provider is away; try again, or log in with a password.",
  );

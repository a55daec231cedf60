import type { Actor } from "../campaigns/repository.ts";

/** Whom an OpenID provider says that it has before it. */
export interface Identity {
  readonly issuer: string;
  /** The provider's own name for somebody, never given to anybody else. At most 255 characters. */
  readonly subject: string;
  /** As the provider writes it; null = it tells none. */
  readonly email: string | null;
  /** Whether the provider itself says that the address is theirs. */
  readonly emailVerified: boolean;
}

/** What ties an answer of the provider to the question, and to the browser that was sent there. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636: 43–128 characters. */
  readonly codeVerifier: string;
}

/** An OpenID provider that speaks the authorization code flow with PKCE. */
export interface IdentityProvider {
  /** Where the browser is sent. Throws PublicError `unavailable` while the provider is away. */
  authorizationUrl(secrets: SignInSecrets): Promise<string>;
  /**
   * Exchanges the code in the query of the callback and verifies the answer: issuer, audience, signature, time, state and
   * nonce. Throws PublicError `unauthenticated` for what it refuses or proves nothing, `unavailable` while it is away.
   */
  identify(query: URLSearchParams, secrets: SignInSecrets): Promise<Identity>;
}

/** Whose account an identity opens. */
export interface IdentityStore {
  /** Null = not seen before. */
  findUserId(identity: Pick<Identity, "issuer" | "subject">): Promise<number | null>;
  /** For good. Throws PublicError `conflict` when the person, or the identity, has another one already. */
  link(userId: number, identity: Pick<Identity, "issuer" | "subject">, actor: Actor): Promise<void>;
}

import { createHash } from "node:crypto";
import { PublicError } from "../errors.ts";
import type {
  Identity,
  IdentityProvider,
  IdentityStore,
  SignInSecrets,
} from "./identityProvider.ts";
import type { LoginOrigin, NewSession } from "./logIn.ts";
import type {
  LoginAttempts,
  OrganizationRepository,
  SessionStore,
  StoredUser,
  UserRepository,
} from "./repository.ts";
import { actorOfUser } from "./saveUser.ts";
import { sessionLimits } from "./sessionLimits.ts";
import {
  consolePath,
  isConsolePath,
  isSame,
  type Sign,
  type SignInUnderWay,
} from "./signInCookie.ts";

export interface SignInDeps {
  /** Null = people sign in with passwords only. */
  readonly provider: IdentityProvider | null;
  readonly identities: IdentityStore;
  readonly users: Pick<UserRepository, "list" | "read">;
  readonly organizations: Pick<OrganizationRepository, "read">;
  readonly sessions: Pick<SessionStore, "begin">;
  readonly attempts: Pick<LoginAttempts, "count">;
  /** As passwords' tries are counted: a keyed hash, 64 hexadecimal digits. */
  readonly subjectOf: (text: string) => string;
  readonly sign: Sign;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly nowMs: () => number;
}

/**
 * Begins a sign-in: where the browser is sent, and what it has to bring back. Throws PublicError `not_found` (no provider is
 * set up), `invalid_parameter` (not a path of the console) or `unavailable`.
 */
export async function startSignIn(
  deps: SignInDeps,
  returnTo: string | null,
): Promise<{ readonly url: string; readonly underWay: SignInUnderWay }> {
  const provider = providerOf(deps);
  const path = returnTo ?? consolePath;
  if (!isConsolePath(path)) throw wrongParameter("returnTo", "must be a path of the console");
  const state = Buffer.from(deps.randomBytes(32)).toString("base64url");
  const url = await provider.authorizationUrl(secretsOf(state, deps.sign));
  return { url, underWay: { state, beganAtMs: deps.nowMs(), returnTo: path } };
}

/** Made again from the state, so that nonce and verifier never leave this server's nodes. */
function secretsOf(state: string, sign: Sign): SignInSecrets {
  return { state, nonce: sign(`nonce ${state}`), codeVerifier: sign(`verifier ${state}`) };
}

/**
 * Begins the session of whoever the provider sends back. Each sign-in counts once. Throws PublicError `not_found`,
 * `invalid_parameter` (another browser's, or an old one), `unauthenticated` (the provider refuses, or its answer proves
 * nothing), `forbidden` (no account for them), `too_many_requests` or `unavailable`.
 */
export async function finishSignIn(
  deps: SignInDeps,
  query: URLSearchParams,
  underWay: SignInUnderWay | null,
  origin: LoginOrigin,
): Promise<NewSession> {
  const provider = providerOf(deps);
  const states = query.getAll("state");
  if (underWay === null || states.length !== 1 || !isSame(states[0] ?? "", underWay.state))
    throw wrongParameter("state", "must be that of the sign-in which this browser has begun");
  await countOnce(deps, underWay.state, origin.network);
  const identity = await provider.identify(query, secretsOf(underWay.state, deps.sign));
  const user = await accountOf(deps, identity, origin.requestId);
  const token = Buffer.from(deps.randomBytes(32)).toString("base64url");
  const tokenHash = createHash("sha256").update(token).digest("hex");
  const actor = actorOfUser(user, origin.requestId);
  const hasBegun = await deps.sessions.begin({ userId: user.userId, tokenHash }, actor);
  if (!hasBegun) throw noAccount();
  return { user, token };
}

/** A state is used up when it is first brought, on all nodes; its counter outlives its cookie. */
async function countOnce(
  { attempts, subjectOf }: SignInDeps,
  state: string,
  network: string,
): Promise<void> {
  const subjects = [`oidc state ${state}`, `oidc network ${network}`].map(subjectOf);
  const [ofState = 0, ofNetwork = 0] = await attempts.count(subjects);
  if (ofState > 1) throw wrongParameter("state", "must not have been used: sign in again");
  if (ofNetwork > sessionLimits.signInsPerNetwork)
    throw new PublicError("too_many_requests", "Too many tries: wait a quarter of an hour.");
}

/** Issuer and subject decide; at their first use the verified address does, and is remembered with them. */
async function accountOf(
  deps: SignInDeps,
  identity: Identity,
  requestId: string,
): Promise<StoredUser> {
  const knownId = await deps.identities.findUserId(identity);
  const user =
    knownId === null ? await byVerifiedEmail(deps, identity) : await deps.users.read(knownId);
  const organization = user?.active ? await deps.organizations.read(user.organizationId) : null;
  if (!user || !organization?.active) throw noAccount();
  if (knownId === null)
    await deps.identities.link(user.userId, identity, actorOfUser(user, requestId));
  return user;
}

async function byVerifiedEmail(
  { users }: SignInDeps,
  { email, emailVerified }: Identity,
): Promise<StoredUser | null> {
  if (email === null || !emailVerified)
    throw new PublicError("forbidden", "The provider does not say that your address is yours.", [
      { pointer: "email_verified", rule: "must be true at the first sign-in" },
    ]);
  const written = email.normalize("NFC").trim().toLowerCase();
  const [user] = await users.list(
    { organizationId: null, email: written },
    { limit: 1, afterId: 0 },
  );
  return user ?? null;
}

function providerOf({ provider }: SignInDeps): IdentityProvider {
  if (provider !== null) return provider;
  throw new PublicError("not_found", "No OpenID provider is set up here: log in with a password.");
}

const noAccount = () =>
  new PublicError(
    "forbidden",
    "Nobody with your address has an account in use: ask to be invited.",
  );

const wrongParameter = (pointer: string, rule: string) =>
  new PublicError("invalid_parameter", "This sign-in cannot go on: begin it again.", [
    { pointer, rule },
  ]);

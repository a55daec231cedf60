import { createHash } from "node:crypto";
import { actorOf } from "../campaigns/access.ts";
import { invalidBody, parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Caller } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import type { HashPasswords } from "./passwordQueue.ts";
import { nobodysHash, passwordProblem } from "./passwords.ts";
import type { LoginAttempts, SessionStore, StoredUser, UserRepository } from "./repository.ts";
import { actorOfUser } from "./saveUser.ts";
import { loginSchema, passwordChangeSchema } from "./schemas.ts";
import { sessionLimits } from "./sessionLimits.ts";

export interface LogInDeps {
  readonly users: Pick<UserRepository, "list" | "read" | "change">;
  readonly sessions: SessionStore;
  readonly attempts: LoginAttempts;
  readonly passwords: HashPasswords;
  /** A keyed hash in hexadecimal, 64 characters: who reads the counters learns no address. */
  readonly subjectOf: (text: string) => string;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** Where a try comes from. */
export interface LoginOrigin {
  /** The caller's network (a shortened address), or "unknown". */
  readonly network: string;
  readonly requestId: string;
}

export interface NewSession {
  readonly user: StoredUser;
  /** The cookie's value: 256 random bits, told this once. */
  readonly token: string;
}

/**
 * Begins a session of whoever knows the password. Unknown and inactive accounts answer like a wrong password, and as
 * slowly. Throws PublicError `unauthenticated`, `too_many_requests`, `invalid_body` or `unavailable`.
 */
export async function logIn(
  deps: LogInDeps,
  body: unknown,
  origin: LoginOrigin,
): Promise<NewSession> {
  const { email, password } = valueOrThrow(parseFields(loginSchema, body));
  const user = await checkPassword(deps, email, password, origin.network);
  if (user === null) throw wrongPassword();
  const token = Buffer.from(deps.randomBytes(32)).toString("base64url");
  const { userId, passwordHash } = user;
  const session = { userId, tokenHash: sha256(token), passwordHash };
  const hasBegun = await deps.sessions.begin(session, actorOfUser(user, origin.requestId));
  if (!hasBegun) throw wrongPassword();
  return { user, token };
}

/** Null = not the password of an active account. Tries are counted before they are judged: many at once gain nothing. */
async function checkPassword(
  { users, attempts, passwords, subjectOf }: LogInDeps,
  email: string,
  password: string,
  network: string,
): Promise<StoredUser | null> {
  const subjects = [`pair ${network} ${email}`, `account ${email}`, `network ${network}`].map(
    subjectOf,
  );
  const [ofPair = 0, ofAccount = 0, ofNetwork = 0] = await attempts.count(subjects);
  const { attemptsPerPair, attemptsPerAccount, attemptsPerNetwork } = sessionLimits;
  if (ofPair > attemptsPerPair || ofAccount > attemptsPerAccount || ofNetwork > attemptsPerNetwork)
    throw tooMany();
  const [user] = await users.list({ organizationId: null, email }, { limit: 1, afterId: 0 });
  const isRight = await passwords.verify(password, user?.passwordHash ?? nobodysHash);
  if (user === undefined || !isRight || !user.active) return null;
  await attempts.forget(subjects.slice(0, 2));
  return user;
}

const wrongPassword = () =>
  new PublicError("unauthenticated", "The address or the password is wrong.", [
    { pointer: "/password", rule: "must be that of an active account with this address" },
  ]);

const tooMany = () =>
  new PublicError("too_many_requests", "Too many tries: wait a quarter of an hour.");

/** Ends the caller's own session. A key has none: nothing happens. */
export async function logOut({ sessions }: Pick<LogInDeps, "sessions">, caller: Caller) {
  if (caller.sessionId !== null) await sessions.end(caller.sessionId, actorOf(caller));
}

/** Ends every session of the person, on every node at once. */
export async function logOutEverywhere(
  { sessions }: Pick<LogInDeps, "sessions">,
  caller: Caller,
): Promise<void> {
  if (caller.sessionId === null || caller.userId === null) throw peopleOnly();
  await sessions.endAll(caller.userId, null, actorOf(caller));
}

/**
 * Changes the password of whoever is logged in and knows the present one; every other session ends. Throws `forbidden` for
 * keys, `invalid_body`, or `too_many_requests`.
 */
export async function changePassword(
  deps: LogInDeps,
  body: unknown,
  caller: Caller,
  network: string,
): Promise<void> {
  if (caller.sessionId === null || caller.userId === null) throw peopleOnly();
  const { currentPassword, newPassword } = valueOrThrow(parseFields(passwordChangeSchema, body));
  const user = await deps.users.read(caller.userId);
  if (user === null) throw peopleOnly();
  const rule = passwordProblem(newPassword, user.email);
  if (rule !== null) throw invalidBody([{ pointer: "/newPassword", rule }]);
  const known = await checkPassword(deps, user.email, currentPassword, network);
  if (known === null)
    throw invalidBody([{ pointer: "/currentPassword", rule: "must be the present password" }]);
  const passwordHash = await deps.passwords.hash(newPassword, deps.randomBytes(16));
  await deps.users.change(
    user.userId,
    (present) => {
      if (present.passwordHash !== user.passwordHash)
        throw new PublicError("conflict", "The password has just been changed.");
      return { ...present, passwordHash, invitationHash: null, invitationEndsAt: null };
    },
    actorOf(caller),
  );
  await deps.sessions.endAll(user.userId, caller.sessionId, actorOf(caller));
}

const peopleOnly = () => new PublicError("forbidden", "This needs the session of a person.");

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

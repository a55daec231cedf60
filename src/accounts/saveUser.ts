import { createHash } from "node:crypto";
import {
  actorOf,
  maySeeOrganization,
  notFound,
  type Role,
  requirePermission,
  requireReach,
} from "../campaigns/access.ts";
import { mergePatch } from "../campaigns/mergePatch.ts";
import { invalidBody, parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Actor, Caller } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import type { HashPasswords } from "./passwordQueue.ts";
import { passwordProblem } from "./passwords.ts";
import type {
  OrganizationRepository,
  SessionStore,
  StoredOrganization,
  StoredUser,
  UserRepository,
} from "./repository.ts";
import { acceptanceSchema, invitationSchema, userPatchSchema } from "./schemas.ts";
import { sessionLimits } from "./sessionLimits.ts";

export interface SaveUserDeps {
  readonly users: UserRepository;
  readonly organizations: Pick<OrganizationRepository, "read">;
  readonly sessions: Pick<SessionStore, "endAll">;
  readonly passwords: HashPasswords;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly nowMs: () => number;
}

/** Somebody and the token of an open invitation, which is told this once. */
export interface InvitedUser {
  readonly user: StoredUser;
  readonly invitationToken: string;
}

/**
 * Makes an account whose owner sets the password with a one-time token. Administrators only, in their own organisation;
 * the operator's in any. Throws PublicError `forbidden`, `invalid_body` or `conflict` (the address has an account).
 */
export async function inviteUser(
  deps: SaveUserDeps,
  body: unknown,
  caller: Caller,
): Promise<InvitedUser> {
  requirePermission(caller, "accounts");
  const fields = valueOrThrow(parseFields(invitationSchema, body));
  const organizationId = fields.organizationId ?? caller.organizationId;
  const organization = maySeeOrganization(caller, organizationId)
    ? await deps.organizations.read(organizationId)
    : null;
  if (organization === null)
    throw invalidBody([{ pointer: "/organizationId", rule: "must exist" }]);
  requireRoleThere(fields.role, organization);
  requireReach(caller, fields.role);
  const { invitationToken, ...invitation } = newInvitation(deps);
  const write = { ...fields, organizationId, active: true, passwordHash: null, ...invitation };
  return { user: await deps.users.insert(write, actorOf(caller)), invitationToken };
}

/** Judging creatives is the operator's: a reviewer elsewhere would only read. */
function requireRoleThere(role: Role, { kind }: StoredOrganization): void {
  if (role !== "reviewer" || kind === "operator") return;
  throw invalidBody([{ pointer: "/role", rule: "must be admin, manager or reader" }]);
}

function newInvitation({ randomBytes, nowMs }: SaveUserDeps) {
  const invitationToken = Buffer.from(randomBytes(32)).toString("base64url");
  const endsAtMs = nowMs() + sessionLimits.invitationSeconds * 1_000;
  return {
    invitationToken,
    invitationHash: sha256(invitationToken),
    invitationEndsAt: new Date(endsAtMs).toISOString(),
  };
}

/** A new token for somebody who lost the first one, or the password. Throws `forbidden`, `not_found` or `conflict`. */
export async function renewInvitation(
  deps: SaveUserDeps,
  userId: number,
  caller: Caller,
): Promise<InvitedUser> {
  requirePermission(caller, "accounts");
  const { invitationToken, ...invitation } = newInvitation(deps);
  const user = await change(deps, userId, caller, (present) => {
    requireReach(caller, present.role);
    if (!present.active) throw new PublicError("conflict", "The account is not active.");
    return { ...present, ...invitation };
  });
  return { user, invitationToken };
}

/**
 * Changes name or role, or ends an account (`active`: false), its sessions and its keys with it. Throws `not_found`,
 * `forbidden`, `invalid_body` or `conflict` (another version, or the organisation's last administrator).
 */
export async function changeUser(
  deps: SaveUserDeps,
  userId: number,
  body: unknown,
  caller: Caller,
): Promise<StoredUser> {
  requirePermission(caller, "accounts");
  const { organizationId } = await readUser(deps, userId, caller);
  const organization = await deps.organizations.read(organizationId);
  return change(deps, userId, caller, (present) => {
    const { name, role, active, version } = present;
    const merged = mergePatch({ name, role, active }, body, version, []);
    const fields = valueOrThrow(parseFields(userPatchSchema, merged));
    if (organization !== null) requireRoleThere(fields.role, organization);
    requireReach(caller, fields.role);
    const closed = fields.active ? {} : { invitationHash: null, invitationEndsAt: null };
    return { ...present, ...fields, ...closed };
  });
}

/** The account when the caller manages its organisation. Throws `not_found` or `forbidden`. */
export async function readUser(
  { users }: Pick<SaveUserDeps, "users">,
  userId: number,
  caller: Caller,
): Promise<StoredUser> {
  requirePermission(caller, "accounts");
  const found = await users.read(userId);
  if (found === null || !maySeeOrganization(caller, found.organizationId)) throw notFound();
  return found;
}

async function change(
  { users }: SaveUserDeps,
  userId: number,
  caller: Caller,
  transform: (present: StoredUser) => StoredUser,
): Promise<StoredUser> {
  const changed = await users.change(
    userId,
    (present) => {
      if (!maySeeOrganization(caller, present.organizationId)) throw notFound();
      return transform(present);
    },
    actorOf(caller),
  );
  if (changed === null) throw notFound();
  return changed;
}

/**
 * Sets the password of whoever brings the token of an open invitation; sessions begun with an older one end. The token
 * counts once. Throws PublicError `invalid_body`, or `unavailable` while too many passwords are being hashed.
 */
export async function acceptInvitation(
  deps: SaveUserDeps,
  body: unknown,
  requestId: string,
): Promise<StoredUser> {
  const { token, password } = valueOrThrow(parseFields(acceptanceSchema, body));
  const invitationHash = sha256(token);
  const found = await deps.users.list(
    { organizationId: null, invitationHash },
    { limit: 1, afterId: 0 },
  );
  const user = found[0];
  if (user === undefined || !isOpen(user, invitationHash, deps.nowMs())) throw unknownToken();
  const rule = passwordProblem(password, user.email);
  if (rule !== null) throw invalidBody([{ pointer: "/password", rule }]);
  const passwordHash = await deps.passwords.hash(password, deps.randomBytes(16));
  const actor = actorOfUser(user, requestId);
  const changed = await deps.users.change(
    user.userId,
    (present) => {
      // Of two who bring the same token at once the second finds it used.
      if (!isOpen(present, invitationHash, deps.nowMs())) throw unknownToken();
      return { ...present, passwordHash, invitationHash: null, invitationEndsAt: null };
    },
    actor,
  );
  if (changed === null) throw unknownToken();
  await deps.sessions.endAll(user.userId, null, actor);
  return changed;
}

function isOpen(user: StoredUser, invitationHash: string, nowMs: number): boolean {
  const endsAt = user.invitationEndsAt;
  const isCurrent = user.active && user.invitationHash === invitationHash;
  return isCurrent && endsAt !== null && Date.parse(endsAt) > nowMs;
}

const unknownToken = () =>
  invalidBody([{ pointer: "/token", rule: "must be that of an open invitation" }]);

/** A person who acts with a password or a token, not with a session yet. */
export function actorOfUser(user: StoredUser, requestId: string): Actor {
  const { userId, organizationId, name } = user;
  return { apiKeyId: null, userId, organizationId, requestId, label: name };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

import {
  actorOf,
  maySeeOrganization,
  notFound,
  permissionsOf,
  permissionsOfRole,
  requirePermission,
  requireReach,
  type Scope,
} from "../campaigns/access.ts";
import { newApiKey } from "../campaigns/apiKey.ts";
import { invalidBody, parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Caller } from "../campaigns/repository.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import type {
  KeyRepository,
  KeyWrite,
  OrganizationRepository,
  StoredKey,
  StoredOrganization,
  StoredUser,
  UserRepository,
} from "./repository.ts";
import { keySchema, rotationSchema } from "./schemas.ts";

export interface SaveKeyDeps {
  readonly keys: KeyRepository;
  readonly users: Pick<UserRepository, "read">;
  readonly organizations: Pick<OrganizationRepository, "read">;
  /** Which of these advertisers the organisation owns; of the operator all there are. */
  readonly ownedAdvertiserIds: (
    organization: StoredOrganization,
    advertiserIds: readonly number[],
  ) => Promise<readonly number[]>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly nowMs: () => number;
}

/** A key and its secret, which is told this once. */
export interface MadeKey {
  readonly stored: StoredKey;
  readonly key: string;
}

type KeyFields = ReturnType<typeof parseKey>;
const parseKey = (body: unknown) => valueOrThrow(parseFields(keySchema, body));

/**
 * Makes a key. Administrators only, in their own organisation; the operator's in any. No key may more, or lives longer,
 * than the one that makes it. Throws PublicError `forbidden`, `invalid_body` or `conflict` (there are too many).
 */
export async function createKey(
  deps: SaveKeyDeps,
  body: unknown,
  caller: Caller,
): Promise<MadeKey> {
  requirePermission(caller, "accounts");
  const fields = parseKey(body);
  const organizationId = fields.organizationId ?? caller.organizationId;
  const organization = maySeeOrganization(caller, organizationId)
    ? await deps.organizations.read(organizationId)
    : null;
  if (organization === null)
    throw invalidBody([{ pointer: "/organizationId", rule: "must exist" }]);
  const problems = [
    ...(await foreignProblems(deps, fields, organization)),
    ...reachProblems(fields, caller, organization),
    ...(await lifeProblems(deps, fields, caller)),
  ];
  if (problems.length > 0) throw invalidBody(problems);
  const made = newApiKey(deps.randomBytes(32));
  const write: KeyWrite = {
    ...fields,
    organizationId,
    keyHash: made.keyHash,
    previousKeyHash: null,
    previousEndsAt: null,
    revokedAt: null,
  };
  return { stored: await deps.keys.insert(write, actorOf(caller)), key: made.key };
}

/** Persons and advertisers that are not the organisation's do not exist for its keys. */
async function foreignProblems(
  deps: SaveKeyDeps,
  { userId, advertiserIds, role }: KeyFields,
  organization: StoredOrganization,
): Promise<readonly FieldProblem[]> {
  const problems: FieldProblem[] = [];
  const user = userId === null ? null : await deps.users.read(userId);
  if (userId !== null) problems.push(...userProblems(user, role, organization));
  if (advertiserIds === null) return problems;
  if (role === "admin")
    problems.push({ pointer: "/advertiserIds", rule: "must be null for an administrator" });
  const owned = new Set(await deps.ownedAdvertiserIds(organization, advertiserIds));
  for (const [index, id] of advertiserIds.entries()) {
    if (!owned.has(id)) problems.push({ pointer: `/advertiserIds/${index}`, rule: "must exist" });
  }
  return problems;
}

function userProblems(
  user: StoredUser | null,
  role: KeyFields["role"],
  { organizationId }: StoredOrganization,
): readonly FieldProblem[] {
  if (user === null || user.organizationId !== organizationId || !user.active)
    return [{ pointer: "/userId", rule: "must exist" }];
  const isWithin = user.role === "admin" || user.role === role || role === "reader";
  return isWithin
    ? []
    : [{ pointer: "/role", rule: `must be ${user.role} or reader, as the user` }];
}

function reachProblems(
  { role, scopes }: KeyFields,
  caller: Caller,
  { kind }: StoredOrganization,
): readonly FieldProblem[] {
  const ofRole = permissionsOfRole(role, kind === "operator");
  const own = permissionsOf(caller);
  const ofKey: readonly Scope[] = scopes ?? ofRole;
  const unknown = ofKey.filter((scope) => !ofRole.includes(scope));
  if (unknown.length > 0)
    return [{ pointer: "/scopes", rule: `must be among those of the role: ${ofRole.join(", ")}` }];
  const beyond = caller.scopes === null ? [] : ofKey.filter((scope) => !own.includes(scope));
  return beyond.length === 0
    ? []
    : [{ pointer: "/scopes", rule: `must be among your own: ${own.join(", ")}` }];
}

async function lifeProblems(
  deps: SaveKeyDeps,
  { expiresAt }: Pick<KeyFields, "expiresAt">,
  { apiKeyId }: Caller,
): Promise<readonly FieldProblem[]> {
  const endsAtMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  if (endsAtMs <= deps.nowMs()) return [{ pointer: "/expiresAt", rule: "must be in the future" }];
  const own = apiKeyId === null ? null : await deps.keys.read(apiKeyId);
  const ownEnd = own?.expiresAt ?? null;
  if (ownEnd === null || endsAtMs <= Date.parse(ownEnd)) return [];
  return [{ pointer: "/expiresAt", rule: `must not be after that of your own key, ${ownEnd}` }];
}

/**
 * Gives a key a new secret; the one before it counts for `overlapSeconds` more, so that whoever uses it can change over.
 * Throws `not_found`, `forbidden`, `invalid_body` or `conflict` (it is revoked).
 */
export async function rotateKey(
  deps: SaveKeyDeps,
  apiKeyId: number,
  body: unknown,
  caller: Caller,
): Promise<MadeKey> {
  const { expiresAt } = await readKey(deps, apiKeyId, caller);
  const [problem] = await lifeProblems(deps, { expiresAt }, caller);
  if (problem !== undefined) throw new PublicError("forbidden", `The key's end ${problem.rule}.`);
  const { overlapSeconds } = valueOrThrow(parseFields(rotationSchema, body));
  const made = newApiKey(deps.randomBytes(32));
  const endsAt = new Date(deps.nowMs() + overlapSeconds * 1_000).toISOString();
  const stored = await changeKey(deps, apiKeyId, caller, (present) => ({
    ...present,
    keyHash: made.keyHash,
    previousKeyHash: overlapSeconds === 0 ? null : present.keyHash,
    previousEndsAt: overlapSeconds === 0 ? null : endsAt,
  }));
  return { stored, key: made.key };
}

/** Ends a key, on every node within a second. Throws `not_found`, `forbidden` or `conflict` (it is revoked already). */
export function revokeKey(deps: SaveKeyDeps, apiKeyId: number, caller: Caller): Promise<StoredKey> {
  requirePermission(caller, "accounts");
  const revokedAt = new Date(deps.nowMs()).toISOString();
  return changeKey(deps, apiKeyId, caller, (present) => ({ ...present, revokedAt }));
}

async function changeKey(
  { keys }: SaveKeyDeps,
  apiKeyId: number,
  caller: Caller,
  transform: (present: StoredKey) => KeyWrite,
): Promise<StoredKey> {
  const changed = await keys.change(
    apiKeyId,
    (present) => {
      if (!maySeeOrganization(caller, present.organizationId)) throw notFound();
      requireReach(caller, present.role, present.scopes);
      if (present.revokedAt !== null) throw new PublicError("conflict", "The key is revoked.");
      return transform(present);
    },
    actorOf(caller),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** The key when the caller manages its organisation. Throws `not_found` or `forbidden`. */
export async function readKey(
  { keys }: Pick<SaveKeyDeps, "keys">,
  apiKeyId: number,
  caller: Caller,
): Promise<StoredKey> {
  requirePermission(caller, "accounts");
  const found = await keys.read(apiKeyId);
  if (found === null || !maySeeOrganization(caller, found.organizationId)) throw notFound();
  return found;
}

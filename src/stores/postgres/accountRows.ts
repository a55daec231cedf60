import { type RawBuilder, sql } from "kysely";
import type {
  KeyFilter,
  KeyWrite,
  OrganizationFilter,
  OrganizationWrite,
  StoredKey,
  StoredOrganization,
  StoredUser,
  UserFilter,
  UserWrite,
} from "../../accounts/repository.ts";
import { allOf, type EntityMapping, writtenSorts } from "./entityMapping.ts";
import { textSort } from "./keyset.ts";

/** Organisations, their people and their keys: one row each. */
interface VersionedRow {
  readonly id: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const versionOf = (row: VersionedRow) => ({
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** A filter that is not given filters nothing. */
const is = (column: RawBuilder<unknown>, wanted: string | number | boolean | undefined) =>
  wanted === undefined ? null : sql`(${column}) = ${wanted}`;

const contains = (text: RawBuilder<unknown>, wanted: string | undefined) =>
  wanted === undefined ? null : sql`strpos(fold_name(${text}), fold_name(${wanted})) > 0`;

const toIso = (at: Date | null): string | null => at?.toISOString() ?? null;

interface OrganizationRow extends VersionedRow {
  readonly name: string;
  readonly kind: StoredOrganization["kind"];
  readonly active: boolean;
}

export const organizationMapping: EntityMapping<
  OrganizationRow,
  StoredOrganization,
  OrganizationWrite,
  OrganizationFilter
> = {
  entity: "organization",
  table: "organizations",
  select: sql<OrganizationRow>`select e.* from organizations e`,
  fieldsToRow: ({ name, kind, active }) => ({ name, kind, active }),
  rowToKept: (row) => ({
    organizationId: row.id,
    name: row.name,
    kind: row.kind,
    active: row.active,
    ...versionOf(row),
  }),
  idOf: ({ organizationId }) => organizationId,
  where: ({ organizationId, q, kind, active }) =>
    allOf(
      organizationId === null ? null : sql`e.id = ${organizationId}`,
      contains(sql`e.name`, q),
      is(sql`e.kind`, kind),
      is(sql`e.active`, active),
    ),
  sorts: { ...writtenSorts, name: textSort(sql`fold_name(e.name) collate "C"`) },
  toAudit: (organization) => organization,
};

interface UserRow extends VersionedRow {
  readonly organization_id: number;
  readonly email: string;
  readonly name: string;
  readonly role: StoredUser["role"];
  readonly active: boolean;
  readonly password_hash: string | null;
  readonly invitation_hash: string | null;
  readonly invitation_ends_at: Date | null;
}

export const userMapping: EntityMapping<UserRow, StoredUser, UserWrite, UserFilter> = {
  entity: "user",
  table: "users",
  select: sql<UserRow>`select e.* from users e`,
  fieldsToRow: (fields) => ({
    organization_id: fields.organizationId,
    email: fields.email,
    name: fields.name,
    role: fields.role,
    active: fields.active,
    password_hash: fields.passwordHash,
    invitation_hash: fields.invitationHash,
    invitation_ends_at: fields.invitationEndsAt,
  }),
  rowToKept: (row) => ({
    userId: row.id,
    organizationId: row.organization_id,
    email: row.email,
    name: row.name,
    role: row.role,
    active: row.active,
    passwordHash: row.password_hash,
    invitationHash: row.invitation_hash,
    invitationEndsAt: toIso(row.invitation_ends_at),
    ...versionOf(row),
  }),
  idOf: ({ userId }) => userId,
  where: ({ organizationId, email, invitationHash, q, role, active }) =>
    allOf(
      organizationId === null ? null : sql`e.organization_id = ${organizationId}`,
      is(sql`e.email`, email),
      is(sql`e.invitation_hash`, invitationHash),
      contains(sql`e.name || ' ' || e.email`, q),
      is(sql`e.role`, role),
      is(sql`e.active`, active),
    ),
  sorts: {
    ...writtenSorts,
    name: textSort(sql`fold_name(e.name) collate "C"`),
    email: textSort(sql`fold_name(e.email) collate "C"`),
  },
  toAudit: ({ passwordHash, invitationHash, ...user }) => ({
    ...user,
    hasPassword: passwordHash !== null,
    isInvited: invitationHash !== null,
  }),
  // Who may no longer, may no longer from this commit on.
  async writeParts(trx, written) {
    const gone = written.filter(({ fields }) => !fields.active).map(({ id }) => id);
    if (gone.length > 0) await sql`delete from sessions where user_id = any(${gone})`.execute(trx);
  },
};

interface KeyRow extends VersionedRow {
  readonly organization_id: number;
  readonly user_id: number | null;
  readonly role: StoredKey["role"];
  readonly scopes: StoredKey["scopes"];
  readonly advertiser_ids: readonly number[] | null;
  readonly label: string;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly key_hash: string;
  readonly previous_key_hash: string | null;
  readonly previous_ends_at: Date | null;
  readonly revoked_at: Date | null;
}

export const keyMapping: EntityMapping<KeyRow, StoredKey, KeyWrite, KeyFilter> = {
  entity: "api_key",
  table: "api_keys",
  select: sql<KeyRow>`select e.* from api_keys e`,
  fieldsToRow: (fields) => ({
    organization_id: fields.organizationId,
    user_id: fields.userId,
    role: fields.role,
    scopes: fields.scopes,
    advertiser_ids: fields.advertiserIds,
    label: fields.label,
    expires_at: fields.expiresAt,
    key_hash: fields.keyHash,
    previous_key_hash: fields.previousKeyHash,
    previous_ends_at: fields.previousEndsAt,
    revoked_at: fields.revokedAt,
  }),
  rowToKept: (row) => ({
    apiKeyId: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    role: row.role,
    scopes: row.scopes,
    advertiserIds: row.advertiser_ids,
    label: row.label,
    expiresAt: toIso(row.expires_at),
    lastUsedAt: toIso(row.last_used_at),
    keyHash: row.key_hash,
    previousKeyHash: row.previous_key_hash,
    previousEndsAt: toIso(row.previous_ends_at),
    revokedAt: toIso(row.revoked_at),
    ...versionOf(row),
  }),
  idOf: ({ apiKeyId }) => apiKeyId,
  where: ({ organizationId, userId, q, role, revoked }) =>
    allOf(
      organizationId === null ? null : sql`e.organization_id = ${organizationId}`,
      is(sql`e.user_id`, userId),
      contains(sql`e.label`, q),
      is(sql`e.role`, role),
      is(sql`e.revoked_at is not null`, revoked),
    ),
  sorts: { ...writtenSorts, label: textSort(sql`fold_name(e.label) collate "C"`) },
  toAudit: ({ keyHash: _hash, previousKeyHash: _previous, ...key }) => key,
};

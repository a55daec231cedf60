import type { Role, Scope } from "../campaigns/access.ts";
import type { Actor, KnownCaller, Repository, Stored } from "../campaigns/repository.ts";

/** agency: looks after several shops; shop: one that looks after itself. The operator runs the platform; there is one. */
export const organizationKinds = ["operator", "agency", "shop"] as const;
export type OrganizationKind = (typeof organizationKinds)[number];

export interface OrganizationWrite {
  readonly name: string;
  readonly kind: OrganizationKind;
  /** False: none of its people and keys is let in. */
  readonly active: boolean;
}

export interface StoredOrganization extends OrganizationWrite, Stored {
  readonly organizationId: number;
}

export interface UserWrite {
  readonly organizationId: number;
  /** In lower case; one account each. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly active: boolean;
  /** A PHC string; null until the invitation is accepted. */
  readonly passwordHash: string | null;
  /** SHA-256 of the one-time token in hexadecimal; null = none is open. */
  readonly invitationHash: string | null;
  readonly invitationEndsAt: string | null;
}

export interface StoredUser extends UserWrite, Stored {
  readonly userId: number;
}

export interface KeyWrite {
  readonly organizationId: number;
  /** Whose it is; null = the organisation's own. */
  readonly userId: number | null;
  readonly role: Role;
  /** Null = all that the role may. */
  readonly scopes: readonly Scope[] | null;
  /** Null = all of the organisation's. */
  readonly advertiserIds: readonly number[] | null;
  readonly label: string;
  readonly expiresAt: string | null;
  readonly keyHash: string;
  /** The one before, which counts until `previousEndsAt`. */
  readonly previousKeyHash: string | null;
  readonly previousEndsAt: string | null;
  readonly revokedAt: string | null;
}

export interface StoredKey extends KeyWrite, Stored {
  readonly apiKeyId: number;
  /** Rounded down to the hour; null = never. */
  readonly lastUsedAt: string | null;
}

export interface OrganizationFilter {
  readonly organizationId: number | null;
  /** Names that contain it, without regard to case and accents. */
  readonly q?: string | undefined;
  readonly kind?: OrganizationKind | undefined;
  readonly active?: boolean | undefined;
}

export interface UserFilter {
  readonly organizationId: number | null;
  readonly email?: string;
  readonly invitationHash?: string;
  /** Names and addresses that contain it, without regard to case and accents. */
  readonly q?: string | undefined;
  readonly role?: Role | undefined;
  readonly active?: boolean | undefined;
}

export interface KeyFilter {
  readonly organizationId: number | null;
  readonly userId?: number | undefined;
  /** Labels that contain it, without regard to case and accents. */
  readonly q?: string | undefined;
  readonly role?: Role | undefined;
  readonly revoked?: boolean | undefined;
}

export type OrganizationRepository = Repository<
  StoredOrganization,
  OrganizationWrite,
  OrganizationFilter
>;

/**
 * Who is made inactive loses every session in the same transaction. A write that takes its last administrator from an
 * organisation is refused: PublicError `conflict`.
 */
export type UserRepository = Repository<StoredUser, UserWrite, UserFilter>;
export type KeyRepository = Repository<StoredKey, KeyWrite, KeyFilter>;

export interface SessionWrite {
  readonly userId: number;
  /** SHA-256 of the cookie's value in hexadecimal. */
  readonly tokenHash: string;
  /** The password that was proved; absent = another proof. */
  readonly passwordHash?: string | null;
}

/** Sessions of people at the console. They end after a while without use, and in any case after a longer one. */
export interface SessionStore {
  /** False = none begins: the account is no longer active, or the password was changed since it was proved. */
  begin(session: SessionWrite, actor: Actor): Promise<boolean>;
  /** Null = unknown, ended, or of somebody who may no longer. */
  findByHash(tokenHash: string): Promise<KnownCaller | null>;
  end(sessionId: number, actor: Actor): Promise<void>;
  /** Ends all of a person's but one; null = every one. */
  endAll(userId: number, exceptSessionId: number | null, actor: Actor): Promise<void>;
}

/** Counts tries by subject (a hash) in windows that all nodes share. */
export interface LoginAttempts {
  /** Counts one more for each; answers how many there are in the present window, in their order. */
  count(subjects: readonly string[]): Promise<readonly number[]>;
  forget(subjects: readonly string[]): Promise<void>;
}

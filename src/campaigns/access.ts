import { PublicError } from "../errors.ts";
import type { CampaignFields } from "./campaignSchema.ts";
import { invalidBody } from "./problems.ts";
import type { Actor, Caller, StoredCampaign } from "./repository.ts";

/**
 * The one place that says who may do what: roles and permissions here, which route asks for which permission in
 * `routeRules.ts`. What belongs to others does not exist for a caller: 404, not 403.
 */

export const roles = ["admin", "manager", "reviewer", "reader"] as const;
export type Role = (typeof roles)[number];

/** What a key may be narrowed to. "platform" (places, segments, SSPs, credits) and "creatives:review" are the operator's. */
export const scopes = [
  "campaigns:read",
  "campaigns:write",
  "conversions:write",
  "reports:read",
  "creatives:review",
  "accounts",
  "platform",
] as const;
export type Scope = (typeof scopes)[number];

const permissions: Readonly<Record<Role, readonly Scope[]>> = {
  admin: scopes,
  manager: ["campaigns:read", "campaigns:write", "conversions:write", "reports:read"],
  reviewer: ["campaigns:read", "reports:read", "creatives:review"],
  reader: ["campaigns:read", "reports:read"],
};
const operatorsOnly: readonly Scope[] = ["creatives:review", "platform"];

/** What a role may do in an organisation, whatever its key is narrowed to. */
export function permissionsOfRole(role: Role, isOperator: boolean): readonly Scope[] {
  return permissions[role].filter((scope) => isOperator || !operatorsOnly.includes(scope));
}

/** What a caller may do. */
export function permissionsOf(caller: Caller): readonly Scope[] {
  const { role, isOperator, scopes: narrowed } = caller;
  const ofRole = permissionsOfRole(role, isOperator);
  return narrowed === null ? ofRole : ofRole.filter((scope) => narrowed.includes(scope));
}

export function may(caller: Caller, scope: Scope): boolean {
  return permissionsOf(caller).includes(scope);
}

const refusals: Readonly<Partial<Record<Scope, string>>> = {
  "campaigns:write": "This key may only read.",
  accounts: "Only an administrator may do this.",
  platform: "Only an administrator's key of the operator may do this.",
  "creatives:review": "Only a reviewer of the operator may do this.",
};

/** Throws PublicError `forbidden`. */
export function requirePermission(caller: Caller, scope: Scope): void {
  if (may(caller, scope)) return;
  const isNarrowed = permissionsOfRole(caller.role, caller.isOperator).includes(scope);
  const detail = isNarrowed ? `This key lacks the scope ${scope}.` : refusals[scope];
  throw new PublicError("forbidden", detail ?? `This needs the scope ${scope}.`);
}

/**
 * Throws PublicError `forbidden` when a caller that is narrowed to scopes would get hold of more than its own: a key or a
 * person of that role, narrowed to those scopes (null = not narrowed).
 */
export function requireReach(
  caller: Caller,
  role: Role,
  narrowed: readonly Scope[] | null = null,
): void {
  if (caller.scopes === null) return;
  const own = permissionsOf(caller);
  const reach = narrowed ?? permissionsOfRole(role, caller.isOperator);
  if (reach.every((scope) => own.includes(scope))) return;
  throw new PublicError("forbidden", "This may more than your own key.");
}

/** Throws PublicError `forbidden` for who may not write campaigns and what belongs to them. */
export function requireWriter(caller: Caller): void {
  requirePermission(caller, "campaigns:write");
}

/** Throws PublicError `forbidden` for all but the operator's administrators: sites, placements, segments, SSPs are theirs. */
export function requireAdmin(caller: Caller): void {
  requirePermission(caller, "platform");
}

/** Throws PublicError `forbidden` for who may not judge creatives. */
export function requireReviewer(caller: Caller): void {
  requirePermission(caller, "creatives:review");
}

/** Whether the whole platform is a caller's to see and change: balances, what places cost, house ads. */
export function isPlatformAdmin(caller: Caller): boolean {
  return caller.isOperator && caller.role === "admin";
}

/** Who wrote, for the audit log. */
export const actorOf = (caller: Caller): Actor => ({
  apiKeyId: caller.apiKeyId,
  userId: caller.userId,
  organizationId: caller.organizationId,
  requestId: caller.requestId,
  label: caller.label,
});

/** The advertisers whose things a caller may see; null = all. */
export function visibleAdvertiserIds(caller: Caller): readonly number[] | null {
  return caller.advertiserIds;
}

/** The same for a list that asks for one advertiser (undefined = for all): what the caller may not see is an empty list. */
export function listedAdvertiserIds(
  caller: Caller,
  advertiserId: number | undefined,
): readonly number[] | null {
  if (advertiserId === undefined) return visibleAdvertiserIds(caller);
  return maySeeAdvertiser(caller, advertiserId) ? [advertiserId] : [];
}

export function maySeeAdvertiser({ advertiserIds }: Caller, advertiserId: number): boolean {
  return advertiserIds === null || advertiserIds.includes(advertiserId);
}

/** Throws what a missing entity throws when the caller may not see the advertiser that owns it. */
export function requireVisible(caller: Caller, advertiserId: number): void {
  if (!maySeeAdvertiser(caller, advertiserId)) throw notFound();
}

/** Of some advertisers those that a caller may know of. */
export function knownAdvertiserIds(caller: Caller, ids: readonly number[]): readonly number[] {
  return ids.filter((id) => maySeeAdvertiser(caller, id));
}

export function maySeeOrganization(caller: Caller, organizationId: number): boolean {
  return isPlatformAdmin(caller) || caller.organizationId === organizationId;
}

/** The organisation whose accounts a caller manages; null = every one. */
export function managedOrganizationId(caller: Caller): number | null {
  return isPlatformAdmin(caller) ? null : caller.organizationId;
}

/** The same for a list that asks for one organisation: what the caller does not manage is an empty list, of nobody's. */
export function listedOrganizationId(caller: Caller, wanted: number | undefined): number | null {
  const managed = managedOrganizationId(caller);
  if (wanted === undefined || managed === wanted) return managed;
  return managed === null ? wanted : 0;
}

export const notFound = () => new PublicError("not_found", "There is nothing with this id.");

/**
 * Says whether a caller may write a campaign so: only for advertisers that it sees, and only as paid unless it is the
 * operator's administrator. Guaranteed delivery is sold by the house, and house ads cost nothing.
 */
export function requireCampaignWriter(
  caller: Caller,
  fields: CampaignFields,
  present: StoredCampaign | null,
): void {
  if (!maySeeAdvertiser(caller, fields.advertiserId)) {
    throw invalidBody([{ pointer: "/advertiserId", rule: "must exist" }]);
  }
  const isOwnTier = fields.priority === "paid" || fields.priority === present?.priority;
  if (!isPlatformAdmin(caller) && !isOwnTier) {
    throw new PublicError("forbidden", "Only an administrator's key may choose this priority.", [
      { pointer: "/priority", rule: "must be paid" },
    ]);
  }
}

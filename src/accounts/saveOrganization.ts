import {
  actorOf,
  isPlatformAdmin,
  maySeeOrganization,
  notFound,
  requireAdmin,
  requirePermission,
} from "../campaigns/access.ts";
import { mergePatch } from "../campaigns/mergePatch.ts";
import { invalidBody, parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Caller } from "../campaigns/repository.ts";
import type { OrganizationRepository, StoredOrganization } from "./repository.ts";
import { organizationPatchSchema, organizationSchema } from "./schemas.ts";

/** Creates an agency or a shop's own organisation. The operator's administrators only. Throws `invalid_body`, `forbidden`. */
export async function createOrganization(
  organizations: OrganizationRepository,
  body: unknown,
  caller: Caller,
): Promise<StoredOrganization> {
  requireAdmin(caller);
  const fields = valueOrThrow(parseFields(organizationSchema, body));
  return organizations.insert({ ...fields, active: true }, actorOf(caller));
}

/**
 * Changes the name, or lets an organisation's people and keys in no longer (`active`), which is the operator's to say.
 * Throws `not_found`, `forbidden`, `conflict` or `invalid_body`.
 */
export async function changeOrganization(
  organizations: OrganizationRepository,
  organizationId: number,
  body: unknown,
  caller: Caller,
): Promise<StoredOrganization> {
  requirePermission(caller, "accounts");
  if (!maySeeOrganization(caller, organizationId)) throw notFound();
  const changed = await organizations.change(
    organizationId,
    ({ name, kind, active, version }) => {
      const merged = mergePatch({ name, active }, body, version, []);
      const fields = valueOrThrow(parseFields(organizationPatchSchema, merged));
      const maySwitch = isPlatformAdmin(caller) && kind !== "operator";
      if (fields.active !== active && !maySwitch) {
        throw invalidBody([{ pointer: "/active", rule: "must stay as it is" }]);
      }
      return { kind, ...fields };
    },
    actorOf(caller),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** The organisation when the caller belongs to it or runs the platform. Throws `not_found`. */
export async function readOrganization(
  organizations: OrganizationRepository,
  organizationId: number,
  caller: Caller,
): Promise<StoredOrganization> {
  const found = maySeeOrganization(caller, organizationId)
    ? await organizations.read(organizationId)
    : null;
  if (found === null) throw notFound();
  return found;
}

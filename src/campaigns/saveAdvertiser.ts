import { PublicError } from "../errors.ts";
import {
  actorOf,
  isPlatformAdmin,
  notFound,
  requirePermission,
  requireVisible,
  requireWriter,
} from "./access.ts";
import { type AdvertiserFields, parseAdvertiser } from "./advertiserSchema.ts";
import { mergePatch } from "./mergePatch.ts";
import { invalidBody, valueOrThrow } from "./problems.ts";
import type { AdvertiserRepository, Caller, StoredAdvertiser } from "./repository.ts";

/**
 * Creates an advertiser. Administrators only, in their own organisation; the operator's in any. Who pays in nothing shows
 * nothing: the advertisers of others begin with a balance of 0, which the operator raises.
 * Throws PublicError `invalid_body` or `forbidden`.
 */
export async function createAdvertiser(
  advertisers: AdvertiserRepository,
  body: unknown,
  caller: Caller,
): Promise<StoredAdvertiser> {
  requirePermission(caller, "accounts");
  const fields = valueOrThrow(parseAdvertiser(body));
  const organizationId = fields.organizationId ?? caller.organizationId;
  if (isPlatformAdmin(caller)) {
    return advertisers.insert({ ...fields, organizationId }, actorOf(caller));
  }
  if (organizationId !== caller.organizationId) throw unknownOrganization();
  if (fields.balanceMicros !== null && fields.balanceMicros !== 0) throw balanceIsMoney("be 0");
  return advertisers.insert({ ...fields, organizationId, balanceMicros: 0 }, actorOf(caller));
}

/**
 * Changes what `body` names. Only the operator's administrators change the balance, which is money, and the organisation.
 * Throws PublicError `not_found`, `forbidden`, `conflict` (another version) or `invalid_body`.
 */
export async function changeAdvertiser(
  advertisers: AdvertiserRepository,
  advertiserId: number,
  body: unknown,
  caller: Caller,
): Promise<StoredAdvertiser> {
  requireWriter(caller);
  const changed = await advertisers.change(
    advertiserId,
    (present) => {
      requireVisible(caller, present.advertiserId);
      const { name, payerName, trade, balanceMicros, organizationId } = present;
      const input = { name, payerName, trade, balanceMicros, organizationId };
      const fields = valueOrThrow(parseAdvertiser(mergePatch(input, body, present.version, [])));
      if (!isPlatformAdmin(caller)) requireSameMoney(present, fields);
      return fields;
    },
    actorOf(caller),
  );
  if (changed === null) throw notFound();
  return changed;
}

function requireSameMoney(present: StoredAdvertiser, fields: AdvertiserFields): void {
  if (fields.balanceMicros !== present.balanceMicros) throw balanceIsMoney("stay as it is");
  if (fields.organizationId !== present.organizationId) throw unknownOrganization();
}

const balanceIsMoney = (rule: string) =>
  new PublicError("forbidden", "Only an administrator's key of the operator may set a balance.", [
    { pointer: "/balanceMicros", rule: `must ${rule}` },
  ]);

const unknownOrganization = () =>
  invalidBody([{ pointer: "/organizationId", rule: "must be your own organisation" }]);

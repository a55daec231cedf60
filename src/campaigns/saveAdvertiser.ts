import { PublicError } from "../errors.ts";
import { actorOf, notFound, requireAdmin, requireVisible, requireWriter } from "./access.ts";
import { parseAdvertiser } from "./advertiserSchema.ts";
import { mergePatch } from "./mergePatch.ts";
import { valueOrThrow } from "./problems.ts";
import type { AdvertiserRepository, StoredAdvertiser, StoredApiKey } from "./repository.ts";

/** Creates an advertiser. Admins only. Throws PublicError `invalid_body` or `forbidden`. */
export async function createAdvertiser(
  advertisers: AdvertiserRepository,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredAdvertiser> {
  requireAdmin(key);
  return advertisers.insert(valueOrThrow(parseAdvertiser(body)), actorOf(key));
}

/**
 * Changes what `body` names. A manager may change the names of its advertisers, not their balance: that is money.
 * Throws PublicError `not_found`, `forbidden`, `conflict` (another version) or `invalid_body`.
 */
export async function changeAdvertiser(
  advertisers: AdvertiserRepository,
  advertiserId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredAdvertiser> {
  requireWriter(key);
  const changed = await advertisers.change(
    advertiserId,
    (present) => {
      requireVisible(key, present.advertiserId);
      const { name, payerName, trade, balanceMicros } = present;
      const input = { name, payerName, trade, balanceMicros };
      const fields = valueOrThrow(parseAdvertiser(mergePatch(input, body, present.version, [])));
      if (key.role !== "admin" && fields.balanceMicros !== balanceMicros) {
        throw new PublicError("forbidden", "Only an administrator's key may change a balance.", [
          { pointer: "/balanceMicros", rule: "must stay as it is" },
        ]);
      }
      return fields;
    },
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

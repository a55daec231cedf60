import { PublicError } from "../errors.ts";
import type { CampaignFields } from "./campaignSchema.ts";
import { invalidBody } from "./problems.ts";
import type { Actor, StoredApiKey, StoredCampaign } from "./repository.ts";

/** What each role may do, as functions of the key. What a manager may not see does not exist for it: 404, not 403. */

export const actorOf = (key: StoredApiKey): Actor => ({ apiKeyId: key.apiKeyId, label: key.label });

/** The advertisers whose things a key may see; null = all. */
export function visibleAdvertiserIds(key: StoredApiKey): readonly number[] | null {
  return key.role === "manager" ? key.advertiserIds : null;
}

/** The same for a list that asks for one advertiser (undefined = for all): what the key may not see is an empty list. */
export function listedAdvertiserIds(
  key: StoredApiKey,
  advertiserId: number | undefined,
): readonly number[] | null {
  if (advertiserId === undefined) return visibleAdvertiserIds(key);
  return maySeeAdvertiser(key, advertiserId) ? [advertiserId] : [];
}

export function maySeeAdvertiser(key: StoredApiKey, advertiserId: number): boolean {
  return key.role !== "manager" || key.advertiserIds.includes(advertiserId);
}

/** Throws PublicError `forbidden` for a reader. */
export function requireWriter(key: StoredApiKey): void {
  if (key.role === "reader") throw new PublicError("forbidden", "This key may only read.");
}

/** Throws PublicError `forbidden` for all but admins: sites, placements, segments and new advertisers are theirs. */
export function requireAdmin(key: StoredApiKey): void {
  if (key.role !== "admin") {
    throw new PublicError("forbidden", "Only an administrator's key may do this.");
  }
}

/** Throws what a missing entity throws when the key may not see the advertiser that owns it. */
export function requireVisible(key: StoredApiKey, advertiserId: number): void {
  if (!maySeeAdvertiser(key, advertiserId)) throw notFound();
}

export const notFound = () => new PublicError("not_found", "There is nothing with this id.");

/**
 * Says whether a key may write a campaign so: a manager only for its advertisers, and only as paid. Guaranteed delivery
 * is sold by the house, and house ads cost nothing.
 */
export function requireCampaignWriter(
  key: StoredApiKey,
  fields: CampaignFields,
  present: StoredCampaign | null,
): void {
  if (!maySeeAdvertiser(key, fields.advertiserId)) {
    throw invalidBody([{ pointer: "/advertiserId", rule: "must exist" }]);
  }
  const isOwnTier = fields.priority === "paid" || fields.priority === present?.priority;
  if (key.role === "manager" && !isOwnTier) {
    throw new PublicError("forbidden", "Only an administrator's key may choose this priority.", [
      { pointer: "/priority", rule: "must be paid" },
    ]);
  }
}

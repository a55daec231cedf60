import { PublicError } from "../errors.ts";
import { actorOf, maySeeAdvertiser, notFound, requireVisible, requireWriter } from "./access.ts";
import { type PictureRule, parseCreative } from "./creativeSchema.ts";
import { mergePatch } from "./mergePatch.ts";
import { invalidBody, valueOrThrow } from "./problems.ts";
import type {
  CampaignRepository,
  CreativeRepository,
  StoredApiKey,
  StoredCreative,
} from "./repository.ts";

export interface SaveCreativeDeps {
  readonly creatives: CreativeRepository;
  readonly campaigns: CampaignRepository;
  /** Where pictures may lie; default "https". */
  readonly pictures?: PictureRule;
}

/** Creates a creative of a campaign that the key may write. Throws PublicError `invalid_body`, `forbidden` or `conflict`. */
export async function createCreative(
  deps: SaveCreativeDeps,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCreative> {
  requireWriter(key);
  const fields = valueOrThrow(parseCreative(body, deps.pictures));
  const campaign = await deps.campaigns.read(fields.campaignId);
  if (campaign === null || !maySeeAdvertiser(key, campaign.advertiserId)) {
    throw invalidBody([{ pointer: "/campaignId", rule: "must exist" }]);
  }
  if (campaign.status === "ended") {
    throw new PublicError("conflict", "The campaign has ended.", [
      { pointer: "/campaignId", rule: "must not be an ended campaign" },
    ]);
  }
  return deps.creatives.insert(fields, actorOf(key));
}

/** The creative when the key may see it; throws PublicError `not_found` otherwise. */
export async function readCreative(
  deps: SaveCreativeDeps,
  creativeId: number,
  key: StoredApiKey,
): Promise<StoredCreative> {
  const creative = await deps.creatives.read(creativeId);
  const campaign = creative === null ? null : await deps.campaigns.read(creative.campaignId);
  if (creative === null || campaign === null) throw notFound();
  requireVisible(key, campaign.advertiserId);
  return creative;
}

/**
 * Changes what `body` names; campaign and format stay. Throws PublicError `not_found`, `forbidden`, `conflict`
 * (another version) or `invalid_body`.
 */
export async function changeCreative(
  deps: SaveCreativeDeps,
  creativeId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCreative> {
  requireWriter(key);
  // A creative never moves to another campaign, nor a campaign to another advertiser: what was read before stays true.
  await readCreative(deps, creativeId, key);
  const changed = await deps.creatives.change(
    creativeId,
    (present) => {
      const { creativeId: _id, version, createdAt: _at, updatedAt: _later, ...fields } = present;
      return valueOrThrow(
        parseCreative(mergePatch(fields, body, version, ["campaignId", "format"]), deps.pictures),
      );
    },
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

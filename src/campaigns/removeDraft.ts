import { PublicError } from "../errors.ts";
import { actorOf, maySeeAdvertiser, notFound, requireVisible, requireWriter } from "./access.ts";
import { requireIfMatch } from "./mergePatch.ts";
import type {
  CampaignRepository,
  CreativeRepository,
  StoredApiKey,
  StoredCampaign,
} from "./repository.ts";

export interface RemoveDraftDeps {
  readonly campaigns: CampaignRepository;
  readonly creatives: CreativeRepository;
}

/**
 * Deletes a campaign that was never more than a draft, with its creatives: nothing of it was ever shown or charged. All
 * others stay for the books. `demand`: what `If-Match` asks (`demandOfDeletion`). Throws PublicError `not_found`,
 * `forbidden`, `precondition_failed` or `conflict`.
 */
export async function removeCampaign(
  { campaigns }: Pick<RemoveDraftDeps, "campaigns">,
  campaignId: number,
  demand: object,
  key: StoredApiKey,
): Promise<void> {
  requireWriter(key);
  const check = (present: StoredCampaign): void => {
    requireVisible(key, present.advertiserId);
    requireIfMatch(demand, present.version);
    requireDraft(present, "End it instead: it stays for the books.");
  };
  if (!(await campaigns.remove(campaignId, check, actorOf(key)))) throw notFound();
}

/**
 * Deletes a creative of a campaign that is still a draft: nobody has seen it. Elsewhere it can be taken out of service
 * (`active: false`). Throws as `removeCampaign`.
 */
export async function removeCreative(
  { campaigns, creatives }: RemoveDraftDeps,
  creativeId: number,
  demand: object,
  key: StoredApiKey,
): Promise<void> {
  requireWriter(key);
  const creative = await creatives.read(creativeId);
  const campaign = creative === null ? null : await campaigns.read(creative.campaignId);
  if (campaign === null || !maySeeAdvertiser(key, campaign.advertiserId)) throw notFound();
  requireDraft(campaign, "Take it out of service instead (active: false): it may have been shown.");
  const check = ({ version }: { readonly version: number }) => requireIfMatch(demand, version);
  if (!(await creatives.remove(creativeId, check, actorOf(key)))) throw notFound();
}

function requireDraft({ status }: StoredCampaign, instead: string): void {
  if (status === "draft") return;
  throw new PublicError("conflict", instead, [
    { pointer: "/status", rule: "must be draft to be deleted" },
  ]);
}

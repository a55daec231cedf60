import { useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import type { Campaign, CampaignChange } from "./types.ts";
import { presentOf } from "./why/leverChange.ts";

/** A change that was made, and how to take it back. */
export interface MadeChange {
  readonly version: number;
  readonly undo: CampaignChange;
}

/** What is worked out of a campaign's fields: read again when they change. */
const dependents = ["readDiagnosis", "readPacing", "readCampaignHistory", "listCampaigns"];

/**
 * Writes fields of a campaign, on the version that was seen: rejects with `precondition_failed` where there is a newer one.
 * What is shown of it follows at once.
 */
export function useCampaignChange() {
  const queryClient = useQueryClient();
  return async (campaign: Campaign, body: CampaignChange): Promise<MadeChange> => {
    const { campaignId, version } = campaign;
    const changed = await api.changeCampaign({ campaignId, body }, { ifVersion: version });
    queryClient.setQueryData(["readCampaign", { campaignId }], changed);
    for (const read of dependents) void queryClient.invalidateQueries({ queryKey: [read] });
    return { version: changed.version, undo: presentOf(campaign, body) };
  };
}

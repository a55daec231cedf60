import { type PacedCampaign, toPacedCampaign } from "../budgets/pacing/pacedCampaign.ts";
import type { CampaignFeed } from "../campaigns/campaignFeed.ts";
import type { ServableCampaign } from "../targeting/types.ts";

/** The campaigns whose delivery is spread, in step with what this node serves. */
export interface PacedCampaigns {
  readonly all: ReadonlyMap<number, PacedCampaign>;
  /** False until all campaigns were loaded once: before, a campaign that is missing has not ended. */
  readonly isComplete: () => boolean;
  /** Campaigns that came, changed or went since the last call. */
  readonly takeChanged: () => readonly number[];
  /** A feed that tells of all that it loads: the node's snapshot follows it, and so do these campaigns. */
  readonly overhear: (feed: CampaignFeed) => CampaignFeed;
}

export interface PacedCampaignsDeps {
  /** Called with each change at once: null = not paced any more. */
  readonly onChange?: (campaignId: number, campaign: PacedCampaign | null) => void;
}

/** A few fields of each paced campaign: about 200 bytes, kept up to date for nothing by listening to the snapshot's feed. */
export function createPacedCampaigns(deps: PacedCampaignsDeps = {}): PacedCampaigns {
  const all = new Map<number, PacedCampaign>();
  const changed = new Set<number>();
  let isComplete = false;
  const set = (campaignId: number, campaign: PacedCampaign | null): void => {
    const known = all.get(campaignId);
    if (known === undefined && campaign === null) return;
    if (campaign === null) all.delete(campaignId);
    else all.set(campaignId, campaign);
    changed.add(campaignId);
    deps.onChange?.(campaignId, campaign);
  };
  const replaceAll = (campaigns: readonly ServableCampaign[]): void => {
    const present = new Set(campaigns.map(({ campaignId }) => campaignId));
    for (const campaignId of all.keys()) if (!present.has(campaignId)) set(campaignId, null);
    for (const campaign of campaigns) set(campaign.campaignId, toPacedCampaign(campaign));
    isComplete = true;
  };
  return {
    all,
    isComplete: () => isComplete,
    takeChanged() {
      const taken = [...changed];
      changed.clear();
      return taken;
    },
    overhear: (feed) => overhear(feed, set, replaceAll),
  };
}

function overhear(
  feed: CampaignFeed,
  set: (campaignId: number, campaign: PacedCampaign | null) => void,
  replaceAll: (campaigns: readonly ServableCampaign[]) => void,
): CampaignFeed {
  let isBehind = false;
  let isCatchingUp = false;
  const loadAll: CampaignFeed["loadAll"] = async (nowMs) => {
    const loaded = await feed.loadAll(nowMs);
    replaceAll(loaded.campaigns);
    isBehind = false;
    return loaded;
  };
  // A snapshot's new base was loaded in another thread, out of earshot.
  const catchUp = async (nowMs: number): Promise<void> => {
    if (!isBehind || isCatchingUp) return;
    isCatchingUp = true;
    try {
      await loadAll(nowMs);
    } catch {
      // Tried again with the next changes.
    } finally {
      isCatchingUp = false;
    }
  };
  return {
    loadSites: feed.loadSites,
    loadSsps: feed.loadSsps,
    loadAll,
    async loadChanges(cursor, nowMs) {
      const loaded = await feed.loadChanges(cursor, nowMs);
      if (loaded.kind === "expired") {
        isBehind = true;
        return loaded;
      }
      for (const campaignId of loaded.removedIds) set(campaignId, null);
      for (const campaign of loaded.campaigns) set(campaign.campaignId, toPacedCampaign(campaign));
      void catchUp(nowMs);
      return loaded;
    },
  };
}

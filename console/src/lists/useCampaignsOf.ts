import { useQuery } from "@tanstack/react-query";
import { queryOf } from "../api/queries.ts";

/** An advertiser's campaigns with whom they are for. */
export function useCampaignsOf(advertiserId: number) {
  const fields = "campaignId,name,status,audience,version";
  return useQuery(queryOf("listCampaigns", { advertiserId, limit: 200, sort: "name", fields }));
}

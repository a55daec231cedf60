import { useQuery } from "@tanstack/react-query";
import { queryOf } from "../api/queries.ts";

/** Today's figures are asked for so often while the page is looked at, everything else once a minute. */
export const liveMs = 15_000;
export const freshMs = 60_000;

const live = { refetchInterval: liveMs, staleTime: liveMs, refetchOnWindowFocus: true } as const;
const fresh = { refetchInterval: freshMs, staleTime: freshMs / 2, refetchOnWindowFocus: true };

export const useCampaign = (campaignId: number) =>
  useQuery({ ...queryOf("readCampaign", { campaignId }), ...fresh });

export const useCreatives = (campaignId: number) =>
  useQuery({ ...queryOf("listCreatives", { campaignId, limit: 50 }), ...fresh });

export const usePacing = (campaignId: number) =>
  useQuery({ ...queryOf("readPacing", { campaignId }), ...live });

export const useDiagnosis = (campaignId: number) =>
  useQuery({ ...queryOf("readDiagnosis", { campaignId }), ...fresh });

export const useHistory = (campaignId: number) =>
  useQuery({ ...queryOf("readCampaignHistory", { campaignId, limit: 200 }), ...fresh });

export interface ReportQuestion {
  readonly campaignId: number;
  readonly from: string;
  readonly to: string;
  readonly dimensions?: string;
  readonly measures?: string;
  readonly sort?: string;
  readonly limit?: string;
  /** Whether today's figures are in it. */
  readonly isLive?: boolean;
}

/** A report of one campaign. */
export function useReport({ campaignId, isLive = false, ...question }: ReportQuestion) {
  return useQuery({
    ...queryOf("readReport", { ...question, campaign: String(campaignId) }),
    ...(isLive ? live : fresh),
  });
}

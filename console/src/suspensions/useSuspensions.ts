import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { OperationId } from "../../../sdk/src/client.ts";
import type { Suspension } from "../../../sdk/src/generated.ts";
import { api } from "../api/client.ts";
import { queryOf } from "../api/queries.ts";
import { toastProblem } from "../ui/toasts.ts";

export type Stopped = "creative" | "campaign" | "advertiser";

/** Whose stops are asked about. */
export interface StoppedOnes {
  readonly campaignId: number;
  readonly advertiserId: number;
  /** Of an ad its own is known already; absent = it is not about one ad. */
  readonly creative?: { readonly creativeId: number; readonly suspension: Suspension | null };
}

export interface StopInForce {
  readonly what: Stopped;
  readonly id: number;
  readonly reason: string;
}

const lookAgainMs = 60_000;
const again = { refetchInterval: lookAgainMs, staleTime: lookAgainMs / 2 } as const;

/** The operator's stops that keep a campaign (or one ad of it) from being shown, the widest last. */
export function useSuspensions(ones: StoppedOnes): readonly StopInForce[] {
  const { campaignId, advertiserId, creative } = ones;
  const campaign = useQuery({ ...queryOf("readCampaignSuspension", { id: campaignId }), ...again });
  const advertiser = useQuery({
    ...queryOf("readAdvertiserSuspension", { id: advertiserId }),
    ...again,
  });
  const found = [
    ["creative", creative?.creativeId ?? 0, creative?.suspension],
    ["campaign", campaignId, campaign.data?.suspension],
    ["advertiser", advertiserId, advertiser.data?.suspension],
  ] as const;
  return found.flatMap(([what, id, suspension]) =>
    suspension == null ? [] : [{ what, id, reason: suspension.reason }],
  );
}

const releases = {
  creative: (id: number) => api.removeCreativeSuspension({ id }),
  campaign: (id: number) => api.removeCampaignSuspension({ id }),
  advertiser: (id: number) => api.removeAdvertiserSuspension({ id }),
} as const;

/** What tells of stops, and is read again when one begins or ends. */
export const readsOfStops: readonly OperationId[] = [
  "listReviews",
  "listCreatives",
  "readCampaignSuspension",
  "readAdvertiserSuspension",
];

/** Ends a stop; for the operator. */
export function useRelease(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ what, id }: StopInForce) => releases[what](id),
    onSuccess() {
      onDone();
      for (const read of readsOfStops) void client.invalidateQueries({ queryKey: [read] });
    },
    onError: toastProblem,
  });
}

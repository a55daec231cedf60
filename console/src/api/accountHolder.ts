import { useQuery } from "@tanstack/react-query";
import { type ChosenAdvertiser, useAdvertiser } from "./advertiser.ts";
import { queryOf } from "./queries.ts";

export interface AccountHolder {
  /** Null = one of several must be chosen first. */
  readonly advertiser: ChosenAdvertiser | null;
  /** There is one alone: nobody is asked which. */
  readonly isAlone: boolean;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Whose things a page of one advertiser shows: the one that the console is narrowed to, or the only one. */
export function useAccountHolder(): AccountHolder {
  const { advertiser: chosen } = useAdvertiser();
  const first = useQuery({
    ...queryOf("listAdvertisers", { limit: 2, fields: "advertiserId,name" }),
    staleTime: 5 * 60_000,
  });
  const items = first.data?.items ?? [];
  const [only] = items;
  const isAlone = items.length === 1;
  const advertiser: ChosenAdvertiser | null =
    isAlone && only !== undefined
      ? { advertiserId: only.advertiserId ?? 0, name: only.name ?? "" }
      : chosen;
  return {
    advertiser,
    isAlone,
    isPending: first.isPending,
    error: first.isError ? first.error : null,
    retry: () => void first.refetch(),
  };
}

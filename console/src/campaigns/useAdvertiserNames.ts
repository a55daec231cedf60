import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";

export type NamesById = ReadonlyMap<number, string>;
const nobody: NamesById = new Map();

/** The names of all shops that one may see. */
export function useAdvertiserNames(): NamesById {
  const query = useQuery({
    queryKey: ["listAdvertisers", "everyName"],
    queryFn: async ({ signal }) => {
      const names = new Map<number, string>();
      const input = { limit: 200, fields: "advertiserId,name" } as const;
      for await (const one of api.every("listAdvertisers", input, { signal }))
        names.set(one.advertiserId, one.name);
      return names;
    },
    structuralSharing: false,
    staleTime: 5 * 60_000,
  });
  return query.data ?? nobody;
}

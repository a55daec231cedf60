import { useQuery } from "@tanstack/react-query";
import type { Placement, Site } from "../../../sdk/src/generated.ts";
import { api } from "../api/client.ts";

export interface Inventory {
  readonly sites: readonly Site[];
  readonly placements: readonly Placement[];
}

/** All sites and placements: an operator has hundreds at most. */
export function useInventory() {
  return useQuery({
    queryKey: ["listPlacements", "all"] as const,
    async queryFn({ signal }): Promise<Inventory> {
      const [sites, placements] = await Promise.all([
        listOf(api.every("listSites", { limit: 200 }, { signal })),
        listOf(api.every("listPlacements", { limit: 200 }, { signal })),
      ]);
      return { sites, placements };
    },
  });
}

async function listOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

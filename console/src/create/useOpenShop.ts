import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { api } from "../api/client.ts";
import { useMay } from "../api/session.ts";
import { useCreating } from "./creating.ts";

/** The id of the draft's shop; a new one is made at first. Null = its name or trade is missing, or was refused. */
export type OpenShop = () => Promise<number | null>;

/** A shop is made once, when the first thing needs it (a photo belongs to a shop). */
export function useOpenShop(): OpenShop {
  const creating = useCreating();
  const latest = useRef(creating);
  latest.current = creating;
  const mayOpen = useMay("accounts");
  const queryClient = useQueryClient();
  const opening = useRef<Promise<number | null> | null>(null);
  return useCallback(() => {
    const { draft, problems, change, tell } = latest.current;
    const { advertiserId, name, trade } = draft.shop;
    if (advertiserId !== null) return Promise.resolve(advertiserId);
    if (!mayOpen || problems.shopName !== undefined || problems.trade !== undefined)
      return Promise.resolve(null);
    const open = async () => {
      try {
        const made = await api.createAdvertiser({ body: { name, trade } });
        change({ shop: { ...latest.current.draft.shop, advertiserId: made.advertiserId } });
        await queryClient.invalidateQueries({ queryKey: ["listAdvertisers"] });
        return made.advertiserId;
      } catch (error) {
        tell(error, "/shop");
        return null;
      } finally {
        opening.current = null;
      }
    };
    opening.current ??= open();
    return opening.current;
  }, [mayOpen, queryClient]);
}

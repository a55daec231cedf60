import { useEffect, useRef, useState } from "react";
import type { ShopCampaign } from "../../../sdk/src/generated.ts";
import { api } from "../api/client.ts";
import { bodyOfDraft } from "./bodyOfDraft.ts";
import type { PreviewState } from "./creating.ts";
import type { Draft } from "./draft.ts";
import { createLatestWins, type LatestWins } from "./latestWins.ts";

const restMs = 600;

/**
 * What would be made of the draft, banners and all, without anything being kept: asked when the hand has rested, one at a
 * time (drawing takes the server a second). `isWhole`: nothing is known to be wrong. `onRefused` hears what the server says.
 */
export function usePreview(
  draft: Draft,
  isWhole: boolean,
  onRefused: (error: unknown) => void,
): PreviewState {
  const [state, setState] = useState<PreviewState>({ made: null, isBehind: false, error: null });
  const line = useRef<LatestWins<string> | null>(null);
  const refused = useRef(onRefused);
  refused.current = onRefused;
  useEffect(() => {
    const made = createLatestWins<string, ShopCampaign | null>(
      {
        ask: drawAll,
        onAnswer: (answer) => setState({ made: answer, isBehind: false, error: null }),
        onError: (error) => {
          setState((before) => ({ ...before, isBehind: false, error }));
          refused.current(error);
        },
      },
      Number.POSITIVE_INFINITY,
    );
    line.current = made;
    return () => made.stop();
  }, []);
  const body = isWhole ? JSON.stringify(bodyOfDraft(draft)) : null;
  useEffect(() => {
    if (body === null) return;
    setState((before) => ({ ...before, isBehind: true }));
    const timer = setTimeout(() => line.current?.put(body), restMs);
    return () => clearTimeout(timer);
  }, [body]);
  return state;
}

async function drawAll(body: string, signal: AbortSignal): Promise<ShopCampaign | null> {
  const input = { body: JSON.parse(body) };
  const dry = await api.dryRun("createShopCampaign", input, { signal, idempotencyKey: null });
  // A dry run answers what the write would have: a shop's campaign.
  return dry.result as ShopCampaign | null;
}

import { Text } from "@mantine/core";
import { QueryState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import type { Campaign } from "../types.ts";
import { usePacing } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";
import { paceSentence } from "./paceSentence.ts";

/** How today goes, in one sentence. Nothing of a campaign that does not run. */
export function PaceToday({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(campaignWords).pace;
  const format = useFormat();
  const query = usePacing(campaign.campaignId);
  if (campaign.status !== "active") return null;
  return (
    <QueryState query={query} loading={<Text>…</Text>}>
      {(pacing) => (
        <Text size="lg" data-testid="pace">
          <Text span fw={600} inherit>
            {t.title} ·{" "}
          </Text>
          {paceSentence(campaign, pacing, t, format)}
        </Text>
      )}
    </QueryState>
  );
}

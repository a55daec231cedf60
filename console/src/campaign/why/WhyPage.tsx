import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Section } from "../../ui/Section.tsx";
import { QueryState } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import type { Campaign, Diagnosis } from "../types.ts";
import { useDiagnosis } from "../useCampaignFacts.ts";
import { whyWords } from "../words.ts";
import { FunnelList } from "./FunnelList.tsx";
import { funnelView } from "./funnelStages.ts";
import { MainReason } from "./MainReason.tsx";
import { useShown } from "./useShown.ts";

const windows = ["lastHour", "today", "sevenDays"] as const;
type WindowName = (typeof windows)[number];

/** "Pourquoi ?": what becomes of the opportunities, the main reason, and what to change in one click. */
export function WhyPage({ campaign }: { readonly campaign: Campaign }) {
  const query = useDiagnosis(campaign.campaignId);
  return (
    <QueryState query={query}>
      {(diagnosis) => <Why campaign={campaign} diagnosis={diagnosis} />}
    </QueryState>
  );
}

interface WhyProps {
  readonly campaign: Campaign;
  readonly diagnosis: Diagnosis;
}

function Why({ campaign, diagnosis }: WhyProps) {
  const t = useWords(whyWords);
  const { dateTime } = useFormat();
  const [window, setWindow] = useState<WindowName>("today");
  const { since, funnel } = diagnosis.funnels[window];
  const view = funnelView(funnel);
  const shown = useShown(campaign.campaignId, since);
  return (
    <Stack gap={40}>
      <MainReason campaign={campaign} diagnosis={diagnosis} view={view} />
      <Section
        title={t.funnel.title}
        text={t.window.since(dateTime(since))}
        actions={
          <SegmentedControl
            aria-label={t.window.label}
            value={window}
            onChange={(value) => setWindow(windows.find((name) => name === value) ?? "today")}
            data={windows.map((value) => ({ value, label: t.window[value] }))}
          />
        }
      >
        <FunnelList view={view} funnel={funnel} shown={shown} />
        <Text size="sm" c="dimmed">
          {t.funnel.sampled}
        </Text>
      </Section>
    </Stack>
  );
}

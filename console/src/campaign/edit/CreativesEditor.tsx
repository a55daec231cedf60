import { Stack, Text } from "@mantine/core";
import { Section } from "../../ui/Section.tsx";
import { EmptyState, QueryState } from "../../ui/states.tsx";
import { useWords } from "../../words/language.ts";
import type { Campaign } from "../types.ts";
import { useCreatives } from "../useCampaignFacts.ts";
import { editWords } from "../words.ts";
import { CreativeEditor } from "./CreativeEditor.tsx";
import { RotationField } from "./RotationField.tsx";

interface EditorProps {
  readonly campaign: Campaign;
  readonly isReadOnly: boolean;
}

/** Texts, addresses and weights of the campaign's creatives, each saved by itself. */
export function CreativesEditor({ campaign, isReadOnly }: EditorProps) {
  const t = useWords(editWords).creatives;
  const query = useCreatives(campaign.campaignId);
  return (
    <Section title={t.title}>
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t.none} text={t.noneText} />
          ) : (
            <Stack gap="lg">
              {items.length > 1 && <RotationField campaign={campaign} isReadOnly={isReadOnly} />}
              {items.length > 1 && campaign.creativeRotation !== "weighted" && (
                <Text size="sm" c="dimmed">
                  {t.weightsUnused}
                </Text>
              )}
              {items.map((creative) => (
                <CreativeEditor key={creative.creativeId} {...{ creative, isReadOnly }} />
              ))}
            </Stack>
          )
        }
      </QueryState>
    </Section>
  );
}

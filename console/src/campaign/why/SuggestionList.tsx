import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useMay } from "../../api/session.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import { told } from "../told.ts";
import type { Campaign, Suggestion } from "../types.ts";
import { whyWords } from "../words.ts";
import { ChangeDialog } from "./ChangeDialog.tsx";
import { leverChange } from "./leverChange.ts";

interface ListProps {
  readonly campaign: Campaign;
  readonly suggestions: readonly Suggestion[];
  /** The biggest lever's button stands out. */
  readonly isMain?: boolean;
}

/** What to change, what it would bring, and a button that does it. */
export function SuggestionList({ campaign, suggestions, isMain = false }: ListProps) {
  return (
    <Stack gap="sm">
      {suggestions.map((suggestion, index) => (
        <SuggestionCard
          key={suggestion.lever}
          {...{ campaign, suggestion }}
          isMain={isMain && index === 0}
        />
      ))}
    </Stack>
  );
}

interface CardProps {
  readonly campaign: Campaign;
  readonly suggestion: Suggestion;
  readonly isMain: boolean;
}

function SuggestionCard({ campaign, suggestion, isMain }: CardProps) {
  const t = useWords(whyWords).change;
  const { number } = useFormat();
  const language = useLanguage();
  const gain = suggestion.opportunitiesPerDay;
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="md">
        <div>
          <Text fw={600}>{sentence(told(suggestion, language))}</Text>
          {gain !== null && (
            <Text size="sm" c="dimmed">
              {t.gain(number(gain.value), number(gain.low), number(gain.high))}
            </Text>
          )}
        </div>
        <ApplyButton {...{ campaign, suggestion, isMain }} />
      </Group>
    </Paper>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function ApplyButton({ campaign, suggestion, isMain }: CardProps) {
  const t = useWords(whyWords).change;
  const mayWrite = useMay("campaigns:write");
  const [isOpen, setOpen] = useState(false);
  const change = leverChange(suggestion.lever, campaign);
  const variant = isMain ? "filled" : "default";
  if (!mayWrite || campaign.status === "ended") return <Dimmed>{t.mayNot}</Dimmed>;
  if (change === null) return <Dimmed>{t.gone}</Dimmed>;
  if (change.kind === "page") {
    const hash = change.page === "creatives" ? "#creatives" : "";
    return (
      <Button
        component={Link}
        to={`/campaigns/${campaign.campaignId}/edit${hash}`}
        variant={variant}
      >
        {t.choose}
      </Button>
    );
  }
  return (
    <>
      <Button variant={variant} onClick={() => setOpen(true)}>
        {t.apply}
      </Button>
      {isOpen && (
        <ChangeDialog {...{ campaign, suggestion, change }} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

function Dimmed({ children }: { readonly children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}

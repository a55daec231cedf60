import { Button, Paper, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { Section } from "../../ui/Section.tsx";
import { EmptyState, LoadingRows, ProblemNotice } from "../../ui/states.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import { creativeName } from "../creativeName.ts";
import type { Campaign, HistoryEntry } from "../types.ts";
import { freshMs, useCreatives } from "../useCampaignFacts.ts";
import { editWords, fieldWords } from "../words.ts";
import { ChangesTable } from "./ChangesTable.tsx";
import { differences, kindOf } from "./changes.ts";
import { MoneySections } from "./MoneySections.tsx";

const pageSize = 30;

/** Who changed what and when, and what became of the money. */
export function HistoryPage({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(editWords).history;
  return (
    <Stack gap={48}>
      <Section title={t.title} text={t.intro}>
        <Entries campaignId={campaign.campaignId} />
      </Section>
      <MoneySections campaign={campaign} />
    </Stack>
  );
}

function usePages(campaignId: number) {
  return useInfiniteQuery({
    queryKey: ["readCampaignHistory", campaignId, "pages"],
    initialPageParam: null as string | null,
    refetchInterval: freshMs,
    queryFn: ({ pageParam, signal }) =>
      api.readCampaignHistory(
        { campaignId, limit: pageSize, ...(pageParam && { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

function Entries({ campaignId }: { readonly campaignId: number }) {
  const t = useWords(editWords).history;
  const query = usePages(campaignId);
  if (query.isError && query.data === undefined)
    return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <LoadingRows />;
  const entries = query.data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) return <EmptyState title={t.none} />;
  return (
    <Stack gap="md">
      {entries.map((entry) => (
        <Entry key={entry.auditId} entry={entry} campaignId={campaignId} />
      ))}
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
    </Stack>
  );
}

interface EntryProps {
  readonly entry: HistoryEntry;
  readonly campaignId: number;
}

function Entry({ entry, campaignId }: EntryProps) {
  const t = useWords(editWords).history;
  const { dateTime } = useFormat();
  const { quoted } = useWords(fieldWords).values;
  const creatives = useCreatives(campaignId).data?.items ?? [];
  const kind = kindOf(entry);
  const isCreative = entry.entity === "creative";
  const creative = creatives.find(({ creativeId }) => isCreative && creativeId === entry.entityId);
  const name = creative === undefined ? "" : ` ${quoted(creativeName(creative))}`;
  const rows = kind === "changed" ? differences(entry.before, entry.after) : [];
  const done = t[kind][isCreative ? "creative" : "campaign"];
  return (
    <Paper component="article" withBorder p="md">
      <Text>
        <b>{entry.actor.label}</b> {done}
        {name}
        {kind === "changed" && rows.length === 0 && `, ${t.nothing}`}
      </Text>
      <Text size="sm" c="dimmed">
        <time dateTime={entry.at}>{dateTime(entry.at)}</time>
      </Text>
      {rows.length > 0 && <ChangesTable rows={rows} />}
    </Paper>
  );
}

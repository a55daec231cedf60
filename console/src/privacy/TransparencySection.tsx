import { Anchor, Button, Center, Group, Table, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Transparency } from "../../../sdk/src/generated.ts";
import { api } from "../api/client.ts";
import { Section } from "../ui/Section.tsx";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { uiWords } from "../ui/words.ts";
import { useWords } from "../words/language.ts";
import { privacyWords } from "./words.ts";
import { yesterdayInParis } from "./yesterday.ts";

type Line = Transparency["items"][number];
const linesAPage = 100;

/** Who had ads shown for which kinds of reasons, on a day that is over: what everybody may read. */
export function TransparencySection() {
  const t = useWords(privacyWords).transparency;
  const [last] = useState(() => yesterdayInParis(new Date()));
  const [day, setDay] = useState(last);
  return (
    <Section
      title={t.title}
      text={
        <>
          {t.text}{" "}
          <Anchor href={`/v1/transparency?day=${day}`} target="_blank" underline="always" inherit>
            {t.open}
          </Anchor>
        </>
      }
      actions={
        <TextInput
          type="date"
          label={t.day}
          value={day}
          max={last}
          onChange={(event) => setDay(event.currentTarget.value || last)}
        />
      }
    >
      <Lines key={day} day={day} />
    </Section>
  );
}

function Lines({ day }: { readonly day: string }) {
  const t = useWords(privacyWords).transparency;
  const ui = useWords(uiWords);
  const query = useInfiniteQuery({
    queryKey: ["readTransparency", day] as const,
    queryFn: ({ pageParam, signal }) =>
      api.readTransparency({ day, limit: linesAPage, offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ nextOffset }) => nextOffset ?? undefined,
  });
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError)
    return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  const lines = query.data.pages.flatMap(({ items }) => items);
  const otherAds = query.data.pages.at(-1)?.otherAds ?? 0;
  if (lines.length === 0 && otherAds === 0) return <Text c="dimmed">{t.none}</Text>;
  return (
    <>
      <LineTable lines={lines} otherAds={otherAds} />
      {query.hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {ui.more}
          </Button>
        </Center>
      )}
    </>
  );
}

interface LineTableProps {
  readonly lines: readonly Line[];
  readonly otherAds: number;
}

function LineTable({ lines, otherAds }: LineTableProps) {
  const t = useWords(privacyWords).transparency;
  const { number } = useFormat();
  return (
    <Table verticalSpacing="sm" aria-label={t.title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.columns.advertiser}</Table.Th>
          <Table.Th>{t.columns.reasons}</Table.Th>
          <Table.Th ta="right">{t.columns.ads}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody data-figures>
        {lines.map((line) => (
          <LineRow key={`${line.advertiserId} ${JSON.stringify(line.reasons)}`} line={line} />
        ))}
        {otherAds > 0 && (
          <Table.Tr>
            <Table.Td colSpan={2} c="dimmed">
              {t.others}
            </Table.Td>
            <Table.Td ta="right">{number(otherAds)}</Table.Td>
          </Table.Tr>
        )}
      </Table.Tbody>
    </Table>
  );
}

function LineRow({ line: { advertiser, payer, reasons, ads } }: { readonly line: Line }) {
  const t = useWords(privacyWords).transparency;
  const { list, number } = useFormat();
  const told = [
    t.places[reasons.place],
    ...(reasons.category ? [t.category] : []),
    ...(reasons.audience ? [t.audience] : []),
  ];
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={0} display="block">
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {advertiser}
          </Text>
          {payer !== advertiser && (
            <Text size="sm" c="dimmed">
              {t.paidBy(payer)}
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{list(told)}</Table.Td>
      <Table.Td ta="right">{number(ads)}</Table.Td>
    </Table.Tr>
  );
}

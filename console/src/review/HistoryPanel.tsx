import { Badge, Group, List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { QueuedCreative, ReviewReason } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { LoadingRows, ProblemNotice } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useLanguage, useWords } from "../words/language.ts";
import { nameOf } from "./nameOf.ts";
import { Panel } from "./Panel.tsx";
import { reviewWords } from "./words.ts";

const most = 100;
const toldRejections = 3;

/** What was decided of the same advertiser before. */
export function HistoryPanel({ item }: { readonly item: QueuedCreative }) {
  const t = useWords(reviewWords).history;
  const { advertiserId } = item;
  const approved = useQuery(
    queryOf("listReviews", { status: "approved", advertiserId, limit: most }),
  );
  const rejected = useQuery(
    queryOf("listReviews", { status: "rejected", advertiserId, limit: most }),
  );
  const error = approved.error ?? rejected.error;
  const isRead = approved.data !== undefined && rejected.data !== undefined;
  return (
    <Panel heading={t.heading}>
      {error !== null && <ProblemNotice error={error} onRetry={() => void approved.refetch()} />}
      {!isRead && error === null && <LoadingRows rows={1} height={24} />}
      {isRead && (
        <>
          <Counts approved={approved.data.items.length} rejected={rejected.data.items.length} />
          <Rejections items={rejected.data.items} />
        </>
      )}
    </Panel>
  );
}

function Counts({ approved, rejected }: { readonly approved: number; readonly rejected: number }) {
  const t = useWords(reviewWords).history;
  const format = useFormat();
  const told = (count: number) =>
    count >= most ? `${format.number(count)}+` : format.number(count);
  if (approved + rejected === 0)
    return (
      <Text size="sm" c="dimmed">
        {t.first}
      </Text>
    );
  return (
    <Group gap="xs">
      <Badge variant="light" tt="none">
        {t.approved(told(approved), approved)}
      </Badge>
      <Badge variant="light" color={rejected === 0 ? "gray" : "red"} tt="none">
        {t.rejected(told(rejected), rejected)}
      </Badge>
    </Group>
  );
}

function Rejections({ items }: { readonly items: readonly QueuedCreative[] }) {
  const t = useWords(reviewWords).history;
  const language = useLanguage();
  const reasons = useQuery({
    ...queryOf("listReviewReasons", {}),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const last = items.slice(-toldRejections).toReversed();
  if (last.length === 0) return null;
  const sentence = (code: string) => sentenceOf(reasons.data?.items ?? [], code, language);
  return (
    <div>
      <Text size="sm" fw={600}>
        {t.lastRejected}
      </Text>
      <List size="sm">
        {last.map((one) => (
          <List.Item key={one.reviewNumber}>
            {nameOf(one)} : {one.creative.review.reasons.map(sentence).join(" ")}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

function sentenceOf(reasons: readonly ReviewReason[], code: string, language: "fr" | "en"): string {
  return reasons.find((one) => one.code === code)?.[language] ?? code;
}

import { Alert, Anchor, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { queryOf } from "../../api/queries.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { useLanguage, useWords } from "../../words/language.ts";
import { type AttentionItem, attentionItems } from "../attention.ts";
import { creativeName } from "../creativeName.ts";
import { told as sentenceOf } from "../told.ts";
import type { Campaign, Creative } from "../types.ts";
import { useCreatives, useDiagnosis } from "../useCampaignFacts.ts";
import { campaignWords } from "../words.ts";

interface AttentionProps {
  readonly campaign: Campaign;
  readonly today: string;
}

/** What needs attention, the most urgent first; nothing where nothing does. */
export function Attention({ campaign, today }: AttentionProps) {
  const t = useWords(campaignWords).attention;
  const { campaignId } = campaign;
  const creatives = useCreatives(campaignId).data?.items;
  const diagnosis = useDiagnosis(campaignId).data ?? null;
  if (creatives === undefined) return null;
  const items = attentionItems({ campaign, creatives, diagnosis, today });
  if (items.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label={t.title}>
      {items.map((item) => (
        <Alert key={keyOf(item)} variant="light" color={colorOf(item)} data-kind={item.kind}>
          <ItemWords item={item} campaignId={campaignId} />
        </Alert>
      ))}
    </Stack>
  );
}

const keyOf = (item: AttentionItem): string =>
  "creative" in item ? `${item.kind} ${item.creative.creativeId}` : item.kind;

function colorOf({ kind }: AttentionItem): string {
  if (kind === "rejected") return "red";
  const isTold = ["not_started", "ending", "ended", "awaiting_review", "paused", "draft"];
  return isTold.includes(kind) ? "gray" : "yellow";
}

interface ItemProps<Item> {
  readonly item: Item;
  readonly campaignId: number;
}

function ItemWords({ item, campaignId }: ItemProps<AttentionItem>) {
  const t = useWords(campaignWords).attention;
  const { day } = useFormat();
  const language = useLanguage();
  const to = (page: string, text: string) => (
    <PageLink to={`/campaigns/${campaignId}/${page}`}>{text}</PageLink>
  );
  const tell = (text: string, link?: ReactNode) => (
    <Text size="sm">
      {text} {link}
    </Text>
  );
  switch (item.kind) {
    case "rejected":
      return <Rejected creative={item.creative} link={to("edit#creatives", t.correct)} />;
    case "broken_link":
      return tell(t.brokenLink(creativeName(item.creative)), to("edit#creatives", t.correct));
    case "no_creative":
      return tell(t.noCreative, to("edit#creatives", t.creatives));
    case "all_inactive":
      return tell(t.allInactive, to("edit#creatives", t.creatives));
    case "awaiting_review":
      return tell(t.awaitingReview);
    case "not_started":
      return tell(t.notStarted(day(item.startsOn)));
    case "lagging":
      return tell(sentenceOf(item.diagnosis, language), to("why", t.seeWhy));
    case "total_spent":
      return tell(t.totalSpent, to("edit", t.budget));
    default:
      return tell(t[item.kind]);
  }
}

function PageLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Anchor component={Link} to={to} size="sm" inherit fw={600}>
      {children}
    </Anchor>
  );
}

/** Why an ad was rejected, and how it comes back. */
function Rejected({ creative, link }: { readonly creative: Creative; readonly link: ReactNode }) {
  const t = useWords(campaignWords).attention;
  const language = useLanguage();
  const { reasons, note, approvedVersionShown } = creative.review;
  const query = useQuery({ ...queryOf("listReviewReasons", {}), staleTime: Infinity });
  const wordsOf = (code: string) => {
    const reason = query.data?.items.find((one) => one.code === code);
    return reason === undefined ? code : sentenceOf(reason, language);
  };
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        {t.rejected(creativeName(creative))}
      </Text>
      <List size="sm">
        {reasons.map((code) => (
          <List.Item key={code}>{wordsOf(code)}</List.Item>
        ))}
        {note !== null && <List.Item>{note}</List.Item>}
      </List>
      <Text size="sm">
        {approvedVersionShown && `${t.oldShown} `}
        {t.rejectedHow} {link}
      </Text>
    </Stack>
  );
}

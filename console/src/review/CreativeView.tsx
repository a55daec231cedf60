import { Alert, Anchor, Badge, Button, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { QueuedCreative } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { useMay } from "../api/session.ts";
import { SuspensionNotices } from "../suspensions/SuspensionNotices.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { LandingPanel } from "./LandingPanel.tsx";
import { nameOf } from "./nameOf.ts";
import { Previews } from "./Previews.tsx";
import { keyOf } from "./queue.ts";
import { RulesPanel } from "./RulesPanel.tsx";
import classes from "./review.module.css";
import { reviewWords } from "./words.ts";

interface CreativeViewProps {
  readonly item: QueuedCreative;
  readonly onKill: () => void;
}

/** One ad with all that a reviewer needs to know of it. */
export function CreativeView({ item, onKill }: CreativeViewProps) {
  const t = useWords(reviewWords);
  const { creative } = item;
  const mayKill = useMay("platform");
  return (
    <article className={classes.view} aria-label={nameOf(item)}>
      <Previews key={keyOf(item)} creative={creative} />
      <div className={classes.facts}>
        <Head item={item} />
        <SuspensionNotices
          campaignId={creative.campaignId}
          {...{ creative }}
          advertiserId={item.advertiserId}
        />
        {creative.review.approvedVersionShown && (
          <Alert color="yellow" variant="light">
            {t.facts.approvedShown}
          </Alert>
        )}
        <LandingPanel creative={creative} />
        <RulesPanel item={item} />
        <HistoryPanel item={item} />
        {mayKill && (
          <Button variant="subtle" color="red" onClick={onKill} className={classes.kill}>
            {t.actions.kill}
          </Button>
        )}
      </div>
    </article>
  );
}

function Head({ item }: { readonly item: QueuedCreative }) {
  const t = useWords(reviewWords).facts;
  const format = useFormat();
  const { creative, advertiserName, trade } = item;
  const { data: campaign } = useQuery(queryOf("readCampaign", { campaignId: creative.campaignId }));
  return (
    <header>
      <Group gap="xs" mb={4}>
        <Title order={2} size="h3">
          {advertiserName}
        </Title>
        {trade !== "" && (
          <Badge variant="light" tt="none">
            {trade}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t.since} {format.relative(creative.updatedAt, Date.now())}
        {campaign !== undefined && ` · ${campaign.zoneLabel}`}
      </Text>
      {campaign !== undefined && (
        <Anchor component={Link} to={`/campaigns/${campaign.campaignId}`} size="sm">
          {campaign.name}
        </Anchor>
      )}
    </header>
  );
}

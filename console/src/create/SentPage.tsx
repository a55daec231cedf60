import { CheckIcon } from "@heroicons/react/24/outline";
import { Button, Group, Stack, Text, Timeline } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link, Navigate, useLocation } from "react-router";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useZoneText } from "../ui/useZoneText.ts";
import { useLanguage, useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { readSent, type Sent } from "./sent.ts";
import { createWords } from "./words.ts";

/** It was sent: what happens now. */
export function SentPage() {
  const t = useWords(createWords).sent;
  const format = useFormat();
  const language = useLanguage();
  const sent = readSent(useLocation().state);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []);
  if (sent === null) return <Navigate to="/create" replace />;
  return (
    <Stack className={classes.sent} gap="lg" ref={top} tabIndex={-1} data-testid="sent">
      <div className={classes.seal}>
        <CheckIcon />
      </div>
      <PageHeader title={t.title} subtitle={t.lead(sent.title)} />
      <Text>{sent.summary[language]}</Text>
      <NextSteps sent={sent} />
      <Group gap="sm">
        <Button component={Link} to={`/campaigns/${sent.campaignId}`}>
          {t.open}
        </Button>
        <Button component={Link} to="/create" variant="default">
          {t.another}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {t.number(format.number(sent.campaignId))}
      </Text>
    </Stack>
  );
}

function NextSteps({ sent }: { readonly sent: Sent }) {
  const t = useWords(createWords).sent;
  const format = useFormat();
  const zone = useZoneText();
  const { startsOn, zoneLabel, isBalanceEmpty } = sent;
  const steps = [
    { title: t.review, text: t.reviewText },
    ...(isBalanceEmpty ? [{ title: t.pay, text: t.payText }] : []),
    { title: t.show, text: t.showText(format.day(startsOn), zone(zoneLabel)) },
    { title: t.follow, text: t.followText },
  ];
  return (
    <section aria-label={t.next}>
      <Text fw={600} mb="md">
        {t.next}
      </Text>
      <Timeline active={0} bulletSize={22} lineWidth={2}>
        {steps.map(({ title, text }) => (
          <Timeline.Item key={title} title={title}>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
